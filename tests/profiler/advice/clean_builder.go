// Text is put together in a builder.
package main

import (
	"fmt"
	"strconv"
	"strings"
)

func main() {
	var b strings.Builder
	for i := 0; i < 20000; i++ {
		b.WriteString(strconv.Itoa(i))
		b.WriteByte(' ')
	}
	fmt.Println(b.Len())
}
