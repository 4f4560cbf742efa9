// Interfaces, embedding, method values, type switches, and a small expression language built on them.
package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

type Expr interface {
	Eval(env map[string]float64) (float64, error)
}

type (
	Num    float64
	Var    string
	Binary struct {
		Op   rune
		X, Y Expr
	}
	Call struct {
		Name string
		Args []Expr
	}
)

var errDivision = errors.New("division by zero")

func (n Num) Eval(map[string]float64) (float64, error) { return float64(n), nil }

func (v Var) Eval(env map[string]float64) (float64, error) {
	if x, ok := env[string(v)]; ok {
		return x, nil
	}
	return 0, fmt.Errorf("undefined: %s", string(v))
}

func (b *Binary) Eval(env map[string]float64) (float64, error) {
	x, err := b.X.Eval(env)
	if err != nil {
		return 0, err
	}
	y, err := b.Y.Eval(env)
	if err != nil {
		return 0, err
	}
	switch b.Op {
	case '+':
		return x + y, nil
	case '-':
		return x - y, nil
	case '*':
		return x * y, nil
	case '/':
		if y == 0 {
			return 0, errDivision
		}
		return x / y, nil
	}
	return 0, fmt.Errorf("unknown operator %q", b.Op)
}

func (c Call) Eval(env map[string]float64) (best float64, err error) {
	for i, a := range c.Args {
		x, err := a.Eval(env)
		if err != nil {
			return 0, err
		}
		if i == 0 || c.Name == "max" && x > best || c.Name == "min" && x < best {
			best = x
		}
	}
	return best, nil
}

type parser struct {
	*strings.Reader
	peeked rune
}

func (p *parser) next() rune {
	for {
		r, _, err := p.ReadRune()
		if err == io.EOF {
			r = 0
		}
		if !unicode.IsSpace(r) {
			p.peeked = r
			return r
		}
	}
}

func (p *parser) word(in func(rune) bool) string {
	var b strings.Builder
	for ; in(p.peeked); p.next() {
		b.WriteRune(p.peeked)
	}
	return b.String()
}

func (p *parser) primary() Expr {
	switch r := p.peeked; {
	case unicode.IsDigit(r):
		var f float64
		fmt.Sscan(p.word(func(r rune) bool { return unicode.IsDigit(r) || r == '.' }), &f)
		return Num(f)
	case unicode.IsLetter(r):
		name := p.word(unicode.IsLetter)
		if p.peeked != '(' {
			return Var(name)
		}
		call := Call{Name: name}
		for p.peeked == '(' || p.peeked == ',' {
			p.next()
			call.Args = append(call.Args, p.binary(1))
		}
		p.expect(')')
		return call
	case r == '(':
		p.next()
		x := p.binary(1)
		p.expect(')')
		return x
	default:
		panic(fmt.Errorf("unexpected %q", r))
	}
}

func (p *parser) expect(r rune) {
	if p.peeked != r {
		panic(fmt.Errorf("expected %q, found %q", r, p.peeked))
	}
	p.next()
}

func (p *parser) binary(level int) Expr {
	x := p.primary()
	for l := precedence[p.peeked]; l >= level; l = precedence[p.peeked] {
		op := p.peeked
		p.next()
		x = &Binary{op, x, p.binary(l + 1)}
	}
	return x
}

var precedence = map[rune]int{'+': 1, '-': 1, '*': 2, '/': 2}

func parse(s string) (e Expr, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = r.(error)
		}
	}()
	p := &parser{Reader: strings.NewReader(s)}
	p.next()
	e = p.binary(1)
	p.expect(0)
	return e, nil
}

func describe(e Expr) string {
	switch e := e.(type) {
	case Num:
		return fmt.Sprint(float64(e))
	case Var:
		return string(e)
	case *Binary:
		return "(" + describe(e.X) + string(e.Op) + describe(e.Y) + ")"
	case Call:
		var args []string
		for _, a := range e.Args {
			args = append(args, describe(a))
		}
		return e.Name + "(" + strings.Join(args, " ") + ")"
	case nil:
		return "nothing"
	default:
		return fmt.Sprintf("%T", e)
	}
}

type counter struct {
	io.Writer
	n int
}

func (c *counter) Write(p []byte) (int, error) {
	c.n += len(p)
	return c.Writer.Write(p)
}

func main() {
	var out strings.Builder
	count := &counter{Writer: &out}
	env := map[string]float64{"x": 3, "y": 0.5}
	for _, s := range []string{"1 + 2*3 - 4", "(1+2) * (x - y)", "max(x, 2*x, y) / min(y, 1)", "x / (y - y)", "z + 1", "2 * (3", "1 $ 2"} {
		e, err := parse(s)
		if err != nil {
			fmt.Fprintf(count, "%-28s %v\n", s, err)
			continue
		}
		v, err := e.Eval(env)
		fmt.Fprintf(count, "%-28s %s = %v, %v\n", s, describe(e), v, err)
	}
	fmt.Print(out.String())
	eval := Expr.Eval
	bound := (&Binary{'*', Var("x"), Num(7)}).Eval
	a, _ := eval(Var("y"), env)
	b, _ := bound(env)
	var w io.Writer = count
	_, isReader := w.(io.Reader)
	_, isStringer := any(&out).(fmt.Stringer)
	fmt.Println(count.n, out.Len(), a, b, isReader, isStringer, describe(nil), Expr(Num(1)) == Expr(Num(1)))
}
