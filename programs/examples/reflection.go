// Reflection: validates structs by their tags, calls methods by name, and prints any value's shape.
package main

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

type Address struct {
	Street string `check:"required"`
	Zip    string `check:"len=5"`
}

type User struct {
	Name    string            `check:"required" db:"name"`
	Age     int               `check:"min=18,max=120"`
	Home    *Address          `check:"required"`
	Emails  []string          `check:"min=1"`
	Options map[string]uint8  `db:"-"`
	Notify  func(string) bool `db:"-"`
	private int
}

func (u User) Greet(other string) string { return u.Name + " greets " + other }
func (u *User) Birthday()                { u.Age++ }

func validate(v reflect.Value, path string) (problems []string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return validate(v.Elem(), path)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !field.IsExported() {
				continue
			}
			at := path + "." + field.Name
			for rule := range strings.SplitSeq(field.Tag.Get("check"), ",") {
				name, arg, _ := strings.Cut(rule, "=")
				limit, _ := strconv.Atoi(arg)
				if !holds(v.Field(i), name, limit) {
					problems = append(problems, at+": "+rule)
				}
			}
			problems = append(problems, validate(v.Field(i), at)...)
		}
	}
	return problems
}

func holds(v reflect.Value, rule string, limit int) bool {
	size := func() int {
		if v.CanInt() {
			return int(v.Int())
		}
		return v.Len()
	}
	switch rule {
	case "required":
		return !v.IsZero()
	case "min":
		return size() >= limit
	case "max":
		return size() <= limit
	case "len":
		return v.Len() == limit
	}
	return true
}

// shape describes a type without its names.
func shape(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + shape(t.Elem())
	case reflect.Slice:
		return "[]" + shape(t.Elem())
	case reflect.Map:
		return "{" + shape(t.Key()) + ":" + shape(t.Elem()) + "}"
	case reflect.Func:
		var in []string
		for i := range t.NumIn() {
			in = append(in, shape(t.In(i)))
		}
		return "func(" + strings.Join(in, ",") + ")" + strconv.Itoa(t.NumOut())
	case reflect.Struct:
		var fields []string
		for i := range t.NumField() {
			fields = append(fields, shape(t.Field(i).Type))
		}
		return "(" + strings.Join(fields, " ") + ")"
	}
	return t.Kind().String()
}

func main() {
	u := User{Name: "Ann", Age: 17, Home: &Address{Zip: "123"}}
	fmt.Println(strings.Join(validate(reflect.ValueOf(u), "user"), "\n"))
	fmt.Println(shape(reflect.TypeOf(u)), reflect.TypeOf(u).Size())

	value := reflect.ValueOf(&u)
	for range 3 {
		value.MethodByName("Birthday").Call(nil)
	}
	out := value.MethodByName("Greet").Call([]reflect.Value{reflect.ValueOf("Bob")})
	fmt.Println(out[0], u.Age, value.Type().NumMethod(), value.Elem().Type().NumMethod())

	value.Elem().FieldByName("Emails").Set(reflect.Append(value.Elem().FieldByName("Emails"), reflect.ValueOf("ann@example.com")))
	options := reflect.MakeMap(reflect.TypeOf(u.Options))
	for i, k := range []string{"x", "y", "z"} {
		options.SetMapIndex(reflect.ValueOf(k), reflect.ValueOf(uint8(i*100)))
	}
	value.Elem().FieldByName("Options").Set(options)
	keys := reflect.ValueOf(u.Options).MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() > keys[j].String() })
	fmt.Println(u.Emails, u.Options, keys, value.Elem().FieldByName("private").CanSet())

	swap := reflect.MakeFunc(reflect.TypeOf(func(int, string) (string, int) { return "", 0 }), func(args []reflect.Value) []reflect.Value {
		return []reflect.Value{args[1], args[0]}
	}).Interface().(func(int, string) (string, int))
	fmt.Println(swap(7, "seven"))

	built := reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "ID", Type: reflect.TypeFor[int](), Tag: `json:"id"`},
		{Name: "Tags", Type: reflect.SliceOf(reflect.TypeFor[string]())},
	})).Elem()
	built.Field(0).SetInt(42)
	built.Field(1).Set(reflect.ValueOf([]string{"a", "b"}))
	fmt.Printf("%+v %v\n", built.Interface(), built.Type())
	fmt.Println(reflect.DeepEqual(map[string][]int{"a": {1, 2}}, map[string][]int{"a": {1, 2}}), reflect.DeepEqual(u, User{}))
	chosen, got, _ := reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectDefault}, {Dir: reflect.SelectRecv, Chan: reflect.ValueOf(make(chan int))}})
	fmt.Println(chosen, got.IsValid())
}
