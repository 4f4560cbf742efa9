// Counts words of standard input with bufio, unicode and a heap for the most frequent ones.
package main

import (
	"bufio"
	"container/heap"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"
)

type entry struct {
	word  string
	count int
}

// top keeps the least frequent entry first, so that it can be dropped.
type top []entry

func (t top) Len() int { return len(t) }
func (t top) Less(i, j int) bool {
	return t[i].count < t[j].count || t[i].count == t[j].count && t[i].word > t[j].word
}
func (t top) Swap(i, j int) { t[i], t[j] = t[j], t[i] }
func (t *top) Push(x any)   { *t = append(*t, x.(entry)) }
func (t *top) Pop() any {
	last := len(*t) - 1
	x := (*t)[last]
	*t = (*t)[:last]
	return x
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 64)
	counts := map[string]int{}
	var word strings.Builder
	var lines, runes, bytes, invalid int
	flush := func() {
		if word.Len() > 0 {
			counts[strings.ToLower(word.String())]++
			word.Reset()
		}
	}
	for {
		r, size, err := in.ReadRune()
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		bytes += size
		runes++
		switch {
		case r == utf8.RuneError && size == 1:
			invalid++
		case r == '\n':
			lines++
			flush()
		case unicode.IsLetter(r) || r == '\'' && word.Len() > 0:
			word.WriteRune(r)
		default:
			flush()
		}
	}
	flush()
	fmt.Println(lines, "lines", runes, "characters", bytes, "bytes", invalid, "invalid", len(counts), "words")
	var best top
	for w, n := range counts {
		heap.Push(&best, entry{w, n})
		if best.Len() > 7 {
			heap.Pop(&best)
		}
	}
	list := make([]entry, best.Len())
	for i := len(list) - 1; i >= 0; i-- {
		list[i] = heap.Pop(&best).(entry)
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, e := range list {
		fmt.Fprintf(out, "%-8s %2d %s\n", e.word, e.count, strings.Repeat("#", e.count))
	}
}
