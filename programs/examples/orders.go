// Sums orders up by customer. Written as it comes to mind; docs/profiling.md makes it allocate less, orders_lean.go is the result.
package main

import (
	"fmt"
	"sort"
)

type order struct {
	customer string
	cents    int
}

type total struct{ orders, cents int }

func customer(i int) string {
	return fmt.Sprintf("%d", 1000+i*7919%4000)
}

func load(n int) []order {
	var orders []order
	for i := 0; i < n; i++ {
		orders = append(orders, order{customer(i), 100 + i*37%9900})
	}
	return orders
}

func report(orders []order) string {
	totals := make(map[string]*total)
	for _, o := range orders {
		t := totals[o.customer]
		if t == nil {
			t = &total{}
			totals[o.customer] = t
		}
		t.orders++
		t.cents += o.cents
	}
	var names []string
	for name := range totals {
		names = append(names, name)
	}
	sort.Strings(names)
	text := ""
	for _, name := range names {
		text += name + "\n"
	}
	return fmt.Sprint(len(totals), " customers, best ", best(totals, names), ", ", len(text), " bytes of names")
}

func best(totals map[string]*total, names []string) string {
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
