#!/usr/bin/env python3
"""CPU time of the benchmark programs under Burrow, beside gc's where Go is installed.

  bench.py [--burrow PATH] [--flags='--jit=off'] [--programs a,b] [--size full|small] [--runs 3] [--tsv FILE] [--markdown]

Each round runs gc's binary and Burrow one after the other, so that both see the same machine; a ratio is the median of
the rounds' ratios. Both run with GOMAXPROCS=1. Outputs must agree. Without `go` on the PATH (or --go), only Burrow runs.
"""
import argparse
import math
import os
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def read_sizes(directory=HERE):
    sizes = {}
    with open(os.path.join(directory, "sizes.tsv"), encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                name, full, small = line.split()
                sizes[name] = {"full": full, "small": small}
    return sizes


def measure(argv, limit):
    """Runs a command; (CPU seconds, wall seconds, peak MiB, output) or a text that says what went wrong."""
    env = dict(os.environ, GOMAXPROCS="1")
    start = time.monotonic()
    with tempfile.TemporaryFile() as out:
        p = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=env,
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit)))
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        out.seek(0)
        text = out.read()
    if p.returncode:
        return f"status {p.returncode}: {text.decode(errors='replace').strip()[-120:]}"
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, text


def main():
    sizes = read_sizes()
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--burrow", default=os.path.join(HERE, "../../build/burrow"))
    ap.add_argument("--flags", default="", help="flags of burrow run")
    ap.add_argument("--go", default=shutil.which("go"))
    ap.add_argument("--programs", default=",".join(sizes))
    ap.add_argument("--size", choices=["full", "small"], default="small")
    ap.add_argument("--runs", type=int, default=3)
    ap.add_argument("--limit", type=int, default=300, help="CPU seconds of one run")
    ap.add_argument("--tsv")
    ap.add_argument("--markdown", action="store_true")
    o = ap.parse_args()
    rows, failed = [], False
    with tempfile.TemporaryDirectory() as work:
        for name in o.programs.split(","):
            source, n = os.path.join(HERE, name + ".go"), sizes[name][o.size]
            binary = os.path.join(work, name)
            if o.go:
                subprocess.run([o.go, "build", "-o", binary, source], check=True, cwd=HERE)
            burrow = [o.burrow, "run", *shlex.split(o.flags), source, n]
            ours, theirs, ratios, problem = [], [], [], ""
            for _ in range(o.runs):
                a = measure(burrow, o.limit)
                b = measure([binary, n], o.limit) if o.go else None
                if isinstance(a, str) or isinstance(b, str):
                    problem = a if isinstance(a, str) else b
                    break
                ours.append(a)
                if b:
                    theirs.append(b)
                    ratios.append(a[0] / b[0])
                    if a[3] != b[3]:
                        problem = "output differs from gc's"
                        break
            failed |= bool(problem)
            med = lambda runs, i: statistics.median(r[i] for r in runs) if runs else math.nan
            row = [name, n, med(theirs, 0), med(ours, 0), statistics.median(ratios) if ratios else math.nan, med(ours, 2), problem or "ok"]
            rows.append(row)
            print(f"{name:14}{n:>10}{row[2]:10.3f}{row[3]:10.3f}{row[4]:9.2f}{row[5]:9.0f} MiB  {row[6]}", flush=True)
    good = [r[4] for r in rows if r[6] == "ok" and not math.isnan(r[4])]
    if good:
        print(f"geometric mean of the ratios: {math.exp(sum(map(math.log, good)) / len(good)):.2f} over {len(good)} programs, at most {max(good):.1f}")
    if o.markdown:
        print("\n| program | size | gc, s | Burrow, s | ratio |\n| --- | --- | --- | --- | --- |")
        for r in rows:
            print(f"| {r[0]} | {r[1]} | {r[2]:.3f} | {r[3]:.3f} | {r[4]:.1f} |")
    if o.tsv:
        with open(o.tsv, "w", encoding="utf-8") as f:
            f.write("program\tn\tgc_cpu\tburrow_cpu\tratio\tburrow_mib\tstatus\n")
            for r in rows:
                f.write("\t".join(str(x) for x in r) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
