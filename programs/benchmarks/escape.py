#!/usr/bin/env python3
"""What stack allocation saves: heap objects, collections and CPU time of programs with --escape=on and --escape=off.

  escape.py [--burrow PATH] [--flags=--jit=off] [--programs a,b] [--size full|small] [--runs 7] [--all] [--markdown]

Takes the benchmark programs and those in stack/. Counts come from a run that reads runtime.MemStats before and
after main; times (user and system together) are medians of runs in turns, with GOMAXPROCS=1, of a precompiled program. Programs whose
object counts differ by less than 1 % are named and not timed, unless --all is given: their time cannot differ. Outputs must agree.
"""
import os
import shlex
import statistics
import sys
import tempfile

from bench import HERE, measure, read_sizes
from counting import arguments, run, sources, stats_of


def programs():
    """{name: (source, sizes)} of both directories."""
    out = {}
    for sub in ("", "stack"):
        for name, size in read_sizes(os.path.join(HERE, sub)).items():
            out[name] = os.path.join(HERE, sub, name + ".go"), size
    return out


def counts(burrow, mode, source, n, tmp):
    """(objects, collections, output)."""
    p = run(burrow + ["--escape=" + mode] + sources(source, tmp) + ["stats", n])
    stats = stats_of(p)
    return stats.objects, stats.collections, p.stdout


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
    known = programs()
    ap = arguments(__doc__, known, "--jit=off", go=False)
    ap.add_argument("--runs", type=int, default=7)
    ap.add_argument("--all", action="store_true", help="time every program")
    ap.add_argument("--markdown", action="store_true")
    o = ap.parse_args()
    burrow = [o.burrow, "run", *shlex.split(o.flags)]
    rows, same, bad = [], [], 0
    for name in o.programs.split(","):
        source, n = known[name][0], known[name][1][o.size]
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
