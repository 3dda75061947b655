#!/usr/bin/env python3
"""Couplet beside the reference planner on random worlds: compare.py PROGRAM [--worlds N] [--first SEED] [--keep DIR]

Each world lives through several runs: people edit, add and delete records, import files are applied or not, ledgers
are committed or not. After every run what planner.py decided is compared with what Couplet wrote: counters, changes,
findings, and the ledger but for its digests. Prints a line of TAP for each hundred worlds; of a world that differs
its seed and the first difference.
"""
import concurrent.futures
import csv
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "properties")]
import exports  # noqa: E402
import planner  # noqa: E402
from oracle_worlds import history  # noqa: E402
from started import run_program  # noqa: E402
from values import key, read  # noqa: E402

COUNTERS = ("inserted", "modified", "deleted", "unchanged", "skipped", "failed", "coupled", "uncoupled")
CHUNK = 100
WORKERS = int(os.environ.get("WORKERS", 2))


def rows(path):
    with open(path, encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def couplets_decisions(setup, out):
    """What Couplet wrote, in the form of planner.decisions."""
    jobs = {}
    for row in rows(os.path.join(out, "jobs.csv")):
        counts = {name: int(row[name]) for name in COUNTERS if row[name] != "0"}
        if counts:
            jobs[" ".join((row["mapping"], row["type"], row["direction"]))] = counts
    changes = []
    for row in rows(os.path.join(out, "changes.csv")):
        new = row["new"]
        if row["field"]:
            field = setup.by_name[row["mapping"]].table[row["side"]].field(row["field"])
            new = key(field, read(field, new))  # some formats write a blank number as 0
        changes.append([row["mapping"], row["direction"], row["action"], row["side"], row["erp_key"], row["erp_id"],
                        row["crm_id"], row["field"], row["base"], new])
    findings = {tuple(row[name] for name in ("mapping", "direction", "code", "erp_key", "erp_id", "crm_id"))
                for row in rows(os.path.join(out, "errors.csv"))}
    return {"jobs": jobs, "changes": sorted(changes), "findings": sorted(list(row) for row in findings),
            "ledger": ledger_of(rows(os.path.join(out, "ledger.csv")))}


def ledger_of(lines):
    """Of each line all that is no digest, job or wording."""
    found = []
    for line in lines:
        if line["state"] == "watermark":
            continue
        found.append([line["mapping"], line["erp_id"], line["crm_id"], line["erp_key"], line["state"],
                      line["erp_modified_on"], line["crm_modified_on"], line["erp_result"], line["crm_result"],
                      line["skipped"], line["erp_failure"].split(":")[0], line["crm_failure"].split(":")[0]])
    return sorted(found)


def planners_ledger(done):
    lines = [{"mapping": "", "erp_id": table, "crm_id": "", "erp_key": number, "state": "series", "erp_modified_on": "",
              "crm_modified_on": "", "erp_result": "", "crm_result": "", "skipped": "", "erp_failure": "", "crm_failure": ""}
             for table, number in done.series.items()]
    for line in done.lines:
        lines.append({"mapping": line.mapping, "erp_key": line.erp_key, "state": line.state,
                      "skipped": "true" if line.skipped else "",
                      **{side + "_id": line.id[side] for side in planner.SIDES},
                      **{side + "_modified_on": exports.stamp_text(line.time[side]) for side in planner.SIDES},
                      **{side + "_result": line.result[side] for side in planner.SIDES},
                      **{side + "_failure": line.failure[side][0][0] if line.failure[side] else "" for side in planner.SIDES}})
    return ledger_of(lines)


def first_difference(ours, theirs):
    """The first part that differs; where counters do, the changes and findings that tell why, too."""
    told = [difference(ours, theirs, part) for part in ("jobs", "changes", "findings", "ledger")]
    return "; ".join([text for text in told if text][:3]) or None


def difference(ours, theirs, part):
    if ours[part] == theirs[part]:
        return None
    if part == "jobs":
        names = sorted(set(ours[part]) | set(theirs[part]))
        name = next(name for name in names if ours[part].get(name) != theirs[part].get(name))
        return "%s: planner %s, Couplet %s" % (name, ours[part].get(name), theirs[part].get(name))
    return "%s: planner %s, Couplet %s" % (part, without(ours[part], theirs[part])[:2], without(theirs[part], ours[part])[:2])


def without(some, others):
    """The rows of one that the other lacks, as often as it lacks them."""
    rest = list(others)
    return [row for row in some if row not in rest or rest.remove(row)]


class Twins:
    """One history, planned by both."""

    def __init__(self, program, folder, seed):
        self.program, self.folder = program, folder
        self.history = history(program, folder, seed)
        self.state = planner.state_of_ledger(rows(self.path("ledger.csv")))

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def run(self, step):
        """One run of both; what differs, and the folder that Couplet wrote."""
        shutil.rmtree(self.path("out"), ignore_errors=True)
        args = ["sync", "-q", "-j", "1", "-o", "out", "--now", step.now, *step.args]
        done = run_program(self.program, args, self.folder)
        setup = exports.Setup(self.path("couplet.xml"))
        options = planner.Options(now=exports.milliseconds(step.now), **step.options)
        if done.returncode == 2 and not planner.is_sayable(setup, self.state, options):
            return None, None
        if done.returncode not in (0, 4):
            return "status %d: %s" % (done.returncode, done.stderr.decode(errors="replace")[:300]), None
        ours = planner.plan(setup, self.state, options)
        theirs = couplets_decisions(setup, self.path("out"))
        wrong = first_difference({**planner.decisions(ours), "ledger": planners_ledger(ours)}, theirs)
        return wrong, ours

    def live(self):
        for number, step in enumerate(self.history.steps(), 1):
            wrong, done = self.run(step)
            if wrong:
                return "run %d %s: %s" % (number, " ".join(step.args), wrong)
            if done and step.is_committed:
                shutil.copy(self.path("out", "ledger.csv"), self.path("ledger.csv"))
                self.state = planner.state_of(done)
                self.history.imports(self.path("out"), step)
        return None


def scratch():
    return "/dev/shm" if os.path.isdir("/dev/shm") and os.access("/dev/shm", os.W_OK) else None


def live(program, seed, keep):
    with tempfile.TemporaryDirectory(prefix="couplet-oracle-", dir=scratch()) as folder:
        try:
            wrong = Twins(program, folder, seed).live()
        except Exception as error:  # a world that cannot be played is a finding
            if keep:
                raise
            wrong = "%s: %s" % (type(error).__name__, error)
        if wrong and keep:
            shutil.rmtree(keep, ignore_errors=True)
            shutil.copytree(folder, keep)
        return wrong


def live_all(arguments):
    program, first, count, keep = arguments
    return [(seed, live(program, seed, keep)) for seed in range(first, first + count)]


def main():
    program, *rest = sys.argv[1:]
    options = dict(zip(rest[::2], rest[1::2]))
    worlds, first = int(options.get("--worlds", 500)), int(options.get("--first", 1))
    chunks = [(os.path.abspath(program), seed, min(CHUNK, first + worlds - seed), options.get("--keep"))
              for seed in range(first, first + worlds, CHUNK)]
    failed = 0
    with concurrent.futures.ProcessPoolExecutor(max_workers=WORKERS) as pool:
        for (_, seed, count, _), results in zip(chunks, pool.map(live_all, chunks)):
            differing = [(number, wrong) for number, wrong in results if wrong]
            failed += len(differing)
            for number, wrong in differing:
                print("not ok - world %d: %s" % (number, wrong), flush=True)
            if not differing:
                print("ok - worlds %d to %d" % (seed, seed + count - 1), flush=True)
    print("%d worlds, %d differing" % (worlds, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
