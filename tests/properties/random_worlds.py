#!/usr/bin/env python3
"""Random worlds with random histories: random_worlds.py PROGRAM [COUNT] [FIRST-SEED]

Each world has a random setup (directions, strategies, bases, filters, creates), random
records and several rounds of edits, deletions, syncs, imports and commits. After every
sync the laws of check.py hold: repeated before the import it writes nothing twice, after
the import nothing is left to do, threads change no byte, and no edit is lost (kept_edits.py). Before some of them a line
of the ledger gets an answer by resolve, which is not repeated either.
"""
import concurrent.futures
import csv
import datetime
import os
import random
import re
import shutil
import sys
import tempfile
import uuid
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check import difference, tree  # noqa: E402
from proof import SCRATCH, WORKERS, Proof, work_left  # noqa: E402
from edge_worlds import Edges
from kept_edits import VERDICTS, KeptEdits
from reference_worlds import References  # noqa: E402
from started import run_program  # noqa: E402
from world import World  # noqa: E402

LEDGER = ("mapping,erp_id,crm_id,erp_key,state,erp_modified_on,crm_modified_on,erp_result,crm_result,"
          "skipped,erp_failure,crm_failure,erp_job,crm_job,base\n")
NAMES = ["Adatum", "Contoso", "Fabrikam", "Litware", "Tailspin", "Wingtip", "adatum", "Ünal, \"Söhne\"", ""]
CODES = ["", "EUR", "USD", "gbp "]
START = datetime.datetime(2026, 1, 1)
AMOUNTS = ["", "0", "10", "10.50", "1000000"]


