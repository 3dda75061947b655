#!/usr/bin/env python3
"""Both planners on all of a small domain: exhaustive.py PROGRAM

For each direction of the mapping, strategy, way to detect changes (a base of groups, one of fields, stamps alone) and
method (modified, full), one world in which every combination of (base, erp, crm) of two fields occurs, of three
values and of two, with each side's stamp moved or not, and with the fields of one direction edited or not. What the
base holds, both sides held in the run before. compare.py tells how the decisions are compared.
"""
import concurrent.futures
import itertools
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import compare  # noqa: E402
import exports  # noqa: E402
import planner  # noqa: E402

DIRECTIONS = ("Bidirectional", "ToIntegrationTable", "FromIntegrationTable")
STRATEGIES = ("None", "SendUpdateToIntegration", "GetUpdateFromIntegration", "MergeFields")
DETECTS = ("groups", "fields", "stamps")
METHODS = ((), ("--full",))
NAMES, COUNTS = ("", "a", "b"), ("1", "2")
OLD, NEW, NOW = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-02-01T00:00:00Z"
LEDGER = ("mapping,erp_id,crm_id,erp_key,state,erp_modified_on,crm_modified_on,erp_result,crm_result,skipped,"
          "erp_failure,crm_failure,erp_job,crm_job,base\n")


def setup_text(direction, strategy, detect):
    one_way = ""
    if direction != DIRECTIONS[2]:
        one_way += '<field table-field="Sent" integration-field="sent" direction="ToIntegrationTable"/>'
    if direction != DIRECTIONS[1]:
        one_way += '<field table-field="Got" integration-field="got" direction="FromIntegrationTable"/>'
    return """<setup xmlns="urn:couplet:setup:1"><ledger path="ledger.csv"/>
<erp><table name="Customer"><source path="erp.csv"/><field name="No." type="Code" length="20" role="key"/>
<field name="Name"/><field name="Count" type="Integer"/><field name="Sent"/><field name="Got"/>
<field name="Modified" type="DateTime" role="modified"/></table></erp>
<crm><table name="account"><source path="crm.csv"/><field name="accountid" type="Guid" role="uid"/>
<field name="name"/><field name="count" type="Integer"/><field name="sent"/><field name="got"/>
<field name="modifiedon" type="DateTime" role="modified"/></table></crm>
<mapping name="CUSTOMER" table="Customer" integration-table="account" direction="%s" base="%s"
 resolve-update-conflicts="%s"><field table-field="Name" integration-field="name"/>
<field table-field="Count" integration-field="count"/>%s</mapping>
<guards max-blanked="none" max-all-changed="none" both-sided-full="allow"/></setup>
""" % (direction, detect if detect != "stamps" else "groups", strategy, one_way)


def combinations():
    """(name: base, erp, crm), (count: the same), (stamp moved: erp, crm), (one-way field edited: erp, crm)"""
    return itertools.product(itertools.product(NAMES, repeat=3), itertools.product(COUNTS, repeat=3),
                             itertools.product((False, True), repeat=2), itertools.product((False, True), repeat=2))


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as handle:
        handle.write(text)


def uid(number):
    return "00000000-0000-4000-8000-%012d" % number


def write_exports(folder, cases, is_before):
    erp, crm = ["No.,Name,Count,Sent,Got,Modified"], ["accountid,name,count,sent,got,modifiedon"]
    for number, (names, counts, moved, edited) in enumerate(cases):
        for rows, at, first in ((erp, 1, "C%05d" % number), (crm, 2, uid(number))):
            place = 0 if is_before else at
            one_way = "y" if edited[at - 1] and not is_before else "x"
            sent, got = (one_way, "x") if at == 1 else ("x", one_way)
            rows.append(",".join((first, names[place], counts[place], sent, got,
                                  NEW if moved[at - 1] and not is_before else OLD)))
    write(folder, "erp.csv", "\n".join(erp) + "\n")
    write(folder, "crm.csv", "\n".join(crm) + "\n")


def both(program, folder, state, args, options):
    """One run of both: (difference, planner's plan)."""
    shutil.rmtree(os.path.join(folder, "out"), ignore_errors=True)
    done = subprocess.run([program, "sync", "-q", "-j", "1", "-o", "out", "--now", NOW, *args], cwd=folder,
                          capture_output=True, timeout=300, check=False)
    if done.returncode not in (0, 4):
        return "status %d: %s" % (done.returncode, done.stderr.decode(errors="replace")[:300]), None
    setup = exports.Setup(os.path.join(folder, "couplet.xml"))
    ours = planner.plan(setup, state, planner.Options(now=exports.milliseconds(NOW), **options))
    theirs = compare.couplets_decisions(setup, os.path.join(folder, "out"))
    wrong = compare.first_difference({**planner.decisions(ours), "ledger": compare.planners_ledger(ours)}, theirs)
    return wrong, ours


def play(job):
    program, direction, strategy, detect, args = job
    name = " ".join((direction, strategy, detect, *args))
    cases = list(combinations())
    with tempfile.TemporaryDirectory(prefix="couplet-exhaustive-", dir=compare.scratch()) as folder:
        write(folder, "couplet.xml", setup_text(direction, strategy, detect))
        write(folder, "ledger.csv", LEDGER + "".join("CUSTOMER,C%05d,%s,C%05d,coupled,%s,%s,,,,,,,,\n" % (
            number, uid(number), number, OLD, OLD) for number in range(len(cases))))
        state = planner.state_of_ledger(compare.rows(os.path.join(folder, "ledger.csv")))
        if detect != "stamps":
            write_exports(folder, cases, True)
            wrong, done = both(program, folder, state, (), {})
            if wrong:
                return name, len(cases), "first run: " + wrong
            shutil.copy(os.path.join(folder, "out", "ledger.csv"), os.path.join(folder, "ledger.csv"))
            state = planner.state_of(done)
        write_exports(folder, cases, False)
        wrong, _ = both(program, folder, state, args, {"full": bool(args)})
        return name, len(cases), wrong


def main():
    program = os.path.abspath(sys.argv[1])
    jobs = [(program, *job) for job in itertools.product(DIRECTIONS, STRATEGIES, DETECTS, METHODS)]
    total = differing = 0
    with concurrent.futures.ProcessPoolExecutor(max_workers=compare.WORKERS) as pool:
        for name, count, wrong in pool.map(play, jobs):
            total, differing = total + count, differing + bool(wrong)
            print("not ok - %s: %s" % (name, wrong) if wrong else "ok - %s" % name, flush=True)
    print("%d combinations, %d differing" % (total, differing))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
