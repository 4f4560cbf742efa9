package main

import (
	"fmt"
	"hash/fnv"
	"os"
	"strconv"
	"strings"
	"text/template"
)

// arg is the size: the last argument, so that it works whatever os.Args[0] is.
func arg(def int) int {
	n, err := strconv.Atoi(os.Args[len(os.Args)-1])
	if err == nil {
		return n
	}
	return def
}

type row struct {
	ID    int
	Name  string
	Price float64
	Tags  []string
}

func (r row) Dear() bool { return r.Price > 50 }

const page = `{{define "row"}}<tr id="{{.ID}}"><td>{{.Name | html}}</td><td>{{printf "%.2f" .Price}}</td>{{if .Dear}}<td>!</td>{{end}}
{{- range $i, $t := .Tags}}{{if $i}}, {{end}}{{$t | upper}}{{else}}no tags{{end}}</tr>{{end -}}
<h1>{{.title}}</h1>{{range .rows}}
{{template "row" .}}{{end}}
{{with .total}}{{. | printf "%8d"}}{{end}}{{if and .rows (eq (len .rows) 50)}} full{{end}}
`

func main() {
	n := arg(300)
	t := template.Must(template.New("page").Funcs(template.FuncMap{"upper": strings.ToUpper}).Parse(page))
	h := fnv.New64a()
	for i := range n {
		rows := make([]row, 50)
		for j := range rows {
			rows[j] = row{i*50 + j, "item <" + strconv.Itoa(j) + ">", float64(i*j%977) / 7, strings.Fields(strings.Repeat("tag ", j%4))}
		}
		if err := t.Execute(h, map[string]any{"title": "Page " + strconv.Itoa(i), "rows": rows, "total": i * (i%13 + 1)}); err != nil {
			panic(err)
		}
	}
	fmt.Printf("%016x\n", h.Sum64())
}
