// Structs, maps, slices and sorting, printed with text/template and tabwriter.
package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"text/tabwriter"
	"text/template"
)

type Item struct {
	Name  string
	Kind  string
	Price float64
	Count int
	Tags  []string
}

func (i Item) Value() float64 { return i.Price * float64(i.Count) }

var items = []Item{
	{"spade", "tool", 24.5, 4, []string{"steel", "wood"}},
	{"lamp", "light", 12, 10, nil},
	{"rope", "tool", 3.25, 40, []string{"hemp"}},
	{"candle", "light", 0.75, 120, []string{"wax"}},
	{"helmet", "wear", 31, 2, []string{"steel"}},
	{"boots", "wear", 55, 2, []string{"leather", "steel"}},
}

const report = `{{define "line"}}{{printf "%-8s" .Name}} {{printf "%8.2f" .Value}}{{with .Tags}} ({{join . ", "}}){{end}}{{end -}}
{{range $kind, $list := .ByKind}}{{$kind | upper}}{{range $i, $item := $list}}
  {{$i}} {{template "line" $item}}{{end}}
{{else}}nothing
{{end}}total {{printf "%.2f" .Total}}{{if gt .Total 500.0}}, worth insuring{{end}}
`

func main() {
	byKind := map[string][]Item{}
	total := 0.0
	byTag := map[string]map[string]bool{}
	for _, it := range items {
		byKind[it.Kind] = append(byKind[it.Kind], it)
		total += it.Value()
		for _, t := range it.Tags {
			if byTag[t] == nil {
				byTag[t] = map[string]bool{}
			}
			byTag[t][it.Name] = true
		}
	}
	for _, list := range byKind {
		slices.SortFunc(list, func(a, b Item) int { return cmp.Or(-cmp.Compare(a.Value(), b.Value()), cmp.Compare(a.Name, b.Name)) })
	}
	t := template.Must(template.New("report").Funcs(template.FuncMap{"upper": strings.ToUpper, "join": strings.Join}).Parse(report))
	if err := t.Execute(os.Stdout, map[string]any{"ByKind": byKind, "Total": total}); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}

	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', tabwriter.AlignRight|tabwriter.Debug)
	fmt.Fprintln(w, "tag\titems\tnames\t")
	tags := make([]string, 0, len(byTag))
	for t := range byTag {
		tags = append(tags, t)
	}
	sort.Strings(tags)
	for _, t := range tags {
		var names []string
		for n := range byTag[t] {
			names = append(names, n)
		}
		sort.Sort(sort.Reverse(sort.StringSlice(names)))
		fmt.Fprintf(w, "%s\t%d\t%s\t\n", t, len(names), strings.Join(names, " "))
	}
	w.Flush()

	i, found := slices.BinarySearchFunc(items[1:3], "rope", func(it Item, name string) int { return cmp.Compare(it.Name, name) })
	grown := slices.Insert(slices.Clone(items), 1, Item{Name: "map"})
	grown = slices.DeleteFunc(grown, func(it Item) bool { return it.Kind == "wear" })
	fmt.Println(i, found, len(grown), cap(items), slices.ContainsFunc(grown, func(it Item) bool { return it.Name == "boots" }))
	delete(byTag, "steel")
	clear(byKind)
	fmt.Println(len(byTag), len(byKind), fmt.Sprint(byTag))
}
