#!/usr/bin/env python3
"""How much of the engine the tests go through: coverage.py BUILD [--list]

Reads what gcov counted in the objects of a build with MODE=cov, after golden cases, unit tests, worlds of the
oracle and laws were run with it. Prints the taken branches of each file of the engine (decide, transfer, conflict,
reference, couple, match, deletion, settle, insert and their parts), the total, and with --list each branch never
taken. Why a branch is not taken is told in uncovered.txt: file, text of the source line and reason, by tabs. Fails below
95 of a hundred, where a line with such a branch is not listed, and where one that is listed has none any more.
"""
import glob
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ENGINE = ("decide", "transfer", "conflict", "reference", "couple", "match", "deletion", "settle", "insert", "select",
          "assess", "adopt", "altered", "agreement", "pending", "links", "link_table", "job", "records", "housekeeping")
LEAST = 95.0


def is_engine(path):
    name = os.path.basename(path)
    return path.startswith("src/sync/") and any(name == stem + ".c" or name.startswith(stem + "_") for stem in ENGINE)


SOURCES = {}


def source_line(path, number):
    if path not in SOURCES:
        with open(path, encoding="utf-8") as handle:
            SOURCES[path] = handle.read().split("\n")
    return SOURCES[path][number - 1].strip()


def counted(build):
    """(file, line) -> branch counts, summed over what every object knows of it."""
    found = {}
    objects = [path for path in sorted(glob.glob(build + "/sync/**/*.gcda", recursive=True)) if is_engine("src/sync/" + os.path.basename(path)[:-5] + ".c")]
    told = subprocess.run(["gcov", "--json-format", "--branch-probabilities", "--stdout", *objects],
                          capture_output=True, text=True, check=True).stdout
    for document in told.splitlines():
        if not document.strip():
            continue
        for file in json.loads(document)["files"]:
            if not is_engine(file["file"]):
                continue
            for line in file["lines"]:
                counts = [branch["count"] for branch in line["branches"]]
                key = file["file"], line["line_number"], line.get("function_name", "")
                old = found.setdefault(key, [0] * len(counts))
                found[key] = [a + b for a, b in zip(old, counts)] if len(old) == len(counts) else old
    return found


def known():
    """(file, text) -> reason."""
    reasons = {}
    path = os.path.join(HERE, "uncovered.txt")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as handle:
            for row in handle:
                if row.strip() and not row.startswith("#"):
                    file, text, reason = row.rstrip("\n").split("\t")
                    reasons[file, text] = reason
    return reasons


def main():
    build = sys.argv[1]
    reasons = known()
    found = counted(build)
    totals, missed = {}, []
    for (file, number, _), counts in sorted(found.items()):
        taken, count = totals.get(file, (0, 0))
        totals[file] = taken + sum(1 for c in counts if c), count + len(counts)
        never = sum(1 for c in counts if not c)
        if never:
            missed.append((file, number, source_line(file, number), never, len(counts)))
    for file, (taken, count) in sorted(totals.items()):
        print("%-36s %5d of %5d branches  %5.1f %%" % (file, taken, count, 100.0 * taken / max(count, 1)))
    taken, count = (sum(pair[i] for pair in totals.values()) for i in (0, 1))
    told = {(file, text) for file, _, text, _, _ in missed}
    new = [row for row in missed if (row[0], row[2]) not in reasons]
    gone = [row for row in reasons if row not in told]
    share = 100.0 * taken / max(count, 1)
    for file, number, text, never, all_of in missed if "--list" in sys.argv else new:
        print("%s:%d: %d of %d never: %s  [%s]" % (file, number, never, all_of, text, reasons.get((file, text), "?")))
    for row in new:
        print("not ok - uncovered.txt lacks %s:%d: %s" % row[:3])
    for row in gone:
        print("not ok - uncovered.txt tells of a line that is covered or gone: %s: %s" % row)
    print("engine branches: %d of %d taken, %.1f %%; %d not, %d of them without a reason in uncovered.txt"
          % (taken, count, share, count - taken, sum(row[3] for row in new)))
    return 0 if share >= LEAST and not new and not gone else 1


if __name__ == "__main__":
    sys.exit(main())
