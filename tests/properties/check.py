#!/usr/bin/env python3
"""The laws of a run, on every golden case: check.py PROGRAM CASE...

  preview      preview tells what sync does (L1)
  manifest     the JSON of preview, or of the command itself, is the summary in the manifest (L1)
  same-bytes   -j 1, 2 and 4, other time zones and locales: the same bytes (L11)
  shuffled     rows in another order: the same but for ids, digests and line numbers
  repeat       committed and run again before the import: nothing is written twice (L11)
  converges    committed, imported, exported and run again: nothing is left to do;
               what couple coupled is synchronized first
  simulates    the same by simulate: nothing is left to do after it, and verify says all landed (L5, L8)
  damaged      a value changed, a record left out, one twice: verify names exactly that (L5)
  undoes       undo, and its import: the mapped fields and the couplings are as they were (L9)
  undone       what was taken back is planned again, also before the import of the undo (L9, E11)
  untouched    inputs are never modified (L2)

A case whose records need several runs (a key that the destination assigns, a field
whose source the other direction writes, a record that one job left to the other)
says why in a file `follows`; repeat and converges do not hold there. After resolve it is
sync that must find nothing left to do; uncouple leaves records that sync may create.
"""
import concurrent.futures
import csv
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import summary  # noqa: E402
from proof import ENVIRONMENT, SCRATCH, WORKERS, Proof, work_left  # noqa: E402
from world import World  # noqa: E402

# What the law `undone` cannot hold for, and why.
PLANNED_OTHERWISE = {
    "e18-series-in-a-key-of-two-parts": "a number that was given out is not given again",
    "e18-series-full": "a number that was given out is not given again",
    "e09-full-run-retries-despite-filters": "tried because it had failed, which an undo does not bring back",
    "e19-adopted-row-lists-lost-edit": "a sync before the import of the undo adopts the row as it is, so that the old value is an edit",
    "e16-get-retry-despite-filter": "tried because it had failed, which an undo does not bring back",
    "ts505-retry-ignores-the-filter": "tried because it had failed, which an undo does not bring back",
    "e15-two-way-field-added": "a difference that nobody explains is one edit or the other once stamps move (E15)",
    "e26-own-fields-as-the-job-saw-them": "what the job From writes is left to the next run (L8)",
}

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run(program, folder, args, **environment):
    env = {**ENVIRONMENT, **environment}
    return subprocess.run([program, *args], cwd=folder, env=env, capture_output=True, timeout=120)


def read_args(case):
    with open(os.path.join(case, "args"), encoding="utf-8") as handle:
        return [line for line in handle.read().split("\n") if line]


def out_of(args):
    for flag in ("-o", "--output"):
        if flag in args:
            return args[args.index(flag) + 1]
    return None


def setup_of(args):
    for flag in ("-s", "--setup"):
        if flag in args:
            return args[args.index(flag) + 1]
    return "couplet.xml"


def tree(folder):
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            full = os.path.join(path, name)
            with open(full, "rb") as handle:
                found[os.path.relpath(full, folder)] = handle.read()
    return found


def without_ids(files):
    """What may differ between shuffled inputs: run and job ids, digests, line numbers."""
    cleaned = {}
    for name, data in files.items():
        if name in ("manifest.xml", "README.txt"):
            continue
        data = re.sub(rb"\b[0-9a-f]{8}-[0-9]{2,3}\b", b"JOB", data)
        if name == "report.html":
            data = re.sub(rb"(<title>[^<]* |<dd><code>)[0-9a-f]{8}<", rb"\1RUN<", data)
        data = re.sub(rb"(\.[a-z]+):[0-9]+:", rb"\1:LINE:", data)
        cleaned[name] = data
    return cleaned


def difference(a, b):
    for name in sorted(set(a) | set(b)):
        if a.get(name) != b.get(name):
            return name
    return None


def shuffle_lines(path):
    """The lines of a file under its header in another order."""
    with open(path, encoding="utf-8") as handle:
        header, *lines = handle.read().splitlines(keepends=True)
    random.Random(7).shuffle(lines)
    with open(path, "w", encoding="utf-8") as handle:
        handle.write(header + "".join(lines))


