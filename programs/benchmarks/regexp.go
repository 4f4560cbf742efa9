package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// arg is the size: the last argument, so that it works whatever os.Args[0] is.
func arg(def int) int {
	n, err := strconv.Atoi(os.Args[len(os.Args)-1])
	if err == nil {
		return n
	}
	return def
}

func main() {
	n := arg(20000)
	var b strings.Builder
	x := uint32(1)
	for i := range n {
		x = x*1664525 + 1013904223
		fmt.Fprintf(&b, "2026-%02d-%02d user%d@host%d.example.org GET /p/%x?q=%d took %d.%03dms\n", x>>8%12+1, x>>12%28+1, i%97, x>>20%50, x, i, x>>24, x>>16%1000)
	}
	text := b.String()
	line := regexp.MustCompile(`(?m)^(\d{4})-(\d\d)-(\d\d) (\w+)@([\w.]+) ([A-Z]+) (\S+) took ([0-9.]+)ms$`)
	days := 0
	for _, m := range line.FindAllStringSubmatchIndex(text, -1) {
		day, _ := strconv.Atoi(text[m[6]:m[7]])
		days += day
	}
	mail := regexp.MustCompile(`[a-z]+\d*@(?:host[0-9]*[13579])\.example\.(?:org|com)`)
	odd := len(mail.FindAllString(text, -1))
	hidden := mail.ReplaceAllString(text, "<hidden>")
	slow := regexp.MustCompile(`(a|b|ab)*(0x)?[0-9a-f]*[48]$`)
	hex := 0
	for l := range strings.Lines(text) {
		if i := strings.Index(l, "/p/"); slow.MatchString(l[i+3 : i+11]) {
			hex++
		}
	}
	fmt.Println(len(text), days, odd, len(hidden), hex)
}
