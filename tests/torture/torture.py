#!/usr/bin/env python3
"""All promises of part 8, whole: torture.py [PART...] (make torture)

Plays every part, or those named, and prints a line for each promise with its number and the time it took; the whole
output of a part is in bin/torture/PART.log. A part keeps one core busy, and waits at times; LANES of them (3) go on
side by side, the longest first. What is quick of it is in make check, too. Ends with status 1 where a promise is not
kept. WORLDS, HISTORIES, CSV_INPUTS and FUZZ_SECONDS make it shorter or longer.
"""
import collections
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import threading
import time

WORLDS = int(os.environ.get("WORLDS", 20000))
HISTORIES = int(os.environ.get("HISTORIES", 20000))
CSV_INPUTS = int(os.environ.get("CSV_INPUTS", 10000000))
FUZZ_SECONDS = int(os.environ.get("FUZZ_SECONDS", 20))
LANES = int(os.environ.get("LANES", 3))
LOGS = "bin/torture"
PROGRAM = os.path.abspath("bin/couplet")
SERVED = "bin/build/release/served"
PYTHON = [sys.executable, "-B"]
GOLDEN = sorted(os.path.dirname(path) for path in glob.glob("tests/golden/*/args"))
SAMPLES = sorted(glob.glob("samples/*"))
# A small run that is one among many thousands keeps the memory that it gave back: large pieces go anyway (memory_begin()).
MEMORY = "glibc.malloc.top_pad=33554432:glibc.malloc.trim_threshold=1073741824"
# At its end a program would wait a second for threads that may still race; ours has one that waits for signals.
RACES = "halt_on_error=1:atexit_sleep_ms=0"
BUILDS = collections.defaultdict(threading.Lock)
PARTS = []


def part(minutes, *promises):
    """A part that takes about so long; what it yields are the lines of its promises, in this order."""
    def add(function):
        PARTS.append((function.__name__, minutes, promises, function))
        return function
    return add


class Log:
    """What the commands of a part printed."""

    def __init__(self, name):
        self.path = os.path.join(LOGS, name + ".log")
        self.text = ""
        self.ok = True
        self.busy = 0  # seconds of processor time

    def run(self, *command, ok=(0,), **environment):
        """Runs a command; what it printed. A status that is not among ok spoils the part."""
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "CMOCKA_MESSAGE_OUTPUT": "TAP", "WORKERS": "1", **environment}) as done:
            text = done.stdout.read().decode(errors="replace")
            _, status, usage = os.wait4(done.pid, 0)
            done.returncode = os.waitstatus_to_exitcode(status)
        self.busy += usage.ru_utime + usage.ru_stime
        self.text += "$ %s\n%s" % (" ".join(command)[:300], text)
        if done.returncode not in ok:
            self.ok = False
        with open(self.path, "w", encoding="utf-8") as handle:
            handle.write(self.text)
        return text

    def python(self, *command, **more):
        return self.run(*PYTHON, *command, **more)

    def many(self, *command, **more):
        """A script that starts many small runs."""
        return self.python(*command, GLIBC_TUNABLES=MEMORY, **more)

    def make(self, mode, *targets, ok=(0,)):
        """What is made of one mode, for one part at a time."""
        with BUILDS[mode]:
            return self.run("make", "-s", "MODE=" + mode, *targets, ok=ok)

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


def plain(path):
    """The executables of a build, without what the compiler leaves beside them."""
    return [name for name in sorted(glob.glob(path)) if "." not in os.path.basename(name)]


@part(30, "convergence", "no lost edit")
def histories(log):
    log.make("release", SERVED)
    text = log.many("tests/properties/random_worlds.py", SERVED, str(HISTORIES), ok=(0, 1))
    done, wrong = log.number(r"(\d+) passed", text), log.number(r"passed, (\d+) failed", text)
    lost = log.number(r"# edits: .* (\d+) lost$", text)
    yield not wrong and done == HISTORIES, "random histories: %d converge, %d do not" % (done, wrong)
    yield not lost, "edits followed through them: " + "".join(re.findall(r"^# edits: (.*)", text, re.M))


@part(10, "an output folder is whole or absent, the ledger is old or new")
def kill_points(log):
    log.make("release", SERVED)
    text = log.many("tests/robust/points.py", SERVED, "1")
    text += log.many("tests/robust/points.py", SERVED, "4", *GOLDEN)
    done, wrong = log.number(r"# (\d+) kill points", text), log.number(r"points, (\d+) divergent", text)
    text = log.python("tests/robust/kill.py", PROGRAM, "500")
    yield done >= 10000 and not wrong, "kill points: %d killed, %d divergent; at random moments: %d passed, %d failed" % (
        done, wrong, good(text), bad(text))