class Random:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.clock = 0

    def pick(self, values):
        return self.random.choice(values)

    def chance(self, share):
        return self.random.random() < share

    def guid(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def stamp(self):
        self.clock += self.random.randint(1, 5000)
        return (START + datetime.timedelta(seconds=self.clock)).strftime("%Y-%m-%dT%H:%M:%SZ")


def setup_text(r):
    direction = r.pick(["Bidirectional"] * 4 + ["ToIntegrationTable", "FromIntegrationTable"])
    both = direction == "Bidirectional"

    def way():
        if not both:
            return ""
        return r.pick(["", "", ' direction="ToIntegrationTable"', ' direction="FromIntegrationTable"'])

    reference = ""
    if r.chance(0.4):
        reference = ' reference="CURRENCY"' + r.pick(
            ["", "", ' clear-value-on-failed-sync="true"', ' ignore-record-when-unresolved="true"', ' not-null="true"'])
    key_way = r.pick(["", ' direction="ToIntegrationTable"']) if both else ""
    fields = ['<field table-field="Name" integration-field="name"/>',
              '<field table-field="Currency" integration-field="currency"%s%s/>' % (way(), reference),
              '<field table-field="Amount" integration-field="amount"%s/>' % way()]
    if r.chance(0.6) and direction != "FromIntegrationTable":
        fields.insert(0, '<field table-field="No." integration-field="number"%s/>' % key_way)
    if r.chance(0.3) and direction != "FromIntegrationTable":
        fields.append('<field integration-field="kind" constant="customer" direction="ToIntegrationTable"/>')
    filters = "<table-filter field=\"Blocked\">''</table-filter>" if r.chance(0.3) else ""
    stamps = r.chance(0.8)
    erp_stamp = '<field name="Modified" type="DateTime" role="modified"/>' if stamps else ""
    crm_stamp = '<field name="modifiedon" type="DateTime" role="modified"/>' if stamps else ""
    uid = '<field name="SystemId" type="Guid" role="uid"/>' if r.chance(0.7) else ""
    series = '<number-series field="No." start="N0001" increment="1"/>'
    erp_currency = crm_currency = currency_mapping = ""
    if reference:
        erp_currency = """<table name="Currency"><source path="currency.csv"/>
<field name="Code" type="Code" length="10" role="key"/></table>"""
        crm_currency = """<table name="transactioncurrency"><source path="transactioncurrency.csv"/>
<field name="transactioncurrencyid" type="Guid" role="uid"/><field name="isocurrencycode" type="Text" length="5"/></table>"""
        currency_mapping = """<mapping name="CURRENCY" table="Currency" integration-table="transactioncurrency"
 direction="ToIntegrationTable" synch-only-coupled-records="false">
<field table-field="Code" integration-field="isocurrencycode"/></mapping>"""
    return """<setup xmlns="urn:couplet:setup:1">
<ledger path="ledger.csv"/>
<erp><table name="Customer" export="%s"><source path="erp.csv"/>
<field name="No." type="Code" length="20" role="key"/><field name="Name" type="Text" length="%d"/>
<field name="Currency" type="Code" length="10"/><field name="Amount" type="Decimal"/><field name="Blocked"/>%s%s%s
</table>%s</erp>
<crm kind="dataverse"><table name="account" export="%s"><source path="crm.csv"/>
<field name="accountid" type="Guid" role="uid"/><field name="number" type="Text" length="20"/>
<field name="name" type="Text" length="%d"/><field name="currency" type="%s"/>
<field name="amount" type="Decimal"/><field name="kind" type="Text"/>%s
</table>%s</crm>
%s
<mapping name="CUSTOMER" table="Customer" integration-table="account" direction="%s" synch-only-coupled-records="%s"
 resolve-update-conflicts="%s" resolve-deletion-conflicts="%s" base="%s">%s
%s
</mapping>
<guards max-missing="none" max-blanked="none" max-all-changed="none" both-sided-full="allow"/>
</setup>
""" % (r.pick(["full", "full", "delta"]), r.pick([50, 8]), uid, erp_stamp, series, erp_currency,
       r.pick(["full", "full", "delta"]), r.pick([50, 6]), "Guid" if reference else "Text", crm_stamp, crm_currency,
       currency_mapping, direction, r.pick(["true", "false", "false"]),
       r.pick(["None", "SendUpdateToIntegration", "GetUpdateFromIntegration", "MergeFields"]),
       r.pick(["None", "RestoreRecords", "RemoveCoupling"]), r.pick(["groups", "groups", "fields"]), filters,
       "\n".join(fields))


class History:
    """One world on disk, and what people do to it."""

    def __init__(self, program, folder, seed):
        self.program, self.folder, self.r = program, folder, Random(seed)
        self.in_packages = seed % 5 == 2  # what goes to the ERP
        self.problems = []
        self.is_proven = False
        self.write("ledger.csv", LEDGER)
        self.begin()
        self.edits = self.follow_edits()

    def begin(self):
        """The setup, the exports, and records in them."""
        r = self.r
        text = setup_text(r)
        if self.in_packages:
            text = text.replace('<table name="Customer"', '<table name="Customer" id="18"').replace(
                '<number-series', '<import format="rapidstart"/><number-series', 1)
        self.write("couplet.xml", text)
        self.currencies = []
        if "CURRENCY" in text:
            self.currencies = [r.guid() for _ in range(3)]
            self.write("currency.csv", "Code\nEUR\nUSD\nGBP\n")
            self.write("transactioncurrency.csv", "transactioncurrencyid,isocurrencycode\n%s,CHF\n" % self.currencies[0])
        has_uid, has_stamp = 'role="uid"' in text.split("</erp>")[0], 'role="modified"' in text
        erp = ["No.", "Name", "Currency", "Amount", "Blocked"] + ["SystemId"] * has_uid + ["Modified"] * has_stamp
        crm = ["accountid", "number", "name", "currency", "amount", "kind"] + ["modifiedon"] * has_stamp
        self.write("erp.csv", ",".join(erp) + "\n")
        self.write("crm.csv", ",".join(crm) + "\n")
        for _ in range(r.random.randint(0, 4)):
            self.add("erp")
        for _ in range(r.random.randint(0, 4)):
            self.add("crm")

    def follow_edits(self):
        return KeptEdits(self.folder)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as handle:
            handle.write(text)

    def world(self):
        return World(os.path.join(self.folder, "couplet.xml"))

    def file(self, world, side):
        return world.tables["erp", "Customer"].files[0] if side == "erp" else world.tables["crm", "account"].files[0]

    def value(self, header):
        if header == "currency" and self.currencies:
            return self.r.pick(["", ""] + self.known_currencies())
        if header in ("Name", "name"):
            return self.fit(header, self.r.pick(NAMES))
        header = header.casefold()
        if header == "currency":
            return self.r.pick(CODES)
        if header == "amount":
            return self.r.pick(AMOUNTS)
        if header == "blocked":
            return self.r.pick(["", "", "Ship"])
        if header in ("modified", "modifiedon"):
            return self.r.stamp()
        return ""

    def fit(self, header, text):
        """No system holds a value that is longer than its field, and none takes one back."""
        with open(os.path.join(self.folder, "couplet.xml"), encoding="utf-8") as setup:
            length = re.search(r'<field name="%s"[^>]*length="(\d+)"' % header, setup.read())
        return text[:int(length.group(1))] if length else text

    def known_currencies(self):
        world = self.world()
        return [row[0] for row in world.tables["crm", "transactioncurrency"].files[0].rows] + self.currencies[1:]

    def add(self, side):
        world = self.world()
        file = self.file(world, side)
        row = [self.value(header) for header in file.header]
        row[file.header.index("No." if side == "erp" else "accountid")] = (
            "C%04d" % self.r.random.randint(0, 9999) if side == "erp" else self.r.guid())
        if "SystemId" in file.header:
            row[file.header.index("SystemId")] = self.r.guid()
        if row[0] not in [other[0] for other in file.rows]:
            file.rows.append(row)
        file.write()

    def edit(self, side):
        world = self.world()
        file = self.file(world, side)
        if not file.rows:
            return
        row = self.r.pick(file.rows)
        header = self.r.pick([h for h in file.header if h.casefold() in ("name", "currency", "amount", "blocked")])
        row[file.header.index(header)] = self.value(header)
        for index, name in enumerate(file.header):
            if name.casefold() in ("modified", "modifiedon") and self.r.chance(0.9):
                row[index] = self.value(name)
        file.write()

    def delete(self, side):
        world = self.world()
        file = self.file(world, side)
        if file.rows:
            file.rows.remove(self.r.pick(file.rows))
        file.write()

    def sync(self, out, *args):
        return self.run("sync", out, [], *args)

    def run(self, command, out, refused, *args):
        target = os.path.join(self.folder, out)
        shutil.rmtree(target, ignore_errors=True)
        done = run_program(self.program, [command, "-q", "-j", "1", "-o", out, *args], self.folder)
        if done.returncode not in (0, 4, 5, *refused):
            self.problems.append("status %d: %s" % (done.returncode, done.stderr.decode(errors="replace")[:300]))
            return None
        return target if done.returncode in (0, 4) else None

    def proof(self, out, args):
        """Part 7, on one folder of each world: simulate, verify, damage, undo."""
        proof = Proof(self.program, self.folder, "couplet.xml", os.path.basename(out))
        before = self.world()
        problem = proof.simulate()
        if not problem and not any(table.is_delta for table in before.tables.values()):
            problem = proof.lands(None if self.has_left_one(out) else ["sync"]) or proof.damaged(self.r.pick)
        if not problem and not before.has_in_flight():
            problem = proof.undoes(before)
            is_whole = not any(table.is_delta for table in before.tables.values())
            if not problem and is_whole and not self.has_left_one(out):
                problem = proof.undone(args)
        if problem:
            self.problems.append(problem)

    def has_left_one(self, out):
        with open(os.path.join(self.folder, "couplet.xml"), encoding="utf-8") as handle:
            if "SendUpdateToIntegration" not in (text := handle.read()) and "GetUpdateFromIntegration" not in text:
                return False
        with open(os.path.join(out, "jobs.csv"), encoding="utf-8", newline="") as handle:
            return any(job["skipped"] != "0" for job in csv.DictReader(handle))

    def laws(self, out, args=()):
        """What must hold of a committed folder: before and after its import."""
        ledger = os.path.join(self.folder, "ledger.csv")
        shutil.copy(os.path.join(out, "ledger.csv"), ledger)
        self.edits.ran(out, args)
        again = self.sync("again")
        # A job that a strategy left the record to writes its own fields in the next run (L8: left alone).
        if self.has_left_one(out):
            return
        if again and work_left(again):
            self.problems.append("repeated before the import: " + work_left(again))
        if not self.r.chance(0.7):
            return
        self.world().apply(out)
        self.edits.imported(out)
        after = self.sync("after")
        if after and work_left(after):
            self.problems.append("left after the import: " + work_left(after))
        if after:
            shutil.copy(os.path.join(after, "ledger.csv"), ledger)
            self.edits.ran(after)

    def answer(self):
        """One answer to one line of the ledger; what does not fit it is refused with status 2."""
        ledger = os.path.join(self.folder, "ledger.csv")
        with open(ledger, encoding="utf-8", newline="") as handle:
            lines = [line for line in csv.DictReader(handle) if line["erp_id"] or line["crm_id"]]
        lines = [line for line in lines if line["state"] != "series"]
        if not lines:
            return
        line = self.r.pick(lines)
        action = self.r.pick(["send", "get", "restore", "delete", "retry", "uncouple"])
        args = [line["mapping"], line["erp_id"] or line["crm_id"], "--" + action, "--allow", "max-deletes",
                "--allow", "max-missing", "--allow", "max-blanked", "--allow", "max-all-changed"]
        out = self.run("resolve", "answer", [2], *args)
        if not out:
            return
        wrong = difference(tree(out), tree(self.run("resolve", "threads", [], "-j", "4", *args)))
        if wrong:
            self.problems.append("threads change %s of resolve --%s" % (wrong, action))
        shutil.copy(os.path.join(out, "ledger.csv"), ledger)
        self.edits.ran(out, args, is_whole=False)
        again = self.run("resolve", "again", [2], *args)
        # Who says so writes again what was created; a forced job a row that a delta export does not show.
        is_seen = not any(table.is_delta for table in self.world().tables.values())
        if again and action != "retry" and is_seen and work_left(again):
            self.problems.append("resolve --%s repeated before the import: %s" % (action, work_left(again)))
        if self.r.chance(0.7):
            self.world().apply(out)
            self.edits.imported(out)

    def live(self):
        for _ in range(self.r.random.randint(1, 4)):
            self.edits.people()
            if self.r.chance(0.5):
                self.answer()
            for _ in range(self.r.random.randint(0, 3)):
                getattr(self, self.r.pick(["edit"] * 6 + ["add", "delete"]))(self.r.pick(["erp", "crm"]))
            full = ["--full"] if self.r.chance(0.15) else []
            self.r.clock += 3600
            self.edits.people()
            out = self.sync("out", *full)
            if not out or self.problems:
                return
            other = self.sync("threads", "-j", "4", *full)
            wrong = difference(tree(out), tree(other)) if other else "no second run"
            if wrong:
                self.problems.append("threads change " + wrong)
            if not self.is_proven:
                self.is_proven = True
                self.proof(out, ["sync", *full])
            self.laws(out, full)
            self.problems += self.edits.problems
            if self.problems:
                return


class ReferenceHistory(References, History):
    """The same where records refer to each other."""


class EdgeHistory(Edges, History):
    """The same with rarer features, and commands between the runs."""


def live(arguments):
    program, seed = arguments
    with tempfile.TemporaryDirectory(prefix="couplet-world-", dir=SCRATCH) as folder:
        history = (ReferenceHistory, EdgeHistory, History, History)[seed % 4](program, folder, seed)
        try:
            history.live()
        except Exception as error:  # a world that cannot be played is a finding
            history.problems.append("%s: %s" % (type(error).__name__, error))
        if history.problems and os.environ.get("KEEP"):
            shutil.rmtree(os.environ["KEEP"], ignore_errors=True)
            shutil.copytree(folder, os.environ["KEEP"])
        return seed, history.problems, history.edits.ended()


def main():
    program = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    failed, edits = 0, Counter()
    with concurrent.futures.ProcessPoolExecutor(max_workers=WORKERS) as pool:
        for seed, problems, followed in pool.map(live, [(program, first + i) for i in range(count)]):
            edits += followed
            if problems:
                failed += 1
                print("not ok - world %d: %s" % (seed, "; ".join(problems)))
            else:
                print("ok - world %d" % seed)
    print("# edits wait: " + ", ".join("%d %s" % (edits[name], name[6:]) for name in sorted(edits) if name[:6] == "wait: "))
    print("# edits: " + ", ".join("%d %s" % (edits[name], name) for name in VERDICTS))
    print("%d passed, %d failed" % (count - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
