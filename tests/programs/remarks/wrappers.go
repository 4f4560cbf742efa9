package main

type node struct {
	name string
	next *node
}

func (n node) label() string { return n.name }
func (n node) follow() *node { return n.next }

//go:noinline
func (n node) keep(p *int) *int { kept = p; return p }

//go:noinline
func (node) both(p, _ *int, more ...*node) (q *int, last *node) {
	if len(more) > 0 {
		last = more[0]
	}
	return p, last
}

func (n node) greet() string { return "hello, " + n.name }

func (n node) wrap() any { return [2]int{len(n.name), 1} }

var kept *int

type outer struct {
	*node
	sink
	mark int
}

type sink interface {
	put(v *int, _ string) *int
}

type store struct{ at *int }

func (s *store) put(v *int, _ string) *int {
	old := s.at
	s.at = v
	return old
}

type inner struct{ store }

func bind(n node) func(*int) *int { return n.keep }

type greeter interface{ greet() string }

func main() {
	n := node{name: "a"}
	x := 1
	println(bind(n)(&x) == kept, n.greet(), n.follow() == nil, n.wrap() != nil)
	var g greeter = outer{node: &n, sink: &inner{}}
	println(g.greet(), n.label())
	f := sink.put
	println(f(&inner{}, &x, "") == nil)
	n.both(&x, nil, &n)
}
