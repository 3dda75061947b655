#!/usr/bin/env python3
"""The law of explain (L7), on golden cases: explain.py PROGRAM CASE...

For every record of a sync (or couple) case: what explain prints is what the same run
wrote. In detail, by job:

  changes    the record's lines of changes.csv: action, side, field, base, old, new, rule
  findings   the record's lines of errors.csv: severity, code, rule, field, message
  decision   its rule is that of the change or the error; a field that is told as written
             is a line with that new value, and the other way round; a code that is told
             is that of an error
  counters   the outcomes of all records together are the counters of jobs.csv (E5)
  untouched  nothing is written

Over many cases it also tells whether every row of the decision table, every strategy and
every outcome of a match was among what was held against the logs:

  covers     D1 to D9, E16, E17 and E38, each way
"""
import collections
import concurrent.futures
import csv
import json
import os
import shutil
import sys
import tempfile
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check import Case, out_of, run, tree  # noqa: E402
from proof import SCRATCH, WORKERS  # noqa: E402
from world import NS  # noqa: E402

MANY_RECORDS = 60
IMPORTS = ("create", "update", "link")
COUNTERS = ("inserted", "modified", "unchanged", "skipped", "failed")
WAYS = ("ToIntegrationTable", "FromIntegrationTable")
# What the golden cases must show: decision row, direction, strategy, outcome.
TO_COVER = {(row, way, "", "") for row in ("D1", "D2", "D3", "D5", "D6", "D8", "D9") for way in WAYS}
TO_COVER |= {("D4", way, strategy, outcome) for way in WAYS for strategy, outcome in
             (("None", "failed"), ("RestoreRecords", "inserted"), ("RemoveCoupling", "unchanged"))}
TO_COVER |= {("D7", way, strategy, outcome) for way in WAYS for strategy, outcome in
             (("None", "failed"), ("MergeFields", "modified"), ("MergeFields", "failed"))}
TO_COVER |= {("D7", WAYS[0], "SendUpdateToIntegration", "modified"), ("D7", WAYS[1], "GetUpdateFromIntegration", "modified"),
             ("D7", WAYS[1], "SendUpdateToIntegration", "skipped"), ("D7", WAYS[0], "GetUpdateFromIntegration", "skipped"),
             ("D7", WAYS[1], "SendUpdateToIntegration", "failed"), ("D7", WAYS[0], "GetUpdateFromIntegration", "failed")}
TO_COVER |= {("match", "", "", outcome) for outcome in
             ("coupled", "created", "no-match", "several-matches", "match-taken", "shared-match", "no-criterion", "not-convertible")}
ENOUGH_CASES = 300  # from here on coverage is told
CHANGE = ("action", "side", "field", "base", "old", "new", "rule")
FINDING = ("severity", "code", "rule", "field", "message")


