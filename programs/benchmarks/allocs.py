#!/usr/bin/env python3
"""Heap objects that the benchmark programs allocate under Burrow, beside gc's.

  allocs.py [--burrow PATH] [--flags='--escape=off'] [--programs a,b] [--size full|small] [--limit-ratio 1.05]

Counts runtime.MemStats.Mallocs from main's start to its end. The exit status is 1 if a program allocates more than gc by the ratio
(and by more than a few objects, which the goroutines of the two runtimes may do on their own).
"""
import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

from bench import HERE, read_sizes

COUNTER = """package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	measuredMain()
	runtime.ReadMemStats(&after)
	fmt.Fprintln(os.Stderr, "mallocs", after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc)
}
"""
SLACK = 50


def count(argv):
    """(objects, bytes, output) or a text that says what went wrong."""
    p = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, env=dict(os.environ, GOMAXPROCS="1"), timeout=600)
    lines = [l for l in p.stderr.decode(errors="replace").splitlines() if l.startswith("mallocs ")]
    if p.returncode or not lines:
        return f"status {p.returncode}: {p.stderr.decode(errors='replace').strip()[-120:]}"
    _, objects, size = lines[-1].split()
    return int(objects), int(size), p.stdout


def main():
    sizes = read_sizes()
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--burrow", default=os.path.join(HERE, "../../build/burrow"))
    ap.add_argument("--flags", default="", help="flags of burrow run")
    ap.add_argument("--go", default=shutil.which("go"))
    ap.add_argument("--programs", default=",".join(sizes))
    ap.add_argument("--size", choices=["full", "small"], default="small")
    ap.add_argument("--limit-ratio", type=float, default=1.05)
    args = ap.parse_args()
    bad = 0
    print(f"{'program':14}{'gc':>12}{'burrow':>12}{'ratio':>8}{'gc bytes':>14}{'burrow bytes':>14}")
    with tempfile.TemporaryDirectory() as tmp:
        for name in args.programs.split(","):
            n = sizes[name][args.size]
            d = os.path.join(tmp, name)
            os.mkdir(d)
            with open(os.path.join(HERE, name + ".go"), encoding="utf-8") as f:
                text = f.read().replace("\nfunc main() {", "\nfunc measuredMain() {", 1)
            with open(os.path.join(d, "program.go"), "w", encoding="utf-8") as f:
                f.write(text)
            with open(os.path.join(d, "counter.go"), "w", encoding="utf-8") as f:
                f.write(COUNTER)
            files = [os.path.join(d, "program.go"), os.path.join(d, "counter.go")]
            theirs = None
            if args.go:
                binary = os.path.join(d, "gc")
                subprocess.run([args.go, "build", "-o", binary] + files, check=True)
                theirs = count([binary, n])
            ours = count([args.burrow, "run"] + shlex.split(args.flags) + files + [n])
            if isinstance(ours, str) or isinstance(theirs, str):
                print(f"{name:14}{ours if isinstance(ours, str) else theirs}")
                bad += 1
                continue
            if theirs is None:
                print(f"{name:14}{'':12}{ours[0]:12}{'':8}{'':14}{ours[1]:14}")
                continue
            over = ours[0] > theirs[0] * args.limit_ratio + SLACK
            differs = ours[2] != theirs[2]
            bad += over or differs
            print(f"{name:14}{theirs[0]:12}{ours[0]:12}{ours[0] / max(theirs[0], 1):8.2f}{theirs[1]:14}{ours[1]:14}"
                  f"{'  MORE' if over else ''}{'  OUTPUT DIFFERS' if differs else ''}", flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
