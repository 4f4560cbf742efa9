"""What the scripts that count allocations of the benchmark programs share: the Go file that counts around a program's main, and their flags.

The program's main becomes measuredMain, called by that of HARNESS, whose first argument says what to do around it:
  run, init              call measuredMain and nothing else; end before it
  stats                  print runtime.MemStats' differences
  profile, profile-init  the same, then the records of runtime.MemProfile; only the records, of what initialisation allocates
"""
import argparse
import collections
import os
import shutil
import subprocess

from bench import HERE

HARNESS = """package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	mode := os.Args[1]
	os.Args = append(os.Args[:1], os.Args[2:]...)
	switch mode {
	case "run":
		measuredMain()
	case "stats", "profile":
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		measuredMain()
		runtime.ReadMemStats(&after)
		fmt.Fprintln(os.Stderr, "stats", after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc, after.NumGC-before.NumGC)
	}
	if mode == "profile" || mode == "profile-init" {
		dumpRecords()
	}
}

func dumpRecords() {
	runtime.GC()
	runtime.GC()
	n, _ := runtime.MemProfile(nil, true)
	records := make([]runtime.MemProfileRecord, n+100)
	n, _ = runtime.MemProfile(records, true)
	for _, r := range records[:n] {
		fmt.Fprint(os.Stderr, "record\\t", r.AllocObjects, "\\t", r.AllocBytes)
		frames := runtime.CallersFrames(r.Stack())
		for {
			f, more := frames.Next()
			fmt.Fprint(os.Stderr, "\\t", f.Function, "|", f.File, "|", f.Line)
			if !more {
				break
			}
		}
		fmt.Fprintln(os.Stderr)
	}
}
"""

Stats = collections.namedtuple("Stats", "objects bytes collections")


class Failed(Exception):
    """A run that did not end well, or said nothing; with its status and the end of what it wrote."""


def sources(program, directory):
    """Writes the program, its main renamed, and the harness into a directory: the two files."""
    with open(program, encoding="utf-8") as f:
        text = f.read().replace("\nfunc main() {", "\nfunc measuredMain() {", 1)
    files = [os.path.join(directory, os.path.basename(program)), os.path.join(directory, "harness.go")]
    for file, content in zip(files, (text, HARNESS)):
        with open(file, "w", encoding="utf-8") as f:
            f.write(content)
    return files


def build(go, files, directory):
    """What gc makes of them."""
    binary = os.path.join(directory, "gc")
    subprocess.run([go, "build", "-o", binary] + files, check=True)
    return binary


def run(argv, **env):
    """The ended process, with one P."""
    p = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, env=dict(os.environ, GOMAXPROCS="1", **env), timeout=900)
    if p.returncode:
        raise Failed(f"{' '.join(argv)}: status {p.returncode}: {p.stderr.decode(errors='replace').strip()[-300:]}")
    return p


def stats_of(process):
    """What the harness counted in mode stats or profile."""
    for line in reversed(process.stderr.decode(errors="replace").splitlines()):
        if line.startswith("stats "):
            return Stats(*map(int, line.split()[1:]))
    raise Failed(f"{' '.join(process.args)}: no counts")


def arguments(doc, programs, flags="", go=True):
    """A parser with the flags that the scripts share."""
    ap = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--burrow", default=os.path.join(HERE, "../../build/burrow"))
    ap.add_argument("--flags", default=flags, help="flags of burrow run")
    ap.add_argument("--programs", default=",".join(programs), help="default: all")
    ap.add_argument("--size", choices=["full", "small"], default="small")
    if go:
        ap.add_argument("--go", default=shutil.which("go"))
    return ap
