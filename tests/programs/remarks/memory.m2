memory.go:8:6: can inline constantSize with cost 9 as: func() int { s := make([]int, 10); return len(s) }
memory.go:13:6: can inline variableSize with cost 9 as: func(int) int { s := make([]int, n); return len(s) }
memory.go:18:6: can inline tooLarge with cost 15 as: func() int { s := make([]int, 65536); a = <nil>; return len(s) + 262144 }
memory.go:24:6: can inline returned with cost 4 as: func(int) []int { return make([]int, 0, n) }
memory.go:26:6: can inline appended with cost 4 as: func([]int, int) []int { return append(s, v) }
memory.go:28:6: can inline grown with cost 17 as: func() { for loop }
memory.go:34:6: can inline literal with cost 13 as: func() int { s := []int{...}; return s[0] }
memory.go:39:6: can inline table with cost 22 as: func([]string) map[string]int { m := make(map[string]int, len(words)); for loop; return m }
memory.go:47:6: can inline lookup with cost 13 as: func([]byte) int { m := map[string]int{...}; return m[string(key)] }
memory.go:52:6: can inline send with cost 4 as: func(chan<- *int, int) { c <- &v }
memory.go:54:6: can inline join with cost 5 as: func(string, string) string { return a + "-" + b }
memory.go:56:6: can inline compare with cost 5 as: func([]byte, string) bool { return string(a) == b }
memory.go:58:6: can inline bytes with cost 18 as: func(string) int { n := 0; for loop; return n }
memory.go:66:6: can inline build with cost 58 as: func([]string) string { b = <nil>; for loop; return (*strings.Builder).String(b) }
memory.go:76:6: can inline (*buffer).slice with cost 3 as: method(*buffer) func() []byte { return b.data[:] }
memory.go:78:6: can inline (*buffer).swap with cost 17 as: method(*buffer) func() { b.data[0], b.data[1] = b.data[1], b.data[0] }
memory.go:80:6: cannot inline main: function too complex: cost 283 exceeds budget 80
memory.go:69:16: inlining call to strings.(*Builder).WriteString
memory.go:71:17: inlining call to strings.(*Builder).String
memory.go:69:16: inlining call to strings.(*Builder).copyCheck
memory.go:69:16: inlining call to abi.NoEscape
memory.go:82:6: inlining call to send
memory.go:83:7: inlining call to grown
memory.go:85:8: inlining call to (*buffer).swap
memory.go:86:22: inlining call to constantSize
memory.go:86:38: inlining call to variableSize
memory.go:86:51: inlining call to tooLarge
memory.go:86:67: inlining call to returned
memory.go:86:85: inlining call to appended
memory.go:86:104: inlining call to literal
memory.go:87:19: inlining call to table
memory.go:87:43: inlining call to lookup
memory.go:87:68: inlining call to join
memory.go:87:95: inlining call to (*buffer).slice
memory.go:87:87: inlining call to compare
memory.go:87:110: inlining call to bytes
memory.go:87:124: inlining call to build
memory.go:87:124: inlining call to strings.(*Builder).WriteString
memory.go:87:124: inlining call to strings.(*Builder).String
memory.go:87:124: inlining call to strings.(*Builder).copyCheck
memory.go:87:124: inlining call to abi.NoEscape
memory.go:9:11: make([]int, 10) does not escape
memory.go:14:11: make([]int, n) does not escape
memory.go:20:6: a escapes to heap in tooLarge:
memory.go:20:6:   flow: {heap} ← &a:
memory.go:20:6:     from a (too large for stack) at memory.go:20:6
memory.go:19:11: make([]int, 65536) escapes to heap in tooLarge:
memory.go:19:11:   flow: {heap} ← &{storage for make([]int, 65536)}:
memory.go:19:11:     from make([]int, 65536) (too large for stack) at memory.go:19:11
memory.go:20:6: moved to heap: a
memory.go:19:11: make([]int, 65536) escapes to heap
memory.go:24:41: make([]int, 0, n) escapes to heap in returned:
memory.go:24:41:   flow: ~r0 ← &{storage for make([]int, 0, n)}:
memory.go:24:41:     from make([]int, 0, n) (spill) at memory.go:24:41
memory.go:24:41:     from return make([]int, 0, n) (return) at memory.go:24:30
memory.go:24:41: make([]int, 0, n) escapes to heap
memory.go:26:52: append(s, v) escapes to heap in appended:
memory.go:26:52:   flow: ~r0 ← &{storage for append(s, v)}:
memory.go:26:52:     from append(s, v) (spill) at memory.go:26:52
memory.go:26:52:     from return append(s, v) (return) at memory.go:26:39
memory.go:26:15: parameter s leaks to ~r0 for appended with derefs=0:
memory.go:26:15:   flow: {temp} ← s:
memory.go:26:15:     from append(s, v) (call parameter) at memory.go:26:52
memory.go:26:15:   flow: ~r0 ← {temp}:
memory.go:26:15:     from return append(s, v) (return) at memory.go:26:39
memory.go:26:15: leaking param: s to result ~r0 level=0
memory.go:26:52: append escapes to heap
memory.go:30:16: append(sink, i) escapes to heap in grown:
memory.go:30:16:   flow: {heap} ← &{storage for append(sink, i)}:
memory.go:30:16:     from append(sink, i) (spill) at memory.go:30:16
memory.go:30:16:     from sink = append(sink, i) (assign) at memory.go:30:8
memory.go:30:16: append escapes to heap
memory.go:35:12: []int{...} does not escape
memory.go:39:12: parameter words leaks to {heap} for table with derefs=1:
memory.go:39:12:   flow: {temp} ← words:
memory.go:39:12:   flow: w ← *{temp}:
memory.go:39:12:     from for loop (range-deref) at memory.go:41:14
memory.go:39:12:   flow: {heap} ← w:
memory.go:39:12:     from m[w] (key of map put) at memory.go:42:4
memory.go:40:11: make(map[string]int, len(words)) escapes to heap in table:
memory.go:40:11:   flow: m ← &{storage for make(map[string]int, len(words))}:
memory.go:40:11:     from make(map[string]int, len(words)) (spill) at memory.go:40:11
memory.go:40:11:     from m := make(map[string]int, len(words)) (assign) at memory.go:40:4
memory.go:40:11:   flow: ~r0 ← m:
memory.go:40:11:     from return m (return) at memory.go:44:2
memory.go:39:12: leaking param content: words
memory.go:40:11: make(map[string]int, len(words)) escapes to heap
memory.go:47:13: key does not escape
memory.go:48:21: map[string]int{...} does not escape
memory.go:49:18: string(key) does not escape
memory.go:52:26: v escapes to heap in send:
memory.go:52:26:   flow: {heap} ← &v:
memory.go:52:26:     from &v (address-of) at memory.go:52:40
memory.go:52:26:     from c <- &v (send) at memory.go:52:37
memory.go:52:11: c does not escape
memory.go:52:26: moved to heap: v
memory.go:54:48: a + "-" + b escapes to heap in join:
memory.go:54:48:   flow: ~r0 ← &{storage for a + "-" + b}:
memory.go:54:48:     from a + "-" + b (spill) at memory.go:54:48
memory.go:54:48:     from return a + "-" + b (return) at memory.go:54:33
memory.go:54:11: a does not escape
memory.go:54:14: b does not escape
memory.go:54:48: a + "-" + b escapes to heap
memory.go:56:14: a does not escape
memory.go:56:24: b does not escape
memory.go:56:55: string(a) does not escape
memory.go:58:12: s does not escape
memory.go:60:27: ([]byte)(s) does not escape
memory.go:60:27: zero-copy string->[]byte conversion
memory.go:69:16: "strings: illegal use of non-zero Builder copied by value" escapes to heap in build:
memory.go:69:16:   flow: {heap} ← &{storage for "strings: illegal use of non-zero Builder copied by value"}:
memory.go:69:16:     from "strings: illegal use of non-zero Builder copied by value" (spill) at memory.go:69:16
memory.go:69:16:     from panic("strings: illegal use of non-zero Builder copied by value") (call parameter) at memory.go:69:16
memory.go:69:16: append(strings.b.buf, strings.s...) escapes to heap in build:
memory.go:69:16:   flow: {heap} ← &{storage for append(strings.b.buf, strings.s...)}:
memory.go:69:16:     from append(strings.b.buf, strings.s...) (spill) at memory.go:69:16
memory.go:69:16:     from strings.b.buf = append(strings.b.buf, strings.s...) (assign) at memory.go:69:16
memory.go:66:12: parts does not escape
memory.go:69:16: "strings: illegal use of non-zero Builder copied by value" escapes to heap
memory.go:69:16: append escapes to heap
memory.go:76:7: parameter b leaks to ~r0 for (*buffer).slice with derefs=0:
memory.go:76:7:   flow: ~r0 ← b:
memory.go:76:7:     from b.data (dot of pointer) at memory.go:76:43
memory.go:76:7:     from b.data (address-of) at memory.go:76:48
memory.go:76:7:     from b.data[:] (slice) at memory.go:76:48
memory.go:76:7:     from return b.data[:] (return) at memory.go:76:35
memory.go:76:7: leaking param: b to result ~r0 level=0
memory.go:78:48: (*buffer).swap ignoring self-assignment in b.data[0], b.data[1] = b.data[1], b.data[0]
memory.go:78:48: (*buffer).swap ignoring self-assignment in b.data[0], b.data[1] = b.data[1], b.data[0]
memory.go:78:7: b does not escape
memory.go:82:6: v escapes to heap in main:
memory.go:82:6:   flow: {heap} ← &v:
memory.go:82:6:     from &v (address-of) at memory.go:82:6
memory.go:82:6:     from c <- &v (send) at memory.go:82:6
memory.go:83:7: append(sink, i) escapes to heap in main:
memory.go:83:7:   flow: {heap} ← &{storage for append(sink, i)}:
memory.go:83:7:     from append(sink, i) (spill) at memory.go:83:7
memory.go:83:7:     from sink = append(sink, i) (assign) at memory.go:83:7
memory.go:85:8: main ignoring self-assignment in b.data[0], b.data[1] = b.data[1], b.data[0]
memory.go:85:8: main ignoring self-assignment in b.data[0], b.data[1] = b.data[1], b.data[0]
memory.go:87:124: "strings: illegal use of non-zero Builder copied by value" escapes to heap in main:
memory.go:87:124:   flow: {heap} ← &{storage for "strings: illegal use of non-zero Builder copied by value"}:
memory.go:87:124:     from "strings: illegal use of non-zero Builder copied by value" (spill) at memory.go:87:124
memory.go:87:124:     from panic("strings: illegal use of non-zero Builder copied by value") (call parameter) at memory.go:87:124
memory.go:87:124: append(strings.b.buf, strings.s...) escapes to heap in main:
memory.go:87:124:   flow: {heap} ← &{storage for append(strings.b.buf, strings.s...)}:
memory.go:87:124:     from append(strings.b.buf, strings.s...) (spill) at memory.go:87:124
memory.go:87:124:     from strings.b.buf = append(strings.b.buf, strings.s...) (assign) at memory.go:87:124
memory.go:86:51: a escapes to heap in main:
memory.go:86:51:   flow: {heap} ← &a:
memory.go:86:51:     from a (too large for stack) at memory.go:86:51
memory.go:86:51: make([]int, 65536) escapes to heap in main:
memory.go:86:51:   flow: {heap} ← &{storage for make([]int, 65536)}:
memory.go:86:51:     from make([]int, 65536) (too large for stack) at memory.go:86:51
memory.go:82:6: moved to heap: v
memory.go:86:51: moved to heap: a
memory.go:83:7: append escapes to heap
memory.go:84:10: new(buffer) does not escape
memory.go:86:22: make([]int, 10) does not escape
memory.go:86:38: make([]int, 3) does not escape
memory.go:86:51: make([]int, 65536) escapes to heap
memory.go:86:67: make([]int, 0, 4) does not escape
memory.go:86:85: append does not escape
memory.go:86:104: []int{...} does not escape
memory.go:87:28: []string{...} does not escape
memory.go:87:19: make(map[string]int, len(words)) does not escape
memory.go:87:51: ([]byte)("a") does not escape
memory.go:87:51: zero-copy string->[]byte conversion
memory.go:87:43: map[string]int{...} does not escape
memory.go:87:43: string(key) does not escape
memory.go:87:68: a + "-" + b does not escape
memory.go:87:87: string(a) does not escape
memory.go:87:110: ([]byte)(s) does not escape
memory.go:87:110: zero-copy string->[]byte conversion
memory.go:87:124: "strings: illegal use of non-zero Builder copied by value" escapes to heap
memory.go:87:124: append escapes to heap
