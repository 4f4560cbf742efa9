// Values of type parameters.
package p

func generic[T any, PT interface{ *T; Set(int) }, K comparable, V int | string](t T, pt PT, k K, v V) {
	_ = t.x
	t.Set(1)
	pt.Set("x")
	pt.Foo()
	*pt = t
	_ = V(1)
	_ = V("x")
	_ = V(1.5)
	_ = int(v)
	_ = string(v)
	_ = T(1)
	_ = []T{1}
	_ = map[T]int{}
	_ = map[K]V{}
	_ = *t
	_ = t.(int)
	_ = any(t).(int)
	switch t.(type) {}
	_ = len(v)
	_ = cap(v)
	_ = make(T)
	_ = new(T)
	_ = T{}
	_ = func() T { return nil }
	var _ T = nil
	var _ PT = nil
	var _ V = 1
	var _ K = 0
	const c = V(1)
	for range t {}
	_ = t()
	_ = generic[int]
	generic[int](1, nil, 2, 3)
	generic(1, nil, 2, 3)
}
