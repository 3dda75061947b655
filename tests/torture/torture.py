#!/usr/bin/env python3
"""All promises of part 8, whole: torture.py [PART...] (make torture)

Runs every part, or those named, and prints a line for each promise with its number and the time it took; the whole
output of a part is in bin/torture/PART.log. What is quick of it is in make check, too. Ends with status 1 where a
promise is not kept. WORLDS, HISTORIES, CSV_INPUTS and FUZZ_SECONDS make it shorter or longer.
"""
import glob
import os
import re
import subprocess
import sys
import time

WORLDS = int(os.environ.get("WORLDS", 20000))
HISTORIES = int(os.environ.get("HISTORIES", 20000))
CSV_INPUTS = int(os.environ.get("CSV_INPUTS", 10000000))
FUZZ_SECONDS = int(os.environ.get("FUZZ_SECONDS", 20))
LOGS = "bin/torture"
PROGRAM = os.path.abspath("bin/couplet")
PYTHON = [sys.executable, "-B"]
GOLDEN = sorted(os.path.dirname(path) for path in glob.glob("tests/golden/*/args"))
PARTS = []


def part(promise):
    def add(function):
        PARTS.append((function.__name__, promise, function))
        return function
    return add


class Log:
    def __init__(self, name):
        self.path = os.path.join(LOGS, name + ".log")
        self.text = ""
        self.ok = True

    def run(self, *command, ok=(0,), **environment):
        """Runs a command; what it printed. A status that is not among ok spoils the part."""
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              env={**os.environ, "CMOCKA_MESSAGE_OUTPUT": "TAP", **environment})
        text = done.stdout.decode(errors="replace")
        self.text += "$ %s\n%s" % (" ".join(command)[:300], text)
        if done.returncode not in ok:
            self.ok = False
        with open(self.path, "w", encoding="utf-8") as handle:
            handle.write(self.text)
        return text

    def python(self, *command, **more):
        return self.run(*PYTHON, *command, **more)

    def number(self, pattern, text):
        """The sum of what the pattern finds in the text; nothing found spoils the part."""
        found = re.findall(pattern, text, re.M)
        if not found:
            self.ok = False
        return sum(int(number) for number in found)


def good(text):
    return len(re.findall(r"^ok ", text, re.M))


def bad(text):
    return len(re.findall(r"^not ok ", text, re.M))


@part("an output folder is whole or absent, the ledger is old or new")
def kill_points(log):
    text = log.python("tests/robust/points.py", PROGRAM, "1")
    text += log.python("tests/robust/points.py", PROGRAM, "4", *GOLDEN)
    done, wrong = log.number(r"# (\d+) kill points", text), log.number(r"points, (\d+) divergent", text)
    text = log.python("tests/robust/kill.py", PROGRAM, "500")
    log.ok &= done >= 10000 and not wrong
    return "kill points: %d killed, %d divergent; at random moments: %d passed, %d failed" % (
        done, wrong, good(text), bad(text))


@part("no memory or disk failure loses anything")
def failing_world(log):
    text = log.python("tests/robust/fail.py", PROGRAM)
    done, wrong = log.number(r"# (\d+) failures", text), log.number(r"matter, (\d+) wrong", text)
    told = log.number(r"(\d+) ended with status 7", text)
    return "failing world: %d failures, every n of each kind, %d told with status 7, %d wrong" % (done, told, wrong)


@part("disks, inputs, several at once, privileges")
def around(log):
    text = log.python("tests/robust/around.py", PROGRAM, "20")
    text += log.python("tests/robust/refuse.py", PROGRAM)
    return "full disks, moving inputs, commits at once, locks, links, modes: %d passed, %d failed" % (good(text), bad(text))


@part("same input, same bytes")
def same_bytes(log):
    log.run("make", "-s", "-j2", "MODE=clang", "CC=clang", "all")
    text = log.python("tests/robust/same.py", PROGRAM, os.path.abspath("bin/build/clang/couplet"), "--", *GOLDEN)
    done, wrong = log.number(r"- (\d+) runs in other ways", text), log.number(r"ways, (\d+) differ", text)
    return ("same bytes: %d runs with other threads, locales, zones, chunks and the other compiler, %d differ"
            % (done, wrong))


@part("laws of every golden case: preview, shuffled rows, repeat, converge, simulate, undo, explain")
def laws(log):
    text = log.python("tests/properties/check.py", PROGRAM, *GOLDEN, *sorted(glob.glob("samples/*")))
    text += log.python("tests/properties/explain.py", PROGRAM, *GOLDEN, *sorted(glob.glob("samples/*")))
    return "laws of golden cases: %d kept, %d broken" % (good(text), bad(text))


def played(log, found={}):
    """The random histories, which are played once for all promises that they test."""
    if not found:
        found["text"] = log.python("tests/properties/random_worlds.py", PROGRAM, str(HISTORIES), ok=(0, 1))
    return found["text"]


@part("convergence")
def convergence(log):
    text = played(log)
    done, wrong = log.number(r"(\d+) passed", text), log.number(r"passed, (\d+) failed", text)
    log.ok &= not wrong
    return "random histories: %d converge, %d do not" % (done, wrong)


@part("no lost edit")
def lost_edits(log):
    text = played(log)
    log.ok &= not log.number(r"# edits: .* (\d+) lost$", text)
    return "edits followed through random histories: " + "".join(re.findall(r"^# edits: (.*)", text, re.M))


