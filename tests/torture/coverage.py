#!/usr/bin/env python3
"""How much of the engine the tests go through: coverage.py BUILD [--list]

Reads what gcov counted in the objects of a build with MODE=cov, after golden cases, unit tests, worlds of the
oracle and laws were run with it. Prints the taken branches of each file of the engine (decide, transfer, conflict,
reference, couple, match, deletion, settle, insert and their parts), the total, and with --list each branch never
taken. A branch that is known never to be taken, with the reason, is a line of uncovered.txt: file, text of the source line
and reason, by tabs. STR_ARG in a message caps the length of a text at INT_MAX; its branches, of no decision, are left
out. Fails below 95 of a hundred.
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
CAP_BRANCHES = 4


def is_engine(path):
    name = os.path.basename(path)
    return path.startswith("src/sync/") and any(name == stem + ".c" or name.startswith(stem + "_") for stem in ENGINE)


SOURCES = {}


def source_line(path, number):
    if path not in SOURCES:
        with open(path, encoding="utf-8") as handle:
            SOURCES[path] = handle.read().split("\n")
    return SOURCES[path][number - 1].strip()


def decisions(path, line):
    """The counts of a line's branches but for those of STR_ARG: two each, one of them never taken."""
    counts = [branch["count"] for branch in line["branches"]]
    for _ in range(CAP_BRANCHES // 2 * source_line(path, line["line_number"]).count("STR_ARG(")):
        if len(counts) >= 2 and 0 in counts:
            counts.remove(0)
            counts.remove(max(counts))
    return counts


def counted(build):
    """(file, line) -> branch counts, summed over what every object knows of it."""
    found = {}
    objects = [path for path in sorted(glob.glob(build + "/sync/*.gcda")) if is_engine("src/sync/" + os.path.basename(path)[:-5] + ".c")]
    told = subprocess.run(["gcov", "--json-format", "--branch-probabilities", "--stdout", *objects],
                          capture_output=True, text=True, check=True).stdout
    for document in told.splitlines():
        if not document.strip():
            continue
        for file in json.loads(document)["files"]:
            if not is_engine(file["file"]):
                continue
            for line in file["lines"]:
                counts = decisions(file["file"], line)
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
    explained = sum(never for file, _, text, never, _ in missed if (file, text) in reasons)
    share = 100.0 * taken / max(count, 1)
    if "--list" in sys.argv:
        for file, number, text, never, all_of in missed:
            print("%s:%d: %d of %d never: %s%s" % (file, number, never, all_of, text,
                                                   "  [%s]" % reasons[file, text] if (file, text) in reasons else ""))
    print("engine branches: %d of %d taken, %.1f %%; %d not, %d of them with a reason in uncovered.txt"
          % (taken, count, share, count - taken, explained))
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
