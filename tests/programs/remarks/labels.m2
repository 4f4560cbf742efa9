labels.go:15:6: can inline (*square).area with cost 6 as: method(*square) func() int { return s.side * s.side }
labels.go:16:6: can inline (*circle).area with cost 8 as: method(*circle) func() int { return 3 * c.radius * c.radius }
labels.go:18:6: can inline double with cost 28 as: func(shape) shape { switch statement; return nil }
labels.go:30:6: can inline digit with cost 6 as: func(uint8) byte { return "0123456789abcdef"[n & uint8(15)] }
labels.go:32:6: can inline high with cost 17 as: func([]byte, uint8) []byte { return append(b, "0123456789abcdef"[n >> uint(4)], digit(n)) }
labels.go:34:6: cannot inline main: function too complex: cost 224 exceeds budget 80
labels.go:32:75: inlining call to digit
labels.go:36:20: inlining call to double
labels.go:36:13: inlining call to double
labels.go:37:67: inlining call to high
labels.go:37:67: inlining call to digit
labels.go:5:28: map[string]*int{...} escapes to heap in map.init.0:
labels.go:5:28:   flow: {heap} ← &{storage for map[string]*int{...}}:
labels.go:5:28:     from map[string]*int{...} (spill) at labels.go:5:28
labels.go:5:28:     from table = map[string]*int{...} (assign) at labels.go:5:5
labels.go:5:37: new(int) escapes to heap in map.init.0:
labels.go:5:37:   flow: {heap} ← &{storage for new(int)}:
labels.go:5:37:     from new(int) (spill) at labels.go:5:37
labels.go:5:37:     from map[string]*int{...} (map literal value) at labels.go:5:28
labels.go:5:52: new(int) escapes to heap in map.init.0:
labels.go:5:52:   flow: {heap} ← &{storage for new(int)}:
labels.go:5:52:     from new(int) (spill) at labels.go:5:52
labels.go:5:52:     from map[string]*int{...} (map literal value) at labels.go:5:28
labels.go:5:67: new(int) escapes to heap in map.init.0:
labels.go:5:67:   flow: {heap} ← &{storage for new(int)}:
labels.go:5:67:     from new(int) (spill) at labels.go:5:67
labels.go:5:67:     from map[string]*int{...} (map literal value) at labels.go:5:28
labels.go:5:82: new(int) escapes to heap in map.init.0:
labels.go:5:82:   flow: {heap} ← &{storage for new(int)}:
labels.go:5:82:     from new(int) (spill) at labels.go:5:82
labels.go:5:82:     from map[string]*int{...} (map literal value) at labels.go:5:28
labels.go:5:97: new(int) escapes to heap in map.init.0:
labels.go:5:97:   flow: {heap} ← &{storage for new(int)}:
labels.go:5:97:     from new(int) (spill) at labels.go:5:97
labels.go:5:97:     from map[string]*int{...} (map literal value) at labels.go:5:28
labels.go:5:112: new(int) escapes to heap in map.init.0:
labels.go:5:112:   flow: {heap} ← &{storage for new(int)}:
labels.go:5:112:     from new(int) (spill) at labels.go:5:112
labels.go:5:112:     from map[string]*int{...} (map literal value) at labels.go:5:28
labels.go:5:127: new(int) escapes to heap in map.init.0:
labels.go:5:127:   flow: {heap} ← &{storage for new(int)}:
labels.go:5:127:     from new(int) (spill) at labels.go:5:127
labels.go:5:127:     from map[string]*int{...} (map literal value) at labels.go:5:28
labels.go:5:28: map[string]*int{...} escapes to heap
labels.go:5:37: new(int) escapes to heap
labels.go:5:52: new(int) escapes to heap
labels.go:5:67: new(int) escapes to heap
labels.go:5:82: new(int) escapes to heap
labels.go:5:97: new(int) escapes to heap
labels.go:5:112: new(int) escapes to heap
labels.go:5:127: new(int) escapes to heap
labels.go:9:29: map[int][]string{...} escapes to heap in map.init.1:
labels.go:9:29:   flow: {heap} ← &{storage for map[int][]string{...}}:
labels.go:9:29:     from map[int][]string{...} (spill) at labels.go:9:29
labels.go:9:29:     from again = map[int][]string{...} (assign) at labels.go:9:5
labels.go:9:33: []string{...} escapes to heap in map.init.1:
labels.go:9:33:   flow: {heap} ← &{storage for []string{...}}:
labels.go:9:33:     from []string{...} (spill) at labels.go:9:33
labels.go:9:33:     from map[int][]string{...} (map literal value) at labels.go:9:29
labels.go:9:43: []string{...} escapes to heap in map.init.1:
labels.go:9:43:   flow: {heap} ← &{storage for []string{...}}:
labels.go:9:43:     from []string{...} (spill) at labels.go:9:43
labels.go:9:43:     from map[int][]string{...} (map literal value) at labels.go:9:29
labels.go:9:53: []string{...} escapes to heap in map.init.1:
labels.go:9:53:   flow: {heap} ← &{storage for []string{...}}:
labels.go:9:53:     from []string{...} (spill) at labels.go:9:53
labels.go:9:53:     from map[int][]string{...} (map literal value) at labels.go:9:29
labels.go:9:63: []string{...} escapes to heap in map.init.1:
labels.go:9:63:   flow: {heap} ← &{storage for []string{...}}:
labels.go:9:63:     from []string{...} (spill) at labels.go:9:63
labels.go:9:63:     from map[int][]string{...} (map literal value) at labels.go:9:29
labels.go:9:78: []string{...} escapes to heap in map.init.1:
labels.go:9:78:   flow: {heap} ← &{storage for []string{...}}:
labels.go:9:78:     from []string{...} (spill) at labels.go:9:78
labels.go:9:78:     from map[int][]string{...} (map literal value) at labels.go:9:29
labels.go:9:98: []string{} escapes to heap in map.init.1:
labels.go:9:98:   flow: {heap} ← &{storage for []string{}}:
labels.go:9:98:     from []string{} (spill) at labels.go:9:98
labels.go:9:98:     from map[int][]string{...} (map literal value) at labels.go:9:29
labels.go:9:29: map[int][]string{...} escapes to heap
labels.go:9:33: []string{...} escapes to heap
labels.go:9:43: []string{...} escapes to heap
labels.go:9:53: []string{...} escapes to heap
labels.go:9:63: []string{...} escapes to heap
labels.go:9:78: []string{...} escapes to heap
labels.go:9:98: []string{} escapes to heap
labels.go:7:28: map[string]*int{...} escapes to heap in init:
labels.go:7:28:   flow: {heap} ← &{storage for map[string]*int{...}}:
labels.go:7:28:     from map[string]*int{...} (spill) at labels.go:7:28
labels.go:7:28:     from small = map[string]*int{...} (assign) at labels.go:7:5
labels.go:7:37: new(int) escapes to heap in init:
labels.go:7:37:   flow: {heap} ← &{storage for new(int)}:
labels.go:7:37:     from new(int) (spill) at labels.go:7:37
labels.go:7:37:     from map[string]*int{...} (map literal value) at labels.go:7:28
labels.go:7:28: map[string]*int{...} escapes to heap
labels.go:7:37: new(int) escapes to heap
labels.go:15:7: s does not escape
labels.go:16:7: c does not escape
labels.go:21:10: &square{...} escapes to heap in double:
labels.go:21:10:   flow: ~r0 ← &{storage for &square{...}}:
labels.go:21:10:     from &square{...} (spill) at labels.go:21:10
labels.go:21:10:     from &square{...} (interface-converted) at labels.go:21:10
labels.go:21:10:     from return &square{...} (return) at labels.go:21:3
labels.go:23:10: &circle{...} escapes to heap in double:
labels.go:23:10:   flow: ~r0 ← &{storage for &circle{...}}:
labels.go:23:10:     from &circle{...} (spill) at labels.go:23:10
labels.go:23:10:     from &circle{...} (interface-converted) at labels.go:23:10
labels.go:23:10:     from return &circle{...} (return) at labels.go:23:3
labels.go:18:13: s does not escape
labels.go:21:10: &square{...} escapes to heap
labels.go:23:10: &circle{...} escapes to heap
labels.go:32:52: append(b, "0123456789abcdef"[n >> uint(4)], ~r0) escapes to heap in high:
labels.go:32:52:   flow: ~r0 ← &{storage for append(b, "0123456789abcdef"[n >> uint(4)], ~r0)}:
labels.go:32:52:     from append(b, "0123456789abcdef"[n >> uint(4)], ~r0) (spill) at labels.go:32:52
labels.go:32:52:     from return append(b, "0123456789abcdef"[n >> uint(4)], ~r0) (return) at labels.go:32:39
labels.go:32:11: parameter b leaks to ~r0 for high with derefs=0:
labels.go:32:11:   flow: {temp} ← b:
labels.go:32:11:     from append(b, "0123456789abcdef"[n >> uint(4)], ~r0) (call parameter) at labels.go:32:52
labels.go:32:11:   flow: ~r0 ← {temp}:
labels.go:32:11:     from return append(b, "0123456789abcdef"[n >> uint(4)], ~r0) (return) at labels.go:32:39
labels.go:32:11: leaking param: b to result ~r0 level=0
labels.go:32:52: append escapes to heap
labels.go:36:13: &square{...} escapes to heap in main:
labels.go:36:13:   flow: ~r0 ← &{storage for &square{...}}:
labels.go:36:13:     from &square{...} (spill) at labels.go:36:13
labels.go:36:13:     from &square{...} (interface-converted) at labels.go:36:13
labels.go:36:13:     from ~r0 = &square{...} (assign-pair) at labels.go:36:13
labels.go:36:13:   flow: t ← ~r0:
labels.go:36:13:     from t := ~r0 (assign) at labels.go:36:4
labels.go:36:13:   flow: {heap} ← t:
labels.go:36:13:     from t.area() (call parameter) at labels.go:37:16
labels.go:36:13: &circle{...} escapes to heap in main:
labels.go:36:13:   flow: ~r0 ← &{storage for &circle{...}}:
labels.go:36:13:     from &circle{...} (spill) at labels.go:36:13
labels.go:36:13:     from &circle{...} (interface-converted) at labels.go:36:13
labels.go:36:13:     from ~r0 = &circle{...} (assign-pair) at labels.go:36:13
labels.go:36:13:   flow: t ← ~r0:
labels.go:36:13:     from t := ~r0 (assign) at labels.go:36:4
labels.go:36:13:   flow: {heap} ← t:
labels.go:36:13:     from t.area() (call parameter) at labels.go:37:16
labels.go:35:16: &square{...} does not escape
labels.go:36:20: &square{...} does not escape
labels.go:36:20: &circle{...} does not escape
labels.go:36:13: &square{...} escapes to heap
labels.go:36:13: &circle{...} escapes to heap
labels.go:37:67: string(~r0) does not escape
labels.go:37:67: append does not escape
<autogenerated>:1: parameter ~p0 leaks to {heap} for shape.area with derefs=0:
<autogenerated>:1:   flow: {heap} ← ~p0:
<autogenerated>:1:     from ~p0.area() (call parameter) at <autogenerated>:1
labels.go:30:41: index bounds check elided
labels.go:32:75: index bounds check elided
labels.go:37:67: index bounds check elided
