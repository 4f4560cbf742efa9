pointers.go:11:6: can inline newNode with cost 5 as: func(int) *node { return &node{...} }
pointers.go:13:6: can inline keep with cost 3 as: func(*node) { kept = n }
pointers.go:15:6: can inline first with cost 2 as: func(*node) *node { return n }
pointers.go:17:6: can inline value with cost 3 as: func(*node) int { return n.value }
pointers.go:19:6: can inline link with cost 4 as: func(*node, *node) { a.next = b }
pointers.go:21:6: can inline address with cost 8 as: func() *int { x := 1; return &x }
pointers.go:26:6: can inline local with cost 34 as: func() int { n := node{...}; p := &n; q := new(node); q.value = p.value; return value(first(q)) }
pointers.go:35:6: cannot inline fill: marked go:noinline
pointers.go:37:6: can inline sum with cost 18 as: func(*node) int { for loop; return  }
pointers.go:44:6: cannot inline main: function too complex: cost 163 exceeds budget 80
pointers.go:31:20: inlining call to first
pointers.go:31:14: inlining call to value
pointers.go:45:14: inlining call to newNode
pointers.go:46:17: inlining call to newNode
pointers.go:46:6: inlining call to link
pointers.go:47:6: inlining call to keep
pointers.go:49:15: inlining call to local
pointers.go:49:27: inlining call to address
pointers.go:49:34: inlining call to sum
pointers.go:49:15: inlining call to first
pointers.go:49:15: inlining call to value
pointers.go:11:36: &node{...} escapes to heap in newNode:
pointers.go:11:36:   flow: ~r0 ← &{storage for &node{...}}:
pointers.go:11:36:     from &node{...} (spill) at pointers.go:11:36
pointers.go:11:36:     from return &node{...} (return) at pointers.go:11:29
pointers.go:11:36: &node{...} escapes to heap
pointers.go:13:11: parameter n leaks to {heap} for keep with derefs=0:
pointers.go:13:11:   flow: {heap} ← n:
pointers.go:13:11:     from kept = n (assign) at pointers.go:13:27
pointers.go:13:11: leaking param: n
pointers.go:15:12: parameter n leaks to ~r0 for first with derefs=0:
pointers.go:15:12:   flow: ~r0 ← n:
pointers.go:15:12:     from return n (return) at pointers.go:15:29
pointers.go:15:12: leaking param: n to result ~r0 level=0
pointers.go:17:12: n does not escape
pointers.go:19:14: parameter b leaks to {heap} for link with derefs=0:
pointers.go:19:14:   flow: {heap} ← b:
pointers.go:19:14:     from a.next = b (assign) at pointers.go:19:32
pointers.go:19:11: a does not escape
pointers.go:19:14: leaking param: b
pointers.go:22:2: x escapes to heap in address:
pointers.go:22:2:   flow: ~r0 ← &x:
pointers.go:22:2:     from &x (address-of) at pointers.go:23:9
pointers.go:22:2:     from return &x (return) at pointers.go:23:2
pointers.go:22:2: moved to heap: x
pointers.go:29:10: new(node) does not escape
pointers.go:35:28: &node{} escapes to heap in fill:
pointers.go:35:28:   flow: {heap} ← &{storage for &node{}}:
pointers.go:35:28:     from &node{} (spill) at pointers.go:35:28
pointers.go:35:28:     from *p = &node{} (assign) at pointers.go:35:26
pointers.go:35:11: p does not escape
pointers.go:35:28: &node{} escapes to heap
pointers.go:37:10: list does not escape
pointers.go:46:17: &node{...} escapes to heap in main:
pointers.go:46:17:   flow: ~r0 ← &{storage for &node{...}}:
pointers.go:46:17:     from &node{...} (spill) at pointers.go:46:17
pointers.go:46:17:     from ~r0 = &node{...} (assign-pair) at pointers.go:46:17
pointers.go:46:17:   flow: b ← ~r0:
pointers.go:46:17:     from a, b := n, ~r0 (assign-pair) at pointers.go:46:6
pointers.go:46:17:   flow: {heap} ← b:
pointers.go:46:17:     from a.next = b (assign) at pointers.go:46:6
pointers.go:45:14: &node{...} escapes to heap in main:
pointers.go:45:14:   flow: ~r0 ← &{storage for &node{...}}:
pointers.go:45:14:     from &node{...} (spill) at pointers.go:45:14
pointers.go:45:14:     from ~r0 = &node{...} (assign-pair) at pointers.go:45:14
pointers.go:45:14:   flow: n ← ~r0:
pointers.go:45:14:     from n := ~r0 (assign) at pointers.go:45:4
pointers.go:45:14:   flow: n ← n:
pointers.go:45:14:     from n := n (assign-pair) at pointers.go:47:6
pointers.go:45:14:   flow: {heap} ← n:
pointers.go:45:14:     from kept = n (assign) at pointers.go:47:6
pointers.go:45:14: &node{...} escapes to heap
pointers.go:46:17: &node{...} escapes to heap
pointers.go:49:15: new(node) does not escape
