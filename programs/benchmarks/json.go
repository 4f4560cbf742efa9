package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
)

// arg is the size: the last argument, so that it works whatever os.Args[0] is.
func arg(def int) int {
	n, err := strconv.Atoi(os.Args[len(os.Args)-1])
	if err == nil {
		return n
	}
	return def
}

type part struct {
	Name   string             `json:"name"`
	Price  float64            `json:"price"`
	Stock  int                `json:"stock,omitempty"`
	Labels map[string]string  `json:"labels"`
	Sizes  []int              `json:"sizes"`
	Within *part              `json:"within,omitempty"`
	Scores map[string]float64 `json:"scores,omitempty"`
}

func makePart(i int) *part {
	p := &part{
		Name: "part \"" + strconv.Itoa(i) + "\" <ä>", Price: float64(i) * 1.25, Stock: i % 3,
		Labels: map[string]string{"kind": "k" + strconv.Itoa(i%7), "unit": "piece"},
	}
	for j := range i%5 + 1 {
		p.Sizes = append(p.Sizes, i*j)
	}
	if i%4 != 0 {
		p.Within = &part{Name: "box", Price: 0.5, Scores: map[string]float64{"a": 1e-7, "b": float64(i)}}
	}
	return p
}

func main() {
	n := arg(40000)
	hash, size := uint32(2166136261), 0
	for i := range n {
		text, err := json.Marshal(makePart(i))
		if err != nil {
			panic(err)
		}
		var typed part
		if err := json.Unmarshal(text, &typed); err != nil {
			panic(err)
		}
		var tree map[string]any
		if err := json.Unmarshal(text, &tree); err != nil {
			panic(err)
		}
		again, _ := json.Marshal(tree)
		size += len(text) + len(again) + len(typed.Sizes) + len(tree)
		for _, c := range again {
			hash = (hash ^ uint32(c)) * 16777619
		}
	}
	fmt.Println(size, hash)
}