@part(15, "right decisions")
def decisions(log):
    log.make("release", SERVED)
    text = log.many("tests/oracle/compare.py", SERVED, "--worlds", str(WORLDS), ok=(0, 1))
    done, wrong = log.number(r"(\d+) worlds, ", text), log.number(r"worlds, (\d+) differing", text)
    text = log.many("tests/oracle/exhaustive.py", PROGRAM, ok=(0, 1))
    cells, other = log.number(r"(\d+) combinations", text), log.number(r"combinations, (\d+) differing", text)
    yield not wrong and not other and done == WORLDS, "second planner: %d worlds, %d differing; exhaustive: " \
        "%d combinations, %d differing" % (done, wrong, cells, other)


@part(15, "static analysis")
def static(log):
    text = log.python("tests/torture/static.py")
    yield True, re.findall(r"^static: .*", text, re.M)[-1] if "static: " in text else "static analysis did not end"


@part(20, "no memory or disk failure loses anything")
def failing_world(log):
    log.make("lsan", "all")
    text = log.python("tests/robust/fail.py", os.path.abspath("bin/build/lsan/couplet"), "0", "sync", "commit", "undo")
    leaks = log.number(r"# (\d+) failures", text)
    log.make("release", SERVED)
    text += log.many("tests/robust/fail.py", SERVED)
    done, wrong = log.number(r"# (\d+) failures", text), log.number(r"matter, (\d+) wrong", text)
    told = log.number(r"(\d+) ended with status 7", text)
    yield not wrong, "failing world: %d failures, every n of each kind (%d with LeakSanitizer), %d told with status 7, " \
        "%d wrong" % (done, leaks, told, wrong)


@part(8, "no leaks, no undefined behaviour")
def sanitizers(log):
    log.make("asan", "check-build")
    text = log.run("bin/build/asan/couplet", "test", *GOLDEN)
    line = "ASan and UBSan: %d golden cases, %d bad" % (log.number(r"^(\d+) passed, ", text.splitlines()[-1]), bad(text))
    text = "".join(log.run(unit) for unit in plain("bin/build/asan/unit/test_*"))
    line += "; %d unit tests, %d bad" % (good(text), bad(text))
    text = log.run("tests/replay.sh", COUPLET=os.path.abspath("bin/build/asan/couplet"))
    yield True, line + "; corpora replayed: %d, %d bad" % (good(text), bad(text))


@part(8, "no reads of what is not there, nothing lost")
def memcheck(log):
    text = log.python("tests/torture/memcheck.py", PROGRAM)
    yield True, "valgrind: %d scenarios and cases, %d bad" % (good(text), bad(text))


@part(8, "every parser fuzzed")
def fuzz(log):
    text = log.make("fuzz", "CC=clang", "fuzz-run", "FUZZ_SECONDS=%d" % FUZZ_SECONDS)
    runs = log.number(r"Done (\d+) runs", text)
    found = len(re.findall(r"SUMMARY: |ERROR: libFuzzer", text))
    yield not found, "fuzzers: %d, %d inputs in %d seconds each, %d findings" % (
        len(glob.glob("tests/fuzz/fuzz_*.c")), runs, FUZZ_SECONDS, found)


@part(7, "laws of every golden case: preview, shuffled rows, repeat, converge, simulate, undo, explain")
def laws(log):
    text = log.many("tests/properties/check.py", PROGRAM, *GOLDEN, *SAMPLES)
    shuffled = len(re.findall(r"^ok - shuffled", text, re.M))
    text += log.many("tests/properties/explain.py", PROGRAM, *GOLDEN, *SAMPLES)
    yield True, "laws of golden cases: %d kept (%d with shuffled rows), %d broken" % (good(text), shuffled, bad(text))


@part(7, "coverage")
def coverage(log):
    text = log.make("cov", "coverage", ok=(0, 2))
    last = re.findall(r"^engine branches: .*", text, re.M)
    share = re.findall(r"taken, ([\d.]+) %", last[-1]) if last else []
    yield bool(share) and float(share[0]) >= 95, last[-1] if last else "no coverage"


@part(6, "no races")
def races(log):
    log.make("tsan", "all")
    text = log.run("bin/build/tsan/couplet", "test", *GOLDEN, TSAN_OPTIONS=RACES)
    line = "TSan: %d golden cases, %d bad" % (log.number(r"^(\d+) passed, ", text.splitlines()[-1]), bad(text))
    text = log.python("tests/properties/large_worlds.py", "bin/build/tsan/couplet", "60", TSAN_OPTIONS=RACES)
    yield True, line + "; %d worlds of 800 records a side, %d bad" % (good(text), bad(text))


