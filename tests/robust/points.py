#!/usr/bin/env python3
"""Runs that are killed at every step: points.py PROGRAM [SHARE] [SCENARIO... | CASE...]

Every scenario of small.py, and every golden case named, is killed (SIGKILL) before and
after each system call that may change what is on disk, and in the middle of each write;
or at one point in SHARE of them. fail.c does it. Then the same command runs again, as a
person would who sees that nothing came of it.

Whatever the point: what is published is whole or absent, the ledger is the old or the
new one, no input is touched; and after the second run all is as if nobody had killed the
first, with nothing left over. Before all that, the calls of an undisturbed run are read:
nothing gets its name before it is on disk, and its folder is flushed behind it.
"""
import collections
import concurrent.futures
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import small  # noqa: E402

REPOSITORY = os.path.dirname(os.path.dirname(small.HERE))
WAYS = ("kill", "torn", "dead")


def read_log(stage, library, log):
    """The calls of an undisturbed run, and how many points it has for each way to be killed."""
    if os.path.exists(log):
        os.remove(log)
    stage.run(stage.scenario.args, FAULT="any:0:0", FAULT_LOG=log, LD_PRELOAD=library)
    stage.reset()
    with open(log, encoding="utf-8", errors="replace") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    counts = {row[1]: int(row[2]) for row in rows if row[0] == "count"}
    return [row for row in rows if row[0] != "count"], counts


def flush_faults(calls, folder):
    """What gets its final name (rename, link) before it is flushed, or whose folder is not flushed then."""
    dirty, named, wrong = set(), set(), []

    def full(path):
        # A file without a name shows as its folder and a number.
        return os.path.normpath(os.path.join(folder, re.sub(r" \(deleted\)$", "", path)))

    for name, first, second, result in calls:
        if int(result) < 0:
            continue
        if name == "write" and full(first).startswith(folder) and not first.endswith(".lock"):
            dirty.add(full(first))
            # The entry of a file with a name, in its folder.
            if "#" not in os.path.basename(first):
                dirty.add(os.path.dirname(full(first)))
        elif name == "mkdir":
            dirty.add(os.path.dirname(full(first)))
        elif name == "fsync":
            dirty.discard(full(first))
            named.discard(full(first))
        elif name in ("rename", "link"):
            source, target = full(first), full(second)
            if name == "link" and first.startswith("/proc/self/fd/"):
                wrong += [f"{second} gets its name while {path} is not flushed" for path in dirty
                          if os.path.dirname(path) == os.path.dirname(target) and "#" in os.path.basename(path)]
            wrong += [f"{second} gets its name while {path} is not flushed" for path in sorted(dirty)
                      if path == source or path.startswith(source + os.sep)]
            named.add(os.path.dirname(target))
    return wrong + [f"the folder {path} is not flushed behind what got a name in it" for path in sorted(named)]


class Victim:
    """A scenario in a folder of its own, killed again and again."""

    def __init__(self, stage, library):
        self.stage, self.library = stage, library
        self.seen = collections.Counter()

    def kill(self, way, number):
        stage = self.stage
        result = stage.run(stage.scenario.args, FAULT=f"any:{number}:{way}", LD_PRELOAD=self.library)
        if result.returncode != -9:
            return None
        wrong = self.check_state(small.tree(stage.folder))
        stage.run(stage.scenario.args)
        for args in stage.scenario.finish:
            stage.run(args)
        found = small.tree(stage.folder)
        wrong += [f"run again: {name} differs" for name in sorted(found.keys() | stage.after.keys())
                  if found.get(name) != stage.after.get(name) and name not in small.STAYS]
        stage.reset()
        return wrong

    def check_state(self, found):
        stage = self.stage
        names = found.keys() | stage.before.keys() | stage.after.keys()
        changed = {name for name in names if found.get(name) != stage.before.get(name)
                   and not small.is_leftover(name) and name not in small.STAYS}
        wanted = {name for name in names if stage.after.get(name) != stage.before.get(name)}
        wrong = [f"{name} is neither as before nor as after" for name in sorted(changed)
                 if found.get(name) != stage.after.get(name)]
        halfway = {name for name in changed if name.split("/")[0] in stage.scenario.halfway}
        if changed - halfway and changed != wanted:
            wrong += [f"{name} is not there yet" for name in sorted(wanted - changed)]
        self.seen["published" if changed else "nothing"] += 1
        return wrong


