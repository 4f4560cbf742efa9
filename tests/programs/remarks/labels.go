package main

import "os"

var table = map[string]*int{"a": new(int), "b": new(int), "c": new(int), "d": new(int), "e": new(int), "f": new(int), "g": new(int)}

var small = map[string]*int{"a": new(int)}

var again = map[int][]string{1: {"x"}, 2: {"y"}, 3: {"z"}, 4: {"a", "b"}, 5: {"c", "d", "e"}, 6: {}, 7: nil, 8: nil}

type shape interface{ area() int }
type square struct{ side int }
type circle struct{ radius int }

func (s *square) area() int { return s.side * s.side }
func (c *circle) area() int { return 3 * c.radius * c.radius }

func double(s shape) shape {
	switch s := s.(type) {
	case *square:
		return &square{2 * s.side}
	case *circle:
		return &circle{2 * s.radius}
	}
	return nil
}

const digits = "0123456789abcdef"

func digit(n uint8) byte { return digits[n&0xf] }

func high(b []byte, n uint8) []byte { return append(b, digits[n>>4], digit(n)) }

func main() {
	var s shape = &square{len(os.Args)}
	t := double(double(s))
	println(t.area(), len(table), len(small), len(again), string(high(nil, uint8(t.area()))))
}