class Case:
    def __init__(self, program, case):
        self.program, self.case = program, case
        self.args = read_args(case)
        self.results = []

    def copy(self, scratch, name):
        """A copy of the case at the same depth below a copy of what it may refer to."""
        target = os.path.join(scratch, name, "tests", "golden", os.path.basename(self.case))
        # Others may play the case where it lies, at the same time.
        made = ("out", ".out.*") if "out" in self.args else ()
        shutil.copytree(self.case, target, ignore=shutil.ignore_patterns("expected*", *made))
        if any("samples" in arg for arg in self.args):
            shutil.copytree(os.path.join(REPOSITORY, "samples"), os.path.join(scratch, name, "samples"))
        for path, _, names in os.walk(os.path.join(scratch, name)):
            os.chmod(path, 0o755)
            for entry in names:
                os.chmod(os.path.join(path, entry), 0o644)
        return target

    def world(self, folder):
        return World(os.path.join(folder, setup_of(self.args)))

    def say(self, law, problem):
        self.results.append((law, problem))

    def check(self):
        out = out_of(self.args)
        if self.args[0] not in ("sync", "resolve", "uncouple", "couple") or not out:
            return self.results
        with tempfile.TemporaryDirectory(prefix="couplet-laws-", dir=SCRATCH) as scratch:
            first = self.copy(scratch, "first")
            before = tree(first)
            done = run(self.program, first, self.args)
            written = os.path.join(first, out)
            if done.returncode not in (0, 4):
                self.say("untouched", None if tree(first) == before else "something was written")
                return self.results
            bytes_written = tree(written)
            after = {name: data for name, data in tree(first).items() if not name.startswith(out + os.sep)}
            self.say("untouched", None if after == before else "inputs changed")
            if self.args[0] == "sync":
                self.check_preview(first, done)
            self.check_manifest(scratch, written)
            self.check_same_bytes(scratch, bytes_written)
            self.check_shuffled(scratch, bytes_written)
            if self.args[0] == "couple":
                self.check_coupled(scratch, written, out)
            if self.args[0] in ("uncouple", "couple"):
                return self.results
            self.check_repeat(scratch, written, out)
            self.check_converges(scratch, written, out)
            self.check_proof(first, out)
        return self.results

    def check_preview(self, folder, done):
        out = self.args.index("-o")
        base = [arg for index, arg in enumerate(self.args) if index not in (out, out + 1)]
        preview = run(self.program, folder, ["preview", *base[1:], "--format", "json"])
        shutil.rmtree(os.path.join(folder, out_of(self.args) + ".again"), ignore_errors=True)
        again = list(self.args)
        again[out + 1] = self.args[out + 1] + ".again"
        sync = run(self.program, folder, [*again, "--format", "json"])
        shutil.rmtree(os.path.join(folder, again[out + 1]), ignore_errors=True)
        try:
            shown, made = json.loads(preview.stdout), json.loads(sync.stdout)
        except ValueError:
            self.say("preview", "no JSON")
            return
        shown["command"] = made["command"]
        same = shown == made and preview.returncode == sync.returncode == done.returncode
        self.say("preview", None if same else "preview and sync differ")

    def check_manifest(self, scratch, written):
        folder = self.copy(scratch, "told")
        args = list(self.args)
        if args[0] == "sync":
            args[0] = "preview"
            at = next(index for index, arg in enumerate(args) if arg in ("-o", "--output"))
            args = [arg for arg in args[:at] + args[at + 2:] if arg != "--commit"]
        told = run(self.program, folder, [*args, "--format", "json"])
        try:
            wrong = summary.difference(json.loads(told.stdout), written, self.args[0])
        except ValueError:
            wrong = "no JSON: %s" % told.stderr.decode(errors="replace")[:200]
        self.say("manifest", wrong and "other than told: " + wrong)

    def check_same_bytes(self, scratch, expected):
        variants = [(["-j", "1"], {}), (["-j", "2"], {"TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8"}),
                    (["-j", "4"], {"TZ": "America/New_York", "LC_ALL": "nl_BE.UTF-8"})]
        for number, (flags, environment) in enumerate(variants):
            folder = self.copy(scratch, "bytes%d" % number)
            run(self.program, folder, [*self.args, *flags], **environment)
            wrong = difference(tree(os.path.join(folder, out_of(self.args))), expected)
            self.say("same-bytes", wrong and "%s %s: %s differs" % (flags, environment, wrong))

    def check_shuffled(self, scratch, expected):
        folder = self.copy(scratch, "shuffled")
        self.world(folder).shuffle(7)
        if self.args[0] == "couple" and "--from" in self.args:
            shuffle_lines(os.path.join(folder, self.args[self.args.index("--from") + 1]))
        run(self.program, folder, self.args)
        wrong = difference(without_ids(tree(os.path.join(folder, out_of(self.args)))), without_ids(expected))
        self.say("shuffled", wrong and wrong + " differs")

    def second(self, scratch, name, written, out, imported):
        folder = self.copy(scratch, name)
        world = self.world(folder)
        if imported:
            world.apply(written)
        ledger = world.ledger
        if "-l" in self.args:
            ledger = os.path.join(folder, self.args[self.args.index("-l") + 1])
        shutil.copy(os.path.join(written, "ledger.csv"), ledger)
        args = [arg for arg in self.args if arg != "--new-ledger"]
        if self.args[0] == "resolve":
            args = ["sync", "-o", out]
        done = run(self.program, folder, args)
        if done.returncode not in (0, 4):
            return "second run ended with %d: %s" % (done.returncode, done.stderr.decode(errors="replace").strip()[:300])
        return work_left(os.path.join(folder, out)) or None

    def check_coupled(self, scratch, written, out):
        """Coupled again after the commit: nothing more; synchronized after that: nothing is left."""
        again = self.copy(scratch, "again")
        shutil.copy(os.path.join(written, "ledger.csv"), self.world(again).ledger)
        done = run(self.program, again, self.args)
        if "--mapping" in self.args:
            left = work_left(os.path.join(again, out), ("inserted", "modified", "coupled")) if done.returncode in (0, 4) \
                else "ended with %d" % done.returncode
        else:
            left = None if done.returncode == 2 else "ended with %d" % done.returncode
        self.say("repeat", left or None)
        folder = self.copy(scratch, "synchronized")
        for name in (out, "synchronized-1", "synchronized-2"):
            if name != out:
                done = run(self.program, folder, ["sync", "-o", name])
                if done.returncode not in (0, 4):
                    self.say("converges", "sync ended with %d: %s" % (done.returncode, done.stderr.decode()[:300]))
                    return
            made = written if name == out else os.path.join(folder, name)
            world = self.world(folder)
            world.apply(made)
            shutil.copy(os.path.join(made, "ledger.csv"), world.ledger)
        self.say("converges", work_left(os.path.join(folder, "synchronized-2")) or None)

    def check_repeat(self, scratch, written, out):
        if not self.follows():
            self.say("repeat", self.second(scratch, "repeat", written, out, False))

    def follows(self):
        return os.path.exists(os.path.join(self.case, "follows"))

    def check_converges(self, scratch, written, out):
        if not self.follows():
            self.say("converges", self.second(scratch, "converges", written, out, True))

    def check_proof(self, folder, out):
        """The world that simulate makes of the folder: verify, damage, a second run there, and undo."""
        proof = Proof(self.program, folder, setup_of(self.args), out)
        problem = proof.simulate()
        self.say("simulates", problem)
        if problem:
            return
        before = self.world(folder)
        before.ledger = self.ledger_of(before, folder)
        # A delta export that does not show a record cannot prove that its update landed.
        if all(not table.is_delta for table in before.tables.values()):
            wrong = proof.not_landed()
            self.say("simulates", None if wrong == [] else "verify: %s %s" % (wrong, proof.said))
            self.say("damaged", proof.damaged(lambda places: places[0]))
        if not self.follows():
            self.say("simulates", proof.nothing_left(self.second_args()))
        if not before.has_in_flight():  # what an earlier run wrote landed, too, and is not this run's to take back
            problem = proof.undoes(before)
            self.say("undoes", problem)
            # What an export does not show cannot be told to be back.
            if problem or self.args[0] != "sync" or os.path.basename(self.case) in PLANNED_OTHERWISE:
                return
            if all(not table.is_delta for table in before.tables.values()):
                self.say("undone", proof.undone(self.second_args()))

    def second_args(self):
        """What runs in the simulated world: the same, without the files that it names."""
        if self.args[0] != "sync":
            return ["sync"]
        args, skip = [], False
        for arg in self.args:
            if skip or arg in ("-s", "--setup", "-l", "--ledger", "-o", "--output"):
                skip = not skip
            elif arg != "--new-ledger":
                args.append(arg)
        return args

    def ledger_of(self, world, folder):
        for flag in ("-l", "--ledger"):
            if flag in self.args:
                return os.path.join(folder, self.args[self.args.index(flag) + 1])
        return world.ledger


def check_case(arguments):
    program, case = arguments
    try:
        return case, Case(program, case).check()
    except Exception as error:  # a broken case is a failed one, told by name
        return case, [("case", "%s: %s" % (type(error).__name__, error))]


def main():
    program = os.path.abspath(sys.argv[1])
    cases = [os.path.abspath(case) for case in sys.argv[2:] if os.path.exists(os.path.join(case, "args"))]
    passed = failed = 0
    with concurrent.futures.ProcessPoolExecutor(max_workers=WORKERS) as pool:
        for case, results in pool.map(check_case, [(program, case) for case in sorted(cases)]):
            for law, problem in results:
                if problem:
                    failed += 1
                    print("not ok - %s: %s: %s" % (law, os.path.basename(case), problem))
                else:
                    passed += 1
                    print("ok - %s: %s" % (law, os.path.basename(case)))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
