package os

import "internal/stringslite"

// How the program was started, and in which directory if the name is relative to it: it may change both Args and the directory later.
var startedAs, startedIn = startOfProgram()

func startOfProgram() (name, dir string) {
	if args := runtime_args(); len(args) > 0 {
		name = args[0]
	}
	if name != "" && name != "-" && name[0] != '/' {
		dir, _ = Getwd()
	}
	return name, dir
}

// executable is the file that starts the program again, which is what it was started by. The process runs another one, burrow itself;
// that is the answer only for a program that is in no such file.
func executable() (string, error) {
	if startedAs != "" && startedAs != "-" {
		path := startedAs
		if path[0] != '/' {
			path = startedIn + "/" + stringslite.TrimPrefix(path, "./")
		}
		info, err := Stat(path)
		if err != nil || info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, nil // a file that has been removed since had this name
		}
	}
	path, err := Readlink("/proc/self/exe")
	return stringslite.TrimSuffix(path, " (deleted)"), err
}
