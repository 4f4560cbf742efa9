// Index and slice expressions.
package p

type T struct{ x, y int; f func(); s []int }
type C interface{ ~[]int | ~[3]int }
type Ch interface{ chan int | <-chan int }
type M1 interface{ map[string]int | map[string]string }
type Num interface{ ~int | ~float64 }
type Str interface{ ~string | ~[]byte }

func idx[A C, B Str, D M1, E Ch](a A, b B, d D, e E, m map[string]int, arr [3]int, parr *[3]int, pp **[3]int) {
	_ = a[0]
	_ = a[5]
	_ = a[-1]
	a[0] = 1
	_ = b[0]
	b[0] = 1
	_ = b[:1]
	_ = d["x"]
	_ = e[0]
	_ = <-e
	e <- 1
	for range e {}
	_ = a[:]
	_ = m[1]
	_ = m["x":]
	_ = arr[3]
	_ = arr["x"]
	_ = arr[1.0]
	_ = arr[1:5]
	_ = arr[2:1]
	_ = arr[1:2:1]
	_ = [3]int{}[:]
	_ = parr[3]
	_ = parr[:]
	_ = pp[0]
	_ = pp[:]
	_ = "abc"[1:2:3]
	_ = "abc"[5]
	_ = "abc"[1:10]
	"abc"[0] = 1
	_ = &"abc"[0]
	m["a"].x = 1
	_ = &m["a"]
	var k int
	_ = arr[k:k:k]
}
