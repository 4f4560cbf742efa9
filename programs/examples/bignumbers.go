// math/big, math, math/bits, math/rand with a seed, and constants that are exact.
package main

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"math/cmplx"
	mathrand "math/rand"
	"math/rand/v2"
	"strings"
)

// piDigits follows Gibbons' unbounded spigot for pi.
func piDigits(n int) string {
	q, r, t, k, m, x := big.NewInt(1), big.NewInt(0), big.NewInt(1), big.NewInt(1), big.NewInt(3), big.NewInt(3)
	var out strings.Builder
	mul := func(a *big.Int, b int64) *big.Int { return new(big.Int).Mul(a, big.NewInt(b)) }
	for out.Len() < n {
		if new(big.Int).Add(mul(q, 4), new(big.Int).Sub(r, t)).Cmp(new(big.Int).Mul(m, t)) < 0 {
			out.WriteString(m.String())
			next := mul(new(big.Int).Sub(r, new(big.Int).Mul(m, t)), 10)
			m = new(big.Int).Sub(new(big.Int).Div(mul(new(big.Int).Add(mul(q, 3), r), 10), t), mul(m, 10))
			q, r = mul(q, 10), next
			continue
		}
		sum := new(big.Int).Mul(new(big.Int).Add(mul(q, 2), r), x)
		next := new(big.Int).Div(new(big.Int).Add(new(big.Int).Mul(q, new(big.Int).Add(mul(k, 7), big.NewInt(2))), new(big.Int).Mul(r, x)), new(big.Int).Mul(t, x))
		q, t = new(big.Int).Mul(q, k), new(big.Int).Mul(t, x)
		k, x, m, r = new(big.Int).Add(k, big.NewInt(1)), new(big.Int).Add(x, big.NewInt(2)), next, sum
	}
	return out.String()
}

const huge = 1 << 200

func main() {
	fmt.Println(piDigits(60))
	fmt.Println(new(big.Int).MulRange(1, 30), new(big.Int).Exp(big.NewInt(2), big.NewInt(521), nil).BitLen())
	mersenne := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 127), big.NewInt(1))
	fmt.Println(mersenne, mersenne.ProbablyPrime(10), new(big.Int).ModInverse(big.NewInt(3), mersenne).Text(36))
	third := big.NewRat(1, 3)
	fmt.Println(third.Add(third, big.NewRat(5, 12)), third.FloatString(10))
	root := new(big.Float).SetPrec(200).SetInt64(2)
	fmt.Println(root.Sqrt(root).Text('g', 50))

	fmt.Println(huge/(1<<198), math.MaxUint64/uint64(3), bits.OnesCount64(0xF0F0), bits.LeadingZeros32(1), bits.Reverse8(0b00010011))
	hi, lo := bits.Mul64(math.MaxUint64, 10)
	fmt.Printf("%d %#x %x\n", hi, lo, bits.RotateLeft32(0x80000001, 4))
	for _, f := range []float64{0.1 + 0.2, math.Pi * 1e20, math.Inf(-1), math.NaN(), 5e-324, math.Copysign(0, -1), 1e21, 123456789} {
		fmt.Print(f, " ")
	}
	fmt.Println()
	fmt.Printf("%.3f %8.2e %g %b %x\n", math.Sqrt(2), math.Exp(10), math.Gamma(5.5), 0.5, math.E)
	fmt.Println(math.Mod(-7, 3), -7%3, -7/3, math.Floor(-3.5), math.Round(2.5), math.RoundToEven(2.5), negate(math.MinInt8), uint8(bits.Reverse8(19))+100)
	fmt.Println(cmplx.Exp(complex(0, math.Pi)), real(cmplx.Sqrt(-9)), imag(cmplx.Sqrt(-9)))

	r := rand.New(rand.NewPCG(1, 2))
	old := mathrand.New(mathrand.NewSource(42))
	fmt.Println(r.IntN(1000), r.Perm(6), old.Intn(1000), old.Perm(6), fmt.Sprintf("%.4f", old.NormFloat64()))
}

// negate wraps around at the smallest value.
func negate(n int8) int8 { return n / -1 }
