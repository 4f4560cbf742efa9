// Files that are part of the program: embedded as a string, as bytes and as a file system.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

//go:embed embedded/motto.txt
var motto string

//go:embed embedded/cities.csv
var cities []byte

//go:embed embedded
var files embed.FS

func main() {
	fmt.Print(motto)
	rows, err := csv.NewReader(bytes.NewReader(cities)).ReadAll()
	if err != nil {
		fmt.Println(err)
	}
	for _, row := range rows[1:] {
		fmt.Printf("%q in %s\n", row[0], row[1])
	}
	err = fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text, err := files.ReadFile(path)
		sum := sha256.Sum256(text)
		fmt.Println(path, info.Size(), info.Mode(), hex.EncodeToString(sum[:8]))
		return err
	})
	fmt.Println(err)
	_, err = files.Open("embedded/none")
	fmt.Println(err)

	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	io.Copy(w, strings.NewReader(strings.Repeat(motto, 50)))
	w.Close()
	r, err := gzip.NewReader(&packed)
	if err != nil {
		fmt.Println(err)
		return
	}
	unpacked, err := io.ReadAll(r)
	fmt.Println(len(unpacked), err, strings.Count(string(unpacked), "deep"))
	fmt.Println(base64.StdEncoding.EncodeToString([]byte(motto)))
}