@part(5, "same input, same bytes")
def same_bytes(log):
    log.make("clang", "CC=clang", "all")
    text = log.many("tests/robust/same.py", PROGRAM, os.path.abspath("bin/build/clang/couplet"), "--", *GOLDEN)
    done, wrong = log.number(r"- (\d+) runs in other ways", text), log.number(r"ways, (\d+) differ", text)
    text = log.many("tests/properties/large_worlds.py", PROGRAM, "40", "1", RECORDS="3000")
    yield not wrong, "same bytes: %d runs with other threads, locales, zones, chunks and the other compiler, %d differ; " \
        "%d worlds of 3,000 records a side, %d bad" % (done, wrong, good(text), bad(text))


@part(4, "a truncated or damaged ledger is noticed")
def damage(log):
    log.make("asan", "bin/build/asan/unit/test_damage")
    text = log.run("bin/build/asan/unit/test_damage")
    told = "; ".join(re.sub(" +", " ", line) for line in re.findall(r"^# (.*)", text, re.M))
    yield True, "damage: %d tests, %d bad%s" % (good(text), bad(text), "; " + told if told else "")


@part(3, "the CSV reader's splitter and libcsv make the same of every input")
def csv_split(log):
    log.make("release", "bin/build/release/unit/test_csv_split")
    text = log.run("bin/build/release/unit/test_csv_split", CSV_INPUTS=str(CSV_INPUTS))
    done, wrong = log.number(r"# (\d+) inputs, the same", text) if good(text) else 0, bad(text)
    yield done == CSV_INPUTS and not wrong, "CSV splitter beside libcsv: %d generated and mutated inputs, %d tests failed" % (
        done, wrong)


@part(3, "bad input is told, never guessed")
def bad_input(log):
    text = "".join(log.run(script, COUPLET=PROGRAM) for script in ("tests/bad.sh", "tests/cli.sh", "tests/formats.sh"))
    yield True, "bad input: %d told, %d not" % (good(text), bad(text))


@part(3, "hostile input is harmless")
def hostile(log):
    text = log.run("tests/hostile.sh", COUPLET=PROGRAM)
    most = max(map(int, re.findall(r"(\d+) MiB$", text, re.M)), default=0)
    line = "hostile files: %d refused, %d not, at most %d MiB" % (good(text), bad(text), most)
    text = log.run("tests/report.sh", COUPLET=PROGRAM)
    yield 0 < most < 1024, line + "; hostile text in the report: %d looks at it in a browser, %d bad" % (good(text), bad(text))


@part(1, "disks, inputs, several at once, privileges")
def around(log):
    text = log.python("tests/robust/around.py", PROGRAM, "20")
    text += log.python("tests/robust/refuse.py", PROGRAM)
    yield True, "full disks, moving inputs, commits at once, locks, links, modes: %d passed, %d failed" % (
        good(text), bad(text))


def clock(seconds):
    return "%d:%02d" % divmod(round(seconds), 60)


def play(name, promises, function):
    """Plays one part and prints its lines; how many of its promises are kept."""
    start, log = time.time(), Log(name)
    try:
        told = list(function(log))
    except Exception as error:  # what broke the part is told in its place
        told = [(False, "%s: %s" % (type(error).__name__, error))] * len(promises)
    is_good = log.ok and (not bad(log.text) or name in ("histories", "decisions"))
    took = "%s, %s of processors in %s" % (name, clock(log.busy), clock(time.time() - start))
    lines = ["%s - %s\n    %s  (%s)" % ("ok" if kept and is_good else "not ok", promise, line, took)
             for promise, (kept, line) in zip(promises, told)]
    print("\n".join(lines), flush=True)
    return sum(line.startswith("ok") for line in lines)


def main():
    wanted = sys.argv[1:] or [row[0] for row in PARTS]
    unknown = set(wanted) - {row[0] for row in PARTS}
    if unknown:
        sys.exit("no such part: %s; there are %s" % (" ".join(sorted(unknown)), " ".join(row[0] for row in PARTS)))
    os.makedirs(LOGS, exist_ok=True)
    begin, parts = time.time(), sorted((row for row in PARTS if row[0] in wanted), key=lambda row: -row[1])
    with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
        kept = sum(pool.map(lambda row: play(row[0], row[2], row[3]), parts))
    broken = sum(len(row[2]) for row in parts) - kept
    print("%d promises kept, %d broken, in %d minutes; whole output in %s" % (
        kept, broken, round((time.time() - begin) / 60), LOGS))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
