#!/usr/bin/env python3
"""Random worlds of many records: large_worlds.py PROGRAM [COUNT] [FIRST-SEED]

What threads share out - blocks of rows, of couplings, of decisions - a small world has one of. These have RECORDS a side:
the setups of random_worlds.py, filled by the same people. Two rounds: all records are new; then many are edited and some
deleted. In both of them 1, 2 and 4 threads write the same bytes, a sync before the import repeats nothing, and one after
it has nothing to do.
"""
import concurrent.futures
import contextlib
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check import difference, tree  # noqa: E402
from proof import SCRATCH, WORKERS, work_left  # noqa: E402
from random_worlds import EdgeHistory, History, ReferenceHistory  # noqa: E402

RECORDS = int(os.environ.get("RECORDS", 800))


@contextlib.contextmanager
def kept_open(history):
    """The world's files are read once, and written when all is done."""
    world, read = history.world(), history.world
    files = [file for table in world.tables.values() for file in table.files]
    for file in files:
        file.write = lambda: None
    history.world = lambda: world
    yield
    history.world = read
    for file in files:
        del file.write
        file.write()


class Large:
    """What the histories of random_worlds.py do with many records; mixed into them."""

    def begin(self):
        super().begin()
        with kept_open(self):
            for side in ("erp", "crm"):
                for _ in range(RECORDS):
                    self.add(side)

    def people(self):
        with kept_open(self):
            for side in ("erp", "crm"):
                for _ in range(RECORDS // 3):
                    self.edit(side)
                for _ in range(RECORDS // 20):
                    self.delete(side)

    def same(self, *args):
        """What all numbers of threads write; None with a problem."""
        out = self.sync("out", "-j", "1", *args)
        for threads in ("2", "4"):
            other = out and self.sync("other", "-j", threads, *args)
            wrong = difference(tree(out), tree(other)) if other else "no run"
            if wrong:
                self.problems.append("%s threads change %s" % (threads, wrong))
        return None if self.problems else out

    def rounds(self):
        for is_last in (False, True):
            self.r.clock += 3600
            out = self.same(*(["--full"] if self.r.chance(0.3) else []))
            if not out:
                return
            self.commit(out)
            # A job that a strategy left the record to writes its own fields in the next run (L8: left alone).
            if not self.has_left_one(out):
                self.nothing_left("again", "repeated before the import")
                self.world().apply(out)
                self.commit(self.nothing_left("after", "left after the import"))
            if self.problems or is_last:
                return
            self.people()

    def commit(self, out):
        if out:
            shutil.copy(os.path.join(out, "ledger.csv"), os.path.join(self.folder, "ledger.csv"))

    def nothing_left(self, name, law):
        """The folder of a sync that must have nothing to do."""
        out = self.sync(name)
        if out and work_left(out):
            self.problems.append("%s: %s" % (law, work_left(out)))
        return out


class LargeHistory(Large, History):
    """Customers and accounts."""


class LargeReferences(Large, ReferenceHistory):
    """Records that refer to each other."""


class LargeEdges(Large, EdgeHistory):
    """Rarer features."""


def play(arguments):
    program, seed = arguments
    with tempfile.TemporaryDirectory(prefix="couplet-large-", dir=SCRATCH) as folder:
        try:
            history = (LargeReferences, LargeEdges, LargeHistory)[seed % 3](program, folder, seed)
            history.rounds()
            problems = history.problems
        except Exception as error:  # a world that cannot be played is a finding
            problems = ["%s: %s" % (type(error).__name__, error)]
        return seed, problems


def main():
    program = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    failed = 0
    with concurrent.futures.ProcessPoolExecutor(max_workers=WORKERS) as pool:
        for seed, problems in pool.map(play, [(program, first + i) for i in range(count)]):
            failed += bool(problems)
            print("not ok - large world %d: %s" % (seed, "; ".join(problems)) if problems else "ok - large world %d" % seed)
    print("%d passed, %d failed" % (count - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