@part("right decisions")
def decisions(log):
    text = log.python("tests/oracle/compare.py", PROGRAM, "--worlds", str(WORLDS), ok=(0, 1))
    done, wrong = log.number(r"(\d+) worlds, ", text), log.number(r"worlds, (\d+) differing", text)
    text = log.python("tests/oracle/exhaustive.py", PROGRAM, ok=(0, 1))
    cells, other = log.number(r"(\d+) combinations", text), log.number(r"combinations, (\d+) differing", text)
    log.ok &= not wrong and not other
    return "second planner: %d worlds, %d differing; exhaustive: %d combinations, %d differing" % (done, wrong, cells, other)


@part("bad input is told, hostile input is harmless")
def bad_input(log):
    text = "".join(log.run(script, COUPLET=PROGRAM) for script in ("tests/bad.sh", "tests/cli.sh", "tests/formats.sh"))
    return "bad and hostile inputs: %d told, %d not" % (good(text), bad(text))


@part("the CSV reader's splitter and libcsv make the same of every input")
def csv_split(log):
    log.run("make", "-s", "-j2", "MODE=release", "bin/build/release/unit/test_csv_split")
    text = log.run("bin/build/release/unit/test_csv_split", CSV_INPUTS=str(CSV_INPUTS))
    done, wrong = log.number(r"# (\d+) inputs, the same", text) if good(text) else 0, bad(text)
    log.ok &= done == CSV_INPUTS and not wrong
    return "CSV splitter beside libcsv: %d generated and mutated inputs, %d tests failed" % (done, wrong)


@part("every parser fuzzed")
def fuzz(log):
    log.run("make", "-s", "fuzz", "FUZZ_SECONDS=%d" % FUZZ_SECONDS)
    text = log.text
    runs = log.number(r"Done (\d+) runs", text)
    found = len(re.findall(r"SUMMARY: |ERROR: libFuzzer", text))
    return "fuzzers: %d, %d inputs in %d seconds each, %d findings" % (
        len(glob.glob("tests/fuzz/fuzz_*.c")), runs, FUZZ_SECONDS, found)


@part("no leaks, races, undefined behaviour")
def sanitizers(log):
    log.run("make", "-s", "-j2", "MODE=asan", "check-build")
    log.run("make", "-s", "-j2", "MODE=tsan", "all")
    counts = []
    for mode in ("asan", "tsan"):
        text = log.run("bin/build/%s/couplet" % mode, "test", *GOLDEN, TSAN_OPTIONS="halt_on_error=1")
        counts.append("%s: %d golden cases, %d bad" % (mode, log.number(r"^(\d+) passed, ", text.splitlines()[-1]), bad(text)))
    units = [path for path in sorted(glob.glob("bin/build/asan/unit/test_*")) if not path.endswith(".d")]
    text = "".join(log.run(unit) for unit in units)
    counts.append("%d unit tests, %d bad" % (good(text), bad(text)))
    text = log.run("tests/replay.sh", COUPLET=os.path.abspath("bin/build/asan/couplet"))
    counts.append("corpora replayed: %d, %d bad" % (good(text), bad(text)))
    text = log.python("tests/torture/memcheck.py", PROGRAM)
    counts.append("valgrind: %d cases, %d bad" % (good(text), bad(text)))
    return "; ".join(counts)


@part("a damaged ledger is noticed")
def damage(log):
    log.run("make", "-s", "-j2", "MODE=asan", "bin/build/asan/unit/test_damage")
    text = log.run("bin/build/asan/unit/test_damage")
    told = "; ".join(re.findall(r"^# (.*)", text, re.M))
    return "damage: %d tests, %d bad%s" % (good(text), bad(text), "; " + told if told else "")


@part("static analysis")
def static(log):
    text = log.python("tests/torture/static.py")
    return re.findall(r"^static: .*", text, re.M)[-1] if "static: " in text else "static analysis did not end"


@part("coverage")
def coverage(log):
    log.run("make", "-s", "coverage", ok=(0, 2))
    last = re.findall(r"^engine branches: .*", log.text, re.M)
    share = re.findall(r"taken, ([\d.]+) %", last[-1]) if last else []
    log.ok &= bool(share) and float(share[0]) >= 95
    return last[-1] if last else "no coverage"


def main():
    wanted = sys.argv[1:]
    unknown = set(wanted) - {name for name, _, _ in PARTS}
    if unknown:
        sys.exit("no such part: %s; there are %s" % (" ".join(unknown), " ".join(name for name, _, _ in PARTS)))
    os.makedirs(LOGS, exist_ok=True)
    begin, kept, broken = time.time(), 0, 0
    for name, promise, function in PARTS:
        if wanted and name not in wanted:
            continue
        start, log = time.time(), Log(name)
        line = function(log)
        if bad(log.text) and name not in ("decisions",):
            log.ok = False
        kept, broken = kept + log.ok, broken + (not log.ok)
        minutes, seconds = divmod(round(time.time() - start), 60)
        print("%s - %s\n    %s  (%d:%02d)" % ("ok" if log.ok else "not ok", promise, line, minutes, seconds), flush=True)
    print("%d promises kept, %d broken, in %d minutes; whole output in %s" % (
        kept, broken, round((time.time() - begin) / 60), LOGS))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
