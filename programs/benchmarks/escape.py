#!/usr/bin/env python3
"""What stack allocation saves: heap objects, collections and CPU time of programs with --escape=on and --escape=off.

  escape.py [--burrow PATH] [--flags=--jit=off] [--programs a,b] [--size full|small] [--runs 7] [--all] [--markdown]

Takes the benchmark programs and those in stack/. Counts come from a run that reads runtime.MemStats before and
after main; times (user and system together) are medians of runs in turns, with GOMAXPROCS=1, of a precompiled program. Programs whose
object counts differ by less than 1 % are named and not timed, unless --all is given: their time cannot differ. Outputs must agree.
"""
import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile

from bench import HERE, measure, read_sizes

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
	fmt.Fprintln(os.Stderr, "counts", after.Mallocs-before.Mallocs, after.NumGC-before.NumGC)
}
"""


def programs(which):
    """{name: (source, size)} of both directories."""
    out = {}
    for sub in ("", "stack"):
        for name, size in read_sizes(os.path.join(HERE, sub)).items():
            out[name] = os.path.join(HERE, sub, name + ".go"), size[which]
    return out


def counts(burrow, mode, source, n, tmp):
    """(objects, collections, output)."""
    with open(source, encoding="utf-8") as f:
        text = f.read().replace("\nfunc main() {", "\nfunc measuredMain() {", 1)
    files = [os.path.join(tmp, "program.go"), os.path.join(tmp, "counter.go")]
    for path, content in zip(files, (text, COUNTER)):
        with open(path, "w", encoding="utf-8") as f:
            f.write(content)
    p = subprocess.run(burrow + ["--escape=" + mode] + files + [n], stdin=subprocess.DEVNULL, capture_output=True,
                       env=dict(os.environ, GOMAXPROCS="1"), timeout=600)
    lines = [l for l in p.stderr.decode(errors="replace").splitlines() if l.startswith("counts ")]
    if p.returncode or not lines:
        raise RuntimeError(f"{source}: status {p.returncode}: {p.stderr.decode(errors='replace').strip()[-200:]}")
    _, objects, collections = lines[-1].split()
    return int(objects), int(collections), p.stdout


def times(burrow, source, n, runs):
    """Median CPU seconds with --escape=on and off."""
    seen = {"on": [], "off": []}
    for i in range(runs + 1):
        for mode in ("on", "off") if i % 2 else ("off", "on"):
            m = measure(burrow + ["--escape=" + mode, source, n], 300)
            if isinstance(m, str):
                raise RuntimeError(f"{source}: {m}")
            if i:  # the first round compiles
                seen[mode].append(m[0])
    return [statistics.median(seen[m]) for m in ("on", "off")]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--burrow", default=os.path.join(HERE, "../../build/burrow"))
    ap.add_argument("--flags", default="--jit=off", help="flags of burrow run")
    ap.add_argument("--programs", help="default: all")
    ap.add_argument("--size", choices=["full", "small"], default="small")
    ap.add_argument("--runs", type=int, default=7)
    ap.add_argument("--all", action="store_true", help="time every program")
    ap.add_argument("--markdown", action="store_true")
    o = ap.parse_args()
    known = programs(o.size)
    burrow = [o.burrow, "run", *shlex.split(o.flags)]
    rows, same, bad = [], [], 0
    for name in (o.programs.split(",") if o.programs else known):
        source, n = known[name]
        with tempfile.TemporaryDirectory() as tmp:
            on, off = (counts(burrow, mode, source, n, tmp) for mode in ("on", "off"))
        if on[2] != off[2]:
            print(f"{name}: OUTPUT DIFFERS")
            bad += 1
        if off[0] <= on[0] * 1.01 + 50 and not o.all:
            same.append(name)
            continue
        with_, without = times(burrow, source, n, o.runs)
        rows.append([name, n, on[0], off[0], on[1], off[1], with_, without, without / with_])
        print("{:12}{:>10}{:11}{:11}{:6}{:6}{:8.3f}{:8.3f}{:7.2f}".format(*rows[-1]), flush=True)
    print("objects do not differ:", ", ".join(same))
    if o.markdown:
        print("\n| program | size | objects | off | collections | off | CPU, s | off | ratio |\n" + "| --- " * 9 + "|")
        for r in rows:
            print("| {} | {} | {:,} | {:,} | {} | {} | {:.3f} | {:.3f} | {:.2f} |".format(*r))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
