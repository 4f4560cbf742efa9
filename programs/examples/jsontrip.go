// JSON to structs and back: tags, embedded structs, custom marshalers, streaming, and precise errors.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

type Level int

var levelNames = []string{"debug", "info", "error"}

func (l Level) MarshalText() ([]byte, error) {
	if int(l) >= len(levelNames) {
		return nil, fmt.Errorf("no such level: %d", int(l))
	}
	return []byte(levelNames[l]), nil
}

func (l *Level) UnmarshalText(text []byte) error {
	for i, n := range levelNames {
		if n == string(text) {
			*l = Level(i)
			return nil
		}
	}
	return fmt.Errorf("no such level: %q", text)
}

type Source struct {
	Host string `json:"host"`
	Port uint16 `json:"port,omitempty"`
}

type Event struct {
	Source
	ID      int64             `json:"id,string"`
	Level   Level             `json:"level"`
	At      time.Time         `json:"at"`
	Took    *float64          `json:"took"`
	Labels  map[string]string `json:"labels,omitempty"`
	Parts   []any             `json:"parts"`
	Raw     json.RawMessage   `json:"raw,omitempty"`
	secret  string
	Skipped string `json:"-"`
}

const stream = `
{"host":"a.example","port":8080,"id":"9007199254740993","level":"info","at":"2026-02-03T04:05:06.789Z","took":0.25,
 "labels":{"z":"last","a":"first"},"parts":[1,"two",null,true,{"n":[3.5e10]}],"raw":{"kept": [1, 2,  3]}}
{"host":"b.example","id":"7","level":"error","at":"2026-12-31T23:59:59+01:00","took":null,"parts":[],"unknown":1}
`

func main() {
	decoder := json.NewDecoder(strings.NewReader(stream))
	var events []Event
	for decoder.More() {
		e := Event{secret: "kept"}
		if err := decoder.Decode(&e); err != nil {
			fmt.Println("decode:", err)
			os.Exit(1)
		}
		events = append(events, e)
	}
	for _, e := range events {
		fmt.Println(e.Host, e.Port, e.ID, e.Level, e.At.UTC().Format(time.RFC822), e.Took == nil, e.Labels, e.Parts, string(e.Raw), e.secret)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	events[0].Labels["markup"] = "<b>&amp;</b> \u2028"
	if err := encoder.Encode(events); err != nil {
		fmt.Println(err)
	}

	var level Level
	fmt.Println(json.Unmarshal([]byte(`"loud"`), &level))
	var typed *json.UnmarshalTypeError
	err := json.Unmarshal([]byte(`{"host":"x","port":70000}`), &events[0])
	fmt.Println(errors.As(err, &typed), err)
	var syntax *json.SyntaxError
	err = json.Unmarshal([]byte(`{"a":[1,2,}`), &struct{}{})
	fmt.Println(errors.As(err, &syntax), err, syntax.Offset)
	_, err = json.Marshal(map[string]any{"c": make(chan int)})
	fmt.Println(err)
	_, err = json.Marshal(Level(9))
	fmt.Println(err)

	var tree any
	if err := json.Unmarshal([]byte(`{"k":{"deep":[[],[{"x":-0.0}]]},"big":1e400}`), &tree); err != nil {
		fmt.Println(err)
	}
	d := json.NewDecoder(strings.NewReader(`{"n":123456789012345678901234567890}`))
	d.UseNumber()
	d.DisallowUnknownFields()
	fmt.Println(d.Decode(&tree), tree)
}
