#!/usr/bin/env python3
"""A failing world: fail.py PROGRAM [MOST] [SCENARIO...]

In each scenario of small.py every call fails once: the n-th allocation, open, read,
write, fsync, rename, and so on for all n (or for MOST of them, spread evenly), and in some
rounds all calls from the n-th on. fail.c makes them fail. Reading the setup takes thousands
of allocations, the same at the begin of each scenario: they fail in the first one alone.

Whatever fails: the program ends with status 7 and a message that says what to do, and
then nothing has been published, no input is touched and no staging folder is left; or
the failure did not matter, and then all is as it is without. It never crashes and never
gives another result.
"""
import collections
import concurrent.futures
import errno
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import small  # noqa: E402

# What fails how; "+" is from then on for ever, as with a full disk.
FAILURES = (
    ("alloc", "ENOMEM", ""), ("alloc", "ENOMEM", "+"),
    ("open", "EMFILE", ""), ("open", "EIO", "+"),
    ("read", "EIO", ""), ("read", "EINTR", ""), ("read", "short", "+"),
    ("write", "ENOSPC", "+"), ("write", "EIO", ""), ("write", "EINTR", ""), ("write", "short", ""),
    ("write", "short", "+"),
    ("fsync", "EIO", ""), ("fsync", "EIO", "+"), ("fsync", "EINTR", ""),
    ("close", "EIO", ""), ("rename", "EIO", "+"), ("link", "EIO", ""), ("unlink", "EACCES", ""),
    ("mkdir", "ENOSPC", ""), ("stat", "EIO", ""), ("list", "EIO", ""), ("lock", "ENOLCK", ""), ("lock", "EINTR", ""),
    ("print", "ENOSPC", "+"), ("print", "EINTR", ""), ("chmod", "EPERM", ""), ("seek", "EIO", ""), ("range", "EIO", ""), ("thread", "EAGAIN", "+"),
)
ADVICE = re.compile(r"; \w|run again|make room|check|choose|is whole")


def counts_of(stage, library, folder):
    """How many calls of each class an undisturbed run makes."""
    log = os.path.join(folder, "log")
    if os.path.exists(log):
        os.remove(log)
    stage.run(stage.scenario.args, FAULT="any:0:0", FAULT_LOG=log, LD_PRELOAD=library)
    stage.reset()
    with open(log, encoding="utf-8", errors="replace") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return {row[1]: int(row[2]) for row in rows if row[0] == "count"}


def differing(found, wanted):
    names = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    return [name for name in names if name not in small.STAYS]


class Judge:
    """One scenario's runs with a failure, in a folder of its own."""

    def __init__(self, stage, library):
        self.stage, self.library = stage, library
        self.told = collections.Counter()

    def try_one(self, failure, number):
        kind, how, lasting = failure
        what = how if how == "short" else str(getattr(errno, how))
        result = self.stage.run(self.stage.scenario.args, FAULT=f"{kind}:{number}:{what}{lasting}",
                                LD_PRELOAD=self.library)
        found = small.tree(self.stage.folder)
        wrong = self.judge(failure, result, found)
        if found != self.stage.before:
            self.stage.reset()
        return wrong

    def judge(self, failure, result, found):
        stage, status = self.stage, result.returncode
        said = result.stderr.decode(errors="replace")
        if status < 0 or status >= 128:
            return [f"ended by signal {-status}"]
        if "pthread_getattr_np" in said:
            return []   # LeakSanitizer's own memory for a thread, not the program's
        if "Sanitizer" in said:
            return ["sanitizer: " + said[:300]]
        if status == stage.result.returncode:
            self.told["no matter"] += 1
            wrong = [f"{name} differs, and nothing was said" for name in differing(found, stage.after)]
            if result.stdout != stage.result.stdout:
                wrong.append("standard output differs, and nothing was said")
            return wrong
        self.told[status] += 1
        wrong = []
        # The C library does not tell whether an encoding is not known or could not be opened.
        is_encoding = status == 3 and "encoding" in said
        if status != 7 and not is_encoding:
            wrong.append(f"status {status}: " + said[-200:])
        if failure[0] == "print":
            # All was done before it was told; where nothing can be told, the status alone tells.
            return wrong + [f"{name} differs" for name in differing(found, stage.after)]
        if not ADVICE.search(said):
            wrong.append("does not say what to do: " + said[-200:])
        changed = differing(found, stage.before)
        if changed and self.is_halfway(found, changed):
            if not re.search("commit|run again|finish", said + result.stdout.decode()):
                wrong.append("does not say how to go on: " + said[-200:])
            return wrong
        if failure[0] == "open" and failure[2] and changed:
            # What cannot be opened cannot be removed; the next run does it.
            return wrong + self.run_again()
        return wrong + [f"{name} is left or changed" for name in changed]

    def run_again(self):
        self.stage.run(self.stage.scenario.args)
        return [f"run again: {name} differs" for name in differing(small.tree(self.stage.folder), self.stage.after)]

    def is_halfway(self, found, changed):
        """Whether all that was published is final: sync --commit whose commit failed."""
        return all(name.split("/")[0] in self.stage.scenario.halfway and
                   found.get(name) == self.stage.after.get(name) for name in changed)