def read(path):
    with open(path, encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def without(args, *flags):
    """The arguments without options that take a value (named with =) or none."""
    kept, skip = [], False
    for arg in args:
        if skip:
            skip = False
        elif arg + "=" in flags:
            skip = True
        elif arg not in flags:
            kept.append(arg)
    return kept


def values(args, flag):
    return [args[index + 1] for index, arg in enumerate(args) if arg == flag]


class Explained(Case):
    def __init__(self, program, case):
        super().__init__(program, case)
        self.told = {}
        self.seen = set()
        self.is_couple = self.args[0] == "couple"

    def is_fit(self):
        if self.args[0] == "sync":
            return bool(out_of(self.args))
        if not self.is_couple or not out_of(self.args):
            return False
        rest = without(self.args[1:], "-o=", "--output=", "--mapping=", "-s=", "--setup=", "-l=", "--ledger=",
                       "--now=", "--new-ledger", "--commit")
        return len(values(self.args, "--mapping")) == 1 and not rest

    def check(self):
        if not self.is_fit():
            return self.results
        with tempfile.TemporaryDirectory(prefix="couplet-explain-", dir=SCRATCH) as scratch:
            folder = self.copy(scratch, "first")
            done = run(self.program, folder, without(self.args, "--commit"))
            if done.returncode not in (0, 4):
                return self.results
            self.out = os.path.join(scratch, "out")
            shutil.move(os.path.join(folder, out_of(self.args)), self.out)
            self.folder = folder
            before = tree(folder)
            self.check_all()
            self.say("untouched", None if tree(folder) == before else "something was written")
        return self.results

    def explain(self, mapping, *keys):
        """By the first of the keys that is one before the run."""
        done = None
        for key in filter(None, keys):
            done = self.run_explain(mapping, key)
            if done.returncode != 2:
                break
        if done is None or done.returncode != 0:
            raise ValueError("explain %s %s ended with %s" % (mapping, keys, done and (done.returncode, done.stderr.decode()[:300])))
        told = json.loads(done.stdout)
        self.note(told["match"] if self.is_couple else None, told["jobs"])
        return told["match"] if self.is_couple else told

    def note(self, match, jobs):
        """What was explained, for the law `covers`."""
        if match:
            self.seen.add(("match", "", "", match.get("outcome", "")))
        for job in jobs:
            if "decision" in job:
                decision = job["decision"]
                for outcome in job["outcome"].split(", "):
                    self.seen.add((decision["row"], job["direction"], decision["strategy"], outcome))
                self.seen.add((decision["row"], job["direction"], "", ""))
                self.seen.add((decision["before"], job["direction"], "", ""))

    def run_explain(self, mapping, key):
        method = without(self.args[1:], "-o=", "--output=", "--commit", "--exit-code")
        if self.is_couple:
            method = without(method, "--mapping=") + ["--match"]
        return run(self.program, self.folder, ["explain", *method, "--format", "json", "--", mapping, key])

    def records(self):
        """Key by mapping: what the logs and the ledger name, and all records of the exports of a small world."""
        found = collections.OrderedDict()
        lines = [line for name in ("changes.csv", "errors.csv") for line in read(os.path.join(self.out, name))]
        lines += [line for line in read(os.path.join(self.out, "ledger.csv")) if line["state"] not in ("watermark", "series")]
        for line in lines:
            key = line["erp_id"] or line["crm_id"] or line["erp_key"]
            if line["mapping"] and key:
                found[line["mapping"], key] = (line["erp_id"], line["crm_id"], line["erp_key"])
        return found

    def check_all(self):
        changes = read(os.path.join(self.out, "changes.csv"))
        findings = read(os.path.join(self.out, "errors.csv"))
        self.jobs = {job["id"]: job for job in read(os.path.join(self.out, "jobs.csv"))}
        problems = []
        seen = set()
        for (mapping, key), ids in self.records().items():
            if not self.is_known(mapping):
                continue
            wanted = [[line for line in lines if self.is_record(line, mapping, ids)] for lines in (changes, findings)]
            if not any(wanted):
                continue
            try:
                told = self.explain(mapping, *ids)
            except ValueError as error:
                # A record that no export shows and the run's own ledger alone knows cannot be asked for.
                if all(line["action"] == "uncouple" for line in wanted[0]) and not wanted[1]:
                    continue
                problems.append(str(error))
                continue
            for job in told["jobs"]:
                problems += self.differences(mapping, key, job, *wanted)
                seen.add((mapping, key, job["job"]))
        self.say("explains", "; ".join(problems[:4]) or None)
        if not self.is_couple:
            self.check_counters()

    def is_known(self, mapping):
        return any(job["mapping"] == mapping for job in self.jobs.values())

    @staticmethod
    def is_record(line, mapping, ids):
        if line["mapping"] != mapping:
            return False
        both = [(a, b) for a, b in ((line["erp_id"], ids[0]), (line["crm_id"], ids[1])) if a and b]
        if any(a != b for a, b in both):
            return False
        return bool(both) or (line["erp_key"] == ids[2] != "")

    def differences(self, mapping, key, job, changes, findings):
        place = "%s %s %s: " % (mapping, key, job["direction"] or job["type"])
        problems = []

        def expect(what, told, wanted):
            if told != wanted:
                problems.append("%s%s: told %s, written %s" % (place, what, told, wanted))

        changes = [line for line in changes if line["job_id"] == job["job"]]
        findings = [line for line in findings if line["job_id"] == job["job"]]
        expect("changes", [[line[name] for name in CHANGE] for line in job["changes"]],
               [[line[name] for name in CHANGE] for line in changes])
        expect("findings", [[line[name] for name in FINDING] for line in job["findings"]],
               [[line[name] for name in FINDING] for line in findings])
        if job["type"] != "Synchronization":
            return problems
        if "decision" not in job:
            refused = ("filtered-out", "pending")
            expect("no decision", [], [line["code"] for line in findings if line["code"] not in refused] +
                   [line["action"] for line in changes])
            return problems
        self.check_decision(job, changes, findings, expect)
        return problems

    @staticmethod
    def check_decision(job, changes, findings, expect):
        decision, outcome = job["decision"], job["outcome"].split(", ")
        side = "crm" if job["direction"] == "ToIntegrationTable" else "erp"
        name = "integration_field" if side == "crm" else "table_field"
        imports = [line for line in changes if line["action"] in IMPORTS]
        failures = [line for line in findings if line["severity"] in ("error", "conflict")]
        mapped = {field[name] for field in job["fields"]}
        told = sorted((field[name], field["new"]) for field in job["fields"]
                      if field["result"] in ("written", "linked") and (field["new"] or not is_create(imports)))
        expect("fields", told, sorted((line["field"], line["new"]) for line in imports
                                      if line["field"] in mapped))
        for line in imports:
            if line["action"] != "link":
                expect("rule", decision["rule"], line["rule"])
            if line["field"] not in mapped and line["field"]:
                others = [other["new"] for other in job["others"] if other["field"] == line["field"]]
                expect("unmapped field of a " + line["action"], others, [line["new"]])
        if failures:
            expect("rule of the failure", decision["rule"] in [line["rule"] for line in failures], True)
            expect("outcome", outcome in (["failed"], ["skipped"]), True)
        if decision["code"]:
            expect("code", decision["code"] in [line["code"] for line in failures], True)
        for field in job["fields"]:
            if field["result"] == "failed":
                expect("code of " + field[name], field["code"] in [line["code"] for line in failures], True)
            expect("result of " + field[name], "result" in field, True)
        if imports:
            is_found = decision["rule"] == "E19"  # a link has a rule of its own
            expect("outcome", outcome, ["inserted"] if is_create(imports) else
                   ["modified", "coupled"] if is_found else ["modified"])

    def check_counters(self):
        """E5: what all records together moved; for small worlds whose every record can be named."""
        keys = self.all_records()
        if not keys or len(keys) > MANY_RECORDS:
            return
        moved = {}
        for mapping, key in keys:
            for job in self.explain(mapping, key)["jobs"]:
                if "outcome" in job:
                    moved[job["job"], job["source"]] = job["outcome"].split(", ")
        told = collections.Counter((job, word) for (job, _), words in moved.items() for word in words if word in COUNTERS)
        mappings = {mapping for mapping, _ in keys}
        wanted = collections.Counter({(job["id"], name): int(job[name]) for job in self.jobs.values() for name in COUNTERS
                                      if job["type"] == "Synchronization" and job["mapping"] in mappings and job[name] != "0"})
        self.say("counters", None if told == wanted else "told %s, counted %s" % (sorted(told.items()), sorted(wanted.items())))

    def all_records(self):
        """(mapping, key) of every record in the exports of enabled mappings; None where a side has none."""
        world = self.world(self.folder)
        found = []
        for mapping in ET.parse(world.setup_path).getroot().findall("c:mapping", NS):
            if mapping.get("enabled") in ("false", "0"):
                continue
            for side, name in (("erp", mapping.get("table")), ("crm", mapping.get("integration-table"))):
                table = world.tables[side, name]
                for file in table.files:
                    at = [table.position(file, field) for field in table.identity()]
                    if None in at:
                        return None
                    keys = [",".join(row[i] for i in at) for row in file.rows if len(row) > max(at)]
                    found += [(mapping.get("name"), key) for key in keys if key.strip(" ,")]
        return found


def is_create(imports):
    return any(line["action"] == "create" for line in imports)


def check_case(arguments):
    program, case = arguments
    try:
        explained = Explained(program, case)
        return case, explained.check(), explained.seen
    except Exception as error:  # a broken case is a failed one, told by name
        return case, [("case", "%s: %s" % (type(error).__name__, error))], set()


def main():
    program = os.path.abspath(sys.argv[1])
    cases = [os.path.abspath(case) for case in sys.argv[2:] if os.path.exists(os.path.join(case, "args"))]
    passed = failed = 0
    seen = set()
    with concurrent.futures.ProcessPoolExecutor(max_workers=WORKERS) as pool:
        for case, results, found in pool.map(check_case, [(program, case) for case in sorted(cases)]):
            seen |= found
            for law, problem in results:
                failed += problem is not None
                passed += problem is None
                print("%s - %s: %s%s" % ("not ok" if problem else "ok", law, os.path.basename(case),
                                         ": " + problem if problem else ""))
    for wanted in sorted(TO_COVER) if len(cases) >= ENOUGH_CASES else []:
        failed += wanted not in seen
        passed += wanted in seen
        print("%s - covers: %s" % ("ok" if wanted in seen else "not ok", " ".join(filter(None, wanted))))
    if os.environ.get("COVERED"):
        print("\n".join("# " + " ".join(filter(None, found)) for found in sorted(seen)))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
