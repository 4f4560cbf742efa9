// Sums orders up by customer: orders.go after the advice of burrow profile and burrow explain (docs/profiling.md).
package main

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

type order struct {
	customer string
	cents    int
}

type total struct{ orders, cents int }

func customer(i int) string {
	return strconv.Itoa(1000 + i*7919%4000)
}

func load(n int) []order {
	orders := make([]order, 0, n)
	for i := 0; i < n; i++ {
		orders = append(orders, order{customer(i), 100 + i*37%9900})
	}
	return orders
}

func report(orders []order) string {
	totals := make(map[string]total, 4096)
	for _, o := range orders {
		t := totals[o.customer]
		totals[o.customer] = total{t.orders + 1, t.cents + o.cents}
	}
	names := make([]string, 0, len(totals))
	for name := range totals {
		names = append(names, name)
	}
	sort.Strings(names)
	var text strings.Builder
	for _, name := range names {
		text.WriteString(name)
		text.WriteByte('\n')
	}
	return fmt.Sprint(len(totals), " customers, best ", best(totals, names), ", ", text.Len(), " bytes of names")
}

func best(totals map[string]total, names []string) string {
	best := names[0]
	for _, name := range names {
		if totals[name].cents > totals[best].cents {
			best = name
		}
	}
	return best
}

func main() {
	fmt.Println(report(load(20000)))
}
