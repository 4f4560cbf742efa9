#!/usr/bin/env python3
"""Heap objects that the benchmark programs allocate under Burrow, beside gc's.

  allocs.py [--burrow PATH] [--flags='--escape=off'] [--programs a,b] [--size full|small] [--limit-ratio 1.05]

Counts runtime.MemStats.Mallocs from main's start to its end. The exit status is 1 if a program allocates more than gc by the ratio
(and by more than a few objects, which the goroutines of the two runtimes may do on their own).
"""
import os
import shlex
import sys
import tempfile

from bench import HERE, read_sizes
from counting import Failed, arguments, build, run, sources, stats_of

SLACK = 50


def count(argv):
    p = run(argv)
    return stats_of(p), p.stdout


def main():
    sizes = read_sizes()
    ap = arguments(__doc__, sizes)
    ap.add_argument("--limit-ratio", type=float, default=1.05)
    args = ap.parse_args()
    bad = 0
    print(f"{'program':14}{'gc':>12}{'burrow':>12}{'ratio':>8}{'gc bytes':>14}{'burrow bytes':>14}")
    with tempfile.TemporaryDirectory() as tmp:
        for name in args.programs.split(","):
            n = sizes[name][args.size]
            d = os.path.join(tmp, name)
            os.mkdir(d)
            files = sources(os.path.join(HERE, name + ".go"), d)
            try:
                theirs, expected = count([build(args.go, files, d), "stats", n]) if args.go else (None, None)
                ours, output = count([args.burrow, "run"] + shlex.split(args.flags) + files + ["stats", n])
            except Failed as e:
                print(f"{name:14}{e}")
                bad += 1
                continue
            if theirs is None:
                print(f"{name:14}{'':12}{ours.objects:12}{'':8}{'':14}{ours.bytes:14}")
                continue
            over = ours.objects > theirs.objects * args.limit_ratio + SLACK
            differs = output != expected
            bad += over or differs
            print(f"{name:14}{theirs.objects:12}{ours.objects:12}{ours.objects / max(theirs.objects, 1):8.2f}{theirs.bytes:14}{ours.bytes:14}"
                  f"{'  MORE' if over else ''}{'  OUTPUT DIFFERS' if differs else ''}", flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