def work_off(judge, queue):
    results = []
    for failure, number in queue:
        results.append((failure, number, judge.try_one(failure, number)))
    return results


def spread(count, most):
    """All numbers from 1 to count, or `most` of them, the last among them."""
    if not most or count <= most:
        return range(1, count + 1)
    return sorted({count - number * count // most for number in range(most)})


def setup_allocations(counts):
    """At least so many allocations of every scenario that reads the setup are those of reading it."""
    return min((found["alloc"] for found in counts if found["alloc"] > 1000), default=0) * 99 // 100


def try_stage(library, stage, counts, known, most, threads):
    """All failures of one scenario but the known first allocations; prints a line for each kind of failure."""
    queue = []
    for failure in FAILURES:
        first = known if failure[0] == "alloc" else 0
        queue += [(failure, first + number) for number in spread(counts.get(failure[0], 0) - first, most)]
    judges = []
    for number in range(threads):
        folder = f"{stage.folder}-{number}"
        shutil.copytree(stage.folder, folder)
        copy = object.__new__(small.Stage)
        copy.__dict__.update(stage.__dict__, folder=folder)
        judges.append(Judge(copy, library))
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        results = [result for part in pool.map(work_off, judges, [queue[n::threads] for n in range(threads)])
                   for result in part]
    failed = collections.defaultdict(list)
    for failure, number, wrong in results:
        if wrong:
            failed[failure].append((number, wrong))
    for failure in FAILURES:
        done = sum(1 for other, _, _ in results if other == failure)
        if done == 0:
            continue
        name = f"{stage.scenario.name}: {done} of {failure[0]} {failure[1]}{failure[2]}"
        if failed[failure]:
            print(f"not ok - {name}: {len(failed[failure])} wrong")
            kinds = {}
            for number, wrong in sorted(failed[failure]):
                kinds.setdefault(re.sub(r"[0-9]+", "N", wrong[0]), (number, wrong))
            for number, wrong in list(kinds.values())[:6]:
                print(f"  # n = {number}: " + "; ".join(wrong[:3]).replace("\n", " / "))
        else:
            print(f"ok - {name}")
        sys.stdout.flush()
    told = sum((judge.told for judge in judges), collections.Counter())
    for judge in judges:
        shutil.rmtree(judge.stage.folder)
    return len(results), sum(len(wrong) for wrong in failed.values()), told


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    names = sys.argv[3:]
    total = bad = 0
    told = collections.Counter()
    with small.scratch() as root:
        library = small.build(root, "fail.c")
        scenarios = [s for s in small.SCENARIOS if not names or s.name in names]
        stages = list(small.stages(program, root, scenarios))
        counts = [counts_of(stage, library, root) for stage in stages]
        for stage, found in zip(stages, counts):
            known = setup_allocations(counts) if stage is not stages[0] and found["alloc"] > 1000 else 0
            done, wrong, said = try_stage(library, stage, found, known, most, small.WORKERS)
            total, bad, told = total + done, bad + wrong, told + said
    print(f"# {total} failures, {told[7]} ended with status 7, {told['no matter']} did not matter, {bad} wrong")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
