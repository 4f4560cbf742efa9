// Comparisons, arithmetic and shifts.
package p

type T struct{ x, y int; f func(); s []int }
type C interface{ ~[]int | ~[3]int }
type Ch interface{ chan int | <-chan int }
type M1 interface{ map[string]int | map[string]string }
type Num interface{ ~int | ~float64 }
type Str interface{ ~string | ~[]byte }

func cmp[P any, Q comparable, N Num](p P, q Q, n N, t T, f func(), s []int, m map[int]int, i interface{}, e error, pt *T) {
	_ = p == p
	_ = q == q
	_ = n < n
	_ = p < p
	_ = q < q
	_ = t == t
	_ = f == f
	_ = f == nil
	_ = s == s
	_ = m == m
	_ = i == s
	_ = i == 1
	_ = i == t
	_ = i < i
	_ = e == 1
	_ = e == nil
	_ = e == i
	_ = pt == nil
	_ = pt == 1
	_ = pt == &s
	_ = nil == s
	_ = nil == 1
	_ = n == 1.5
	_ = n + 1.5
	_ = n + 1
	_ = n << 1
	_ = n % 2
	_ = p + p
	_ = 1 < "a"
	_ = true < false
	_ = "a" < 'b'
	_ = [2]int{} < [2]int{}
	_ = [2][]int{} == [2][]int{}
	_ = struct{ a []int }{} == struct{ a []int }{}
	var u8 uint8; var i16 int16
	_ = u8 + i16
	_ = u8 == i16
	_ = u8 + 256
	_ = u8 << 10
	_ = u8 << i16
	_ = u8 << 1.0
	_ = u8 << 1.5
	_ = u8 << "x"
	_ = 1 << u8
	_ = 1.0 << u8
	var f64 float64 = 1 << u8
	var _ int = 1.0 << u8
	var _ = "x" << u8
	_ = f64 << 1
	_ = f64 % 2
	_ = f64 & 1
	_ = f64 / 0
	_ = u8 / 0
	u8 += 300
	u8 += 1.5
	u8 += "a"
	u8 <<= 1.5
	u8 <<= -1
}