def golden_scenarios(root, cases, is_any=False):
    """Each case that writes something (or any), in a folder of its own; with the samples where it expects them."""
    os.makedirs(os.path.join(root, "tests", "golden"), exist_ok=True)
    if not os.path.exists(os.path.join(root, "samples")):
        os.symlink(os.path.join(REPOSITORY, "samples"), os.path.join(root, "samples"))
    for case in cases:
        with open(os.path.join(case, "args"), encoding="utf-8") as file:
            args = file.read().split("\n")
        scenario = small.Scenario(os.path.basename(case.rstrip("/")), "")
        scenario.args = [arg for arg in args if arg]
        if not is_any and "-o" not in scenario.args:
            continue
        folder = os.path.join(root, "tests", "golden", scenario.name)
        # Others may play the case where it lies, at the same time.
        made = ("out", ".out.*") if "out" in scenario.args else ()
        shutil.copytree(case, folder, ignore=shutil.ignore_patterns(*made))
        yield scenario, folder


def copies(stage, threads):
    for number in range(threads):
        folder = f"{stage.folder}-{number}"
        shutil.copytree(stage.folder, folder, symlinks=True)
        copy = object.__new__(small.Stage)
        copy.__dict__.update(stage.__dict__, folder=folder)
        yield copy


def try_stage(stage, library, log, share, threads):
    """Kills one scenario at its points; how many they were, and what went wrong."""
    calls, counts = read_log(stage, library, log)
    wrong = [("flushing", flush_faults(calls, os.path.realpath(stage.folder)))]
    changing, writes = counts.get("any", 0), counts.get("write", 0)
    queue = [(way, number) for way in WAYS
             for number in range(1, (writes if way == "torn" else changing) + 1)][::share]
    victims = [Victim(copy, library) for copy in copies(stage, threads)]

    def work_off(victim, part):
        return [(f"{way} {number}", victim.kill(way, number)) for way, number in part]

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        parts = pool.map(work_off, victims, [queue[number::threads] for number in range(threads)])
        results = [result for part in parts for result in part]
    done = [result for result in results if result[1] is not None]
    for victim in victims:
        shutil.rmtree(victim.stage.folder)
    return len(done), [(where, what) for where, what in wrong + done if what]


def report(name, done, wrong):
    if not wrong:
        print(f"ok - {name}: {done} points")
    else:
        print(f"not ok - {name}: {len(wrong)} of {done} points")
        for where, what in wrong[:5]:
            print(f"  # {where}: " + "; ".join(what[:4]))
    sys.stdout.flush()


def all_stages(program, root, names):
    cases = [name for name in names if os.path.isdir(name)]
    wanted = [name for name in names if not os.path.isdir(name)]
    if wanted or not cases:
        scenarios = [s for s in small.SCENARIOS if not wanted or s.name in wanted]
        yield from small.stages(program, root, scenarios)
    for scenario, folder in golden_scenarios(root, cases):
        stage = small.Stage(program, folder, scenario)
        if stage.before != stage.after:
            yield stage
        shutil.rmtree(folder)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    share = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    total = bad = 0
    with small.scratch() as root:
        library = small.build(root, "fail.c")
        for stage in all_stages(program, root, sys.argv[3:]):
            done, wrong = try_stage(stage, library, os.path.join(root, "log"), share, small.WORKERS)
            if stage.before == stage.after and not wrong:
                continue
            report(stage.scenario.name, done, wrong)
            total, bad = total + done, bad + len(wrong)
    print(f"# {total} kill points, {bad} divergent")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
