inlining.go:9:6: can inline small with cost 4 as: func(int) int { return a + 1 }
inlining.go:11:6: can inline twice with cost 14 as: func(int) int { return small(small(a)) }
inlining.go:14:6: cannot inline never: marked go:noinline
inlining.go:16:6: can inline loop with cost 32 as: func(int) int { for loop; return  }
inlining.go:23:6: can inline recursive with cost 71 as: func(int) int { if n == 0 { return 0 }; return recursive(n - 1) + 1 }
inlining.go:30:6: cannot inline deferred: unhandled op DEFER
inlining.go:34:6: cannot inline recovered: call to recover
inlining.go:38:6: cannot inline started: unhandled op GO
inlining.go:39:2: can inline started.gowrap1 with cost 2 as: func() { close(.autotmp_1) }
inlining.go:42:6: can inline selects with cost 17 as: func(chan int, chan int) int { select statement }
inlining.go:51:6: can inline switches with cost 28 as: func(int, string) string { switch statement; return s + s }
inlining.go:64:6: cannot inline complicated: function too complex: cost 175 exceeds budget 80
inlining.go:77:6: can inline pair with cost 11 as: func() (int, error) { return 1, errors.New("none") }
inlining.go:79:6: can inline usePair with cost 29 as: func() int { n, err := int(.autotmp_3), .autotmp_4; if err != nil { return -n }; return n }
inlining.go:87:6: can inline constants with cost 8 as: func() (rune, byte, float64, string, bool, uint8, complex128) { return 'x', byte(121), 1.5, "a string that is longer than seventy-two characters is cut somewhere..., true, uint8(3), (0 + 2i) }
inlining.go:91:6: can inline conversions with cost 16 as: func(int, []byte, *int32) (float64, string, []rune, uint8) { return float64(n) + float64(*p), string(b), []rune{...}, uint8(n) }
inlining.go:95:6: can inline variadic with cost 6 as: func(string, ...int) int { return len(prefix) + len(rest) }
inlining.go:97:6: can inline callsVariadic with cost 36 as: func([]int) int { return variadic("a", nil...) + variadic("b", ... argument...) + variadic("c", s...) }
inlining.go:99:6: can inline exits with cost 60 as: func(int) { os.Exit(code) }
inlining.go:101:6: can inline iterate with cost 33 as: func(func(int) bool) { for loop }
inlining.go:106:6: can inline ranges with cost 73 as: func() int { #state1 := 1; #yield1 := func literal; iterate(#yield1); if #state1 == 2 { runtime.panicrangestate(4) }; #state1 = 3; return s }
inlining.go:107:2: can inline ranges-range1 with cost 32 as: func(int) bool { #tmpState := #state1; #state1 = 2; if #tmpState != 1 { runtime.panicrangestate(#tmpState) }; if i == 2 { #state1 = 0; return false }; s += i; #state1 = 1; return true }
inlining.go:116:6: cannot inline main: function too complex: cost 595 exceeds budget 80
inlining.go:11:43: inlining call to small
inlining.go:11:37: inlining call to small
inlining.go:18:13: inlining call to twice
inlining.go:18:13: inlining call to small
inlining.go:18:13: inlining call to small
inlining.go:27:18: inlining call to recursive
inlining.go:77:48: inlining call to errors.New
inlining.go:80:16: inlining call to pair
inlining.go:80:16: inlining call to errors.New
inlining.go:97:50: inlining call to variadic
inlining.go:97:66: inlining call to variadic
inlining.go:97:88: inlining call to variadic
inlining.go:107:2: inlining call to iterate
inlining.go:107:2: inlining call to ranges-range1
inlining.go:121:14: inlining call to loop
inlining.go:121:28: inlining call to recursive
inlining.go:121:41: inlining call to switches
inlining.go:121:81: inlining call to usePair
inlining.go:121:98: inlining call to callsVariadic
inlining.go:121:111: inlining call to ranges
inlining.go:122:13: inlining call to conversions
inlining.go:123:11: inlining call to constants
inlining.go:124:12: inlining call to selects
inlining.go:125:8: inlining call to exits
inlining.go:121:14: inlining call to twice
inlining.go:121:28: cannot inline recursive into main: repeated recursive cycle
inlining.go:121:81: inlining call to pair
inlining.go:121:98: inlining call to variadic
inlining.go:121:98: inlining call to variadic
inlining.go:121:98: inlining call to variadic
inlining.go:121:111: inlining call to iterate
inlining.go:121:14: inlining call to small
inlining.go:121:14: inlining call to small
inlining.go:121:81: inlining call to errors.New
inlining.go:107:2: can inline main.ranges-range1 with cost 32 as: func(int) bool { #tmpState := #state1; #state1 = 2; if #tmpState != 1 { runtime.panicrangestate(#tmpState) }; if i == 2 { #state1 = 0; return false }; s += i; #state1 = 1; return true }
inlining.go:121:111: inlining call to main.ranges-range1
inlining.go:121:28: cannot inline recursive into main: repeated recursive cycle
inlining.go:30:15: f does not escape
inlining.go:39:2: func literal escapes to heap in started:
inlining.go:39:2:   flow: {heap} ← &{storage for func literal}:
inlining.go:39:2:     from func literal (spill) at inlining.go:39:2
inlining.go:39:2: started capturing by value: .autotmp_1 (addr=false assign=false width=8)
inlining.go:38:14: parameter c leaks to {storage for func literal} for started with derefs=0:
inlining.go:38:14:   flow: .autotmp_1 ← c:
inlining.go:38:14:     from .autotmp_1 = c (assign-pair) at inlining.go:39:2
inlining.go:38:14:   flow: {storage for func literal} ← .autotmp_1:
inlining.go:38:14:     from .autotmp_1 (captured by a closure) at inlining.go:39:2
inlining.go:38:14: leaking param: c
inlining.go:42:14: a does not escape
inlining.go:42:17: b does not escape
inlining.go:51:22: parameter s leaks to ~r0 for switches with derefs=0:
inlining.go:51:22:   flow: ~r0 ← s:
inlining.go:51:22:     from return s (return) at inlining.go:57:3
inlining.go:61:11: s + s escapes to heap in switches:
inlining.go:61:11:   flow: ~r0 ← &{storage for s + s}:
inlining.go:61:11:     from s + s (spill) at inlining.go:61:11
inlining.go:61:11:     from return s + s (return) at inlining.go:61:2
inlining.go:51:22: leaking param: s to result ~r0 level=0
inlining.go:61:11: s + s escapes to heap
inlining.go:77:48: &errors.errorString{...} escapes to heap in pair:
inlining.go:77:48:   flow: ~r0 ← &{storage for &errors.errorString{...}}:
inlining.go:77:48:     from &errors.errorString{...} (spill) at inlining.go:77:48
inlining.go:77:48:     from &errors.errorString{...} (interface-converted) at inlining.go:77:48
inlining.go:77:48:     from ~r0 = &errors.errorString{...} (assign-pair) at inlining.go:77:48
inlining.go:77:48:   flow: ~r1 ← ~r0:
inlining.go:77:48:     from return 1, ~r0 (return) at inlining.go:77:28
inlining.go:77:48: &errors.errorString{...} escapes to heap
inlining.go:80:16: &errors.errorString{...} does not escape
inlining.go:92:53: []rune{...} escapes to heap in conversions:
inlining.go:92:53:   flow: ~r2 ← &{storage for []rune{...}}:
inlining.go:92:53:     from []rune{...} (spill) at inlining.go:92:53
inlining.go:92:53:     from return float64(n) + float64(*p), string(b), []rune{...}, uint8(n) (return) at inlining.go:92:2
inlining.go:92:42: string(b) escapes to heap in conversions:
inlining.go:92:42:   flow: ~r1 ← &{storage for string(b)}:
inlining.go:92:42:     from string(b) (spill) at inlining.go:92:42
inlining.go:92:42:     from return float64(n) + float64(*p), string(b), []rune{...}, uint8(n) (return) at inlining.go:92:2
inlining.go:91:25: b does not escape
inlining.go:91:35: p does not escape
inlining.go:92:42: string(b) escapes to heap
inlining.go:92:53: []rune{...} escapes to heap
inlining.go:95:15: prefix does not escape
inlining.go:95:30: rest does not escape
inlining.go:97:20: s does not escape
inlining.go:97:66: ... argument does not escape
inlining.go:101:14: yield does not escape
inlining.go:121:41: s + s does not escape
inlining.go:121:81: &errors.errorString{...} does not escape
inlining.go:121:98: ... argument does not escape
inlining.go:122:25: new(int32) does not escape
inlining.go:122:13: string(b) does not escape
inlining.go:122:13: []rune{...} does not escape
