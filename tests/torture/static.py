#!/usr/bin/env python3
"""Static analysis: static.py [TOOL...] (make static)

cppcheck, gcc -fanalyzer and clang-tidy over src. What they find and was judged to be none is in judged.txt, with the
reason: `tool, file, check, the line of the source, why`, by tabs. Everything else fails; a judgement whose finding is
gone is told. A tool that is not there is told and left out.
"""
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
WORKERS = int(os.environ.get("WORKERS", 2))
FLAGS = ["-std=c17", "-D_GNU_SOURCE", "-Isrc", "-isystem", "/usr/include/libxml2", '-DSOURCE_ROOT="."']
# clang-tidy takes no assembler files into account, and cppcheck no compound literals in conditions.
CPPCHECK = ["cppcheck", "--quiet", "-j%d" % WORKERS, "--std=c11", "--enable=warning,performance,portability", "--inline-suppr",
            "--suppress=internalAstError", "-Isrc", "-D_GNU_SOURCE", '-DSOURCE_ROOT="."', "--template={file}:{line}: {id}: {message}"]


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def cppcheck(_):
    text = run([*CPPCHECK, "src"])
    return re.findall(r"^(src/[^:]+):(\d+): (\w+):", text, re.M)


def fanalyzer(sources):
    def one(source):
        return run(["gcc", *FLAGS, "-O2", "-fanalyzer", "-c", "-o", os.devnull, source]).replace("cc1:", source + ":0:0:")
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        text = "".join(pool.map(one, sources))
    return re.findall(r"^(src/[^:]+):(\d+):\d*:? ?warning: .*\[-W([\w-]+)\]$", text, re.M)


def clang_tidy(sources):
    def one(source):
        return run(["clang-tidy", "--quiet", "--config-file=" + os.path.join(HERE, "clang-tidy.yaml"), source, "--", *FLAGS])
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        text = "".join(pool.map(one, sources))
    found = re.findall(r"^(/[^:]+):(\d+):\d+: (?:warning|error): .*\[([\w.,-]+)\]$", text, re.M)
    return [(os.path.relpath(path), line, check) for path, line, check in found]


TOOLS = {"cppcheck": cppcheck, "gcc": fanalyzer, "clang-tidy": clang_tidy}


def judged():
    rows = set()
    with open(os.path.join(HERE, "judged.txt"), encoding="utf-8") as handle:
        for row in handle:
            if row.strip() and not row.startswith("#"):
                rows.add(tuple(row.rstrip("\n").split("\t")[:4]))
    return rows


def line_of(path, number):
    if number == "0":
        return "-"
    with open(path, encoding="utf-8") as handle:
        return handle.read().split("\n")[int(number) - 1].strip()


def main():
    # What needs an assembler to be read is not for these tools.
    sources = sorted(glob.glob("src/**/*.c", recursive=True))
    known, told, failed = judged(), [], 0
    for name, tool in TOOLS.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        if not shutil.which(name):
            told.append("no %s here" % name)
            continue
        found = {(name, path, check, line_of(path, number)): number for path, number, check in tool(sources)}
        new = sorted(row for row in found if row not in known)
        gone = sorted(row for row in known if row[0] == name and row not in found)
        for row in new:
            print("not ok - %s: %s:%s: %s: %s" % (name, row[1], found[row], row[2], row[3]))
            print("\t".join(row), file=sys.stderr)
        for row in gone:
            print("# judged.txt: found no more, to be taken out: %s" % " ".join(row))
        if not new:
            print("ok - %s" % name)
        failed += len(new)
        told.append("%s %d findings (%d judged)" % (name, len(new), len(found) - len(new)))
    print("static: " + ", ".join(told))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
