// Times, durations and formatting: a month's calendar, layouts, arithmetic over month ends, and verbs of fmt.
package main

import (
	"fmt"
	"strings"
	"time"
)

func month(year int, m time.Month) string {
	first := time.Date(year, m, 1, 0, 0, 0, 0, time.UTC)
	var b strings.Builder
	title := fmt.Sprintf("%s %d", m, year)
	fmt.Fprintf(&b, "%*s\nMo Tu We Th Fr Sa Su\n", (20+len(title))/2, title)
	b.WriteString(strings.Repeat("   ", (int(first.Weekday())+6)%7))
	for d := first; d.Month() == m; d = d.AddDate(0, 0, 1) {
		fmt.Fprintf(&b, "%2d", d.Day())
		if d.Weekday() == time.Sunday || d.AddDate(0, 0, 1).Month() != m {
			b.WriteByte('\n')
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

type temperature float64

func (t temperature) String() string { return fmt.Sprintf("%.1f°C", float64(t)) }

type grid [2][3]int

func (g grid) Format(f fmt.State, verb rune) {
	width, ok := f.Width()
	if !ok {
		width = 2
	}
	for _, row := range g {
		for _, n := range row {
			fmt.Fprintf(f, "%*d", width, n)
		}
		fmt.Fprint(f, "|")
	}
	if f.Flag('+') {
		fmt.Fprintf(f, " as %%%c", verb)
	}
}

func main() {
	fmt.Print(month(2024, time.February))
	fmt.Print(month(2026, time.March))

	t := time.Date(2026, time.January, 31, 22, 4, 5, 678901234, time.FixedZone("CET", 3600))
	for _, layout := range []string{time.RFC3339Nano, time.RFC1123Z, time.Kitchen, time.StampMicro, "Monday, 2 January 06 15h04 MST", "2006-002"} {
		fmt.Println(t.Format(layout))
	}
	fmt.Println(t.AddDate(0, 1, 0).Format(time.DateOnly), t.UTC().Weekday(), t.YearDay(), t.Unix(), t.Truncate(time.Hour).Format(time.TimeOnly))
	year, week := t.ISOWeek()
	fmt.Println(year, week, t.Before(t.UTC()), t.Equal(t.UTC()), t.Add(-36*time.Hour).Format(time.DateTime))
	d, err := time.ParseDuration("1h15m30.918s")
	fmt.Println(d, err, d.Round(time.Minute), d.Minutes() > 75, time.Duration(1500)*time.Microsecond)
	_, err = time.Parse(time.DateOnly, "2026-02-30")
	fmt.Println(err)
	_, err = time.ParseDuration("3 weeks")
	fmt.Println(err)

	fmt.Println(temperature(21.456), []temperature{1, 2}, map[string]temperature{"b": 3, "a": 4})
	fmt.Printf("%v %5v %+x\n", grid{{1, 2, 3}, {4, 5, 6}}, grid{}, grid{{7}})
	fmt.Printf("%08.3f|%+d|%x|%X|%o|%b|%q|%U|%c|%e\n", 3.14159, 5, "hi", []byte{1, 171}, 8, 5, 'x', '⌘', 0x4E16, 123456.789)
	fmt.Printf("%6.2f%%|%-8s|%8s|%+v|%#v|%T\n", 99.5, "left", "right", struct {
		A int
		B *int
	}{1, nil}, []any{1, "a", nil, true}, map[string][]int{})
	fmt.Printf("%[2]d %[1]d %d|%!|%z|%d\n", 1, 2, 3)
	fmt.Printf("%s %d\n", 5, "x")
	var a, b int
	var c string
	n, err := fmt.Sscanf("12-34 abc", "%d-%d %s", &a, &b, &c)
	fmt.Println(n, err, a, b, c)
}
