// Regular expressions over standard input: parses lines of a web server's log and sums them up.
package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var line = regexp.MustCompile(`^(?P<host>\S+) - (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<method>[A-Z]+) (?P<path>[^ "]+)[^"]*" (?P<status>\d{3}) (?P<size>\d+|-)$`)

type total struct {
	path     string
	requests int
	bytes    int64
}

func main() {
	names := line.SubexpNames()
	byPath := map[string]*total{}
	byStatus := [6]int{}
	var first, last time.Time
	bad := 0
	scanner := bufio.NewScanner(os.Stdin)
	for n := 1; scanner.Scan(); n++ {
		match := line.FindStringSubmatch(scanner.Text())
		if match == nil {
			bad++
			fmt.Printf("line %d: not understood: %.30q\n", n, scanner.Text())
			continue
		}
		field := map[string]string{}
		for i, name := range names {
			field[name] = match[i]
		}
		at, err := time.Parse("02/Jan/2006:15:04:05 -0700", field["time"])
		if err != nil {
			bad++
			fmt.Printf("line %d: %v\n", n, err)
			continue
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
		status, _ := strconv.Atoi(field["status"])
		byStatus[status/100]++
		path, _, _ := strings.Cut(field["path"], "?")
		t := byPath[path]
		if t == nil {
			t = &total{path: path}
			byPath[path] = t
		}
		t.requests++
		if size, err := strconv.ParseInt(field["size"], 10, 64); err == nil {
			t.bytes += size
		}
	}
	totals := make([]*total, 0, len(byPath))
	for _, t := range byPath {
		totals = append(totals, t)
	}
	slices.SortFunc(totals, func(a, b *total) int { return cmp.Or(b.requests-a.requests, strings.Compare(a.path, b.path)) })
	for _, t := range totals {
		fmt.Printf("%4d %8d %s\n", t.requests, t.bytes, t.path)
	}
	for class, n := range byStatus {
		if n > 0 {
			fmt.Printf("%dxx: %d\n", class, n)
		}
	}
	fmt.Printf("from %s over %v, %d bad lines\n", first.UTC().Format(time.DateTime), last.Sub(first), bad)

	words := regexp.MustCompile(`(?i)\b([a-z])(\w*)\b`)
	fmt.Println(words.ReplaceAllStringFunc("under the old oak", func(w string) string { return strings.ToUpper(w[:1]) + w[1:] }))
	fmt.Println(words.ReplaceAllString("burrow deep", "$2-${1}ay"))
	fmt.Println(regexp.MustCompile(`a+?b*|c{2,3}`).FindAllStringIndex("aabbcccc", -1), regexp.QuoteMeta("1+1=2?"))
	_, err := regexp.Compile(`a(b`)
	fmt.Println(err)
}
