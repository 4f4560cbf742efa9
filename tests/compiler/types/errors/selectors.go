// Fields, methods, method expressions, type assertions and switches.
package p

type T struct{ x, y int; f func(); s []int }
type A struct{ B; C }
type B struct{ v int }
type C struct{ v int }
type D struct{ *D; q int }
type E1 struct{ Foo int; bar int }
type P *E1
func (E1) foo() {}
func (*E1) Bar() {}
type N interface { Foo(); bar() }

func sel(a A, d D, e E1, pe *E1, ppe **E1, p P, n N, pn *N, m map[string]E1) {
	_ = a.v
	_ = a.B.v
	_ = a.w
	_ = d.D.D.q
	_ = d.Q
	_ = e.foo
	_ = e.FOO
	_ = e.Foo
	_ = e.fOO
	_ = e.Bar
	_ = e.bar
	_ = pe.Bar
	_ = ppe.Bar
	_ = ppe.Foo
	_ = p.Foo
	_ = p.Bar
	_ = p.foo
	_ = n.foo
	_ = n.Foo
	_ = pn.Foo
	_ = E1.foo
	_ = E1.Bar
	_ = (*E1).Bar
	_ = (*E1).foo
	_ = (**E1).foo
	_ = P.foo
	_ = N.Foo
	_ = (*N).Foo
	m["x"].Foo = 1
	m["x"].Bar()
	_ = E1{}.Bar
	E1{}.Bar()
	(&E1{}).Bar()
	_ = "x".x
	_ = nil.x
	_ = sel.x
	_ = len.x
	_ = int.x
	_ = q.x
	_ = _.x
	_ = e._
	_ = unsafe.Sizeof(1)
	e.Foo()
	e.Bar = nil
	e.foo = nil
	var i interface{} = e
	_ = i.Foo
	_ = i.(E1).Foo
	_ = i.(E1).Bar
	_ = i.(N)
	_ = i.(foo)
	_ = n.(E1)
	_ = n.(*E1)
	_ = n.(interface{ Foo(int) })
	switch i.(type) { case E1, *E1, int, 1: case N: case E1: }
	switch x := i.(type) {}
	switch n.(type) { case E1: case nil: case nil: }
	switch e.(type) {}
}

