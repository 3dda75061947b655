#!/usr/bin/env python3
"""Task T1 against the floor of the machine and the peers: bench.py PROGRAM [RECORDS[:VARIANT]...]

VARIANT: quoted (every field in quotes), changed (every record edited in the ERP), gzip (all inputs packed).
Needs the benchmark folder (BENCH, by default ../shared/bench beside the repository) with the generator, the setup
and the peers' scripts. DuckDB takes part where node finds @duckdb/node-api from the folder DUCKDB (by default the
benchmark folder), sqlite3 where PEERS names it. Runs are interleaved; the first round warms up, the medians of the
others (ROUNDS, by default 5) are told. No time is told where the decisions are not DuckDB's.
"""
import csv
import glob
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = int(os.environ.get("ROUNDS", "5"))
HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.abspath(os.environ.get("BENCH", os.path.join(HERE, "..", "..", "..", "shared", "bench")))
DUCKDB = os.path.abspath(os.environ.get("DUCKDB", BENCH))
FLOOR_FILES = {"crm_create": "crm/*create*", "crm_update": "crm/*update*", "erp_create": "erp/*create*",
               "erp_update": "erp/*update*", "ledger": "ledger.csv"}


INPUTS = ("customers.csv", "accounts.csv", "ledger.csv", "couplet-ledger.csv")
CASES = ("10000", "100000", "1000000", "1000000:quoted", "1000000:changed", "1000000:gzip", "5000000")
# The end of a customer: its credit limit, whether it is blocked, uid and stamp.
CUSTOMER_END = re.compile(rb',(\d+\.\d\d),([^,\n]*),([0-9a-f-]{36}),\d{4}(-[^,\n]*Z)\n')


def change_all(path):
    """Another credit limit and a newer stamp for every customer."""
    with open(path, "rb") as customers:
        text = customers.read()
    with open(path, "wb") as customers:
        customers.write(CUSTOMER_END.sub(rb',1\1,\2,\3,2028\4\n', text))


def pack(folder):
    for name in INPUTS:
        subprocess.run(["gzip", "-1", "-k", os.path.join(folder, name)], check=True)
    path = os.path.join(folder, "couplet-t1.xml")
    with open(path, encoding="utf-8") as setup:
        text = setup.read()
    os.chmod(path, 0o644)
    with open(path, "w", encoding="utf-8") as setup:
        setup.write(text.replace('.csv"', '.csv.gz"'))


def generate(folder, records, variant):
    generator = os.path.join(folder, "gen")
    subprocess.run(["cc", "-O2", "-o", generator, os.path.join(BENCH, "gen.c")], check=True)
    subprocess.run([generator, "-n", str(records), "-o", folder] + (["-q"] if variant == "quoted" else []), check=True)
    if variant == "changed":
        # In a process of its own: what this one holds would count as the peak of those that it begins.
        subprocess.run([sys.executable, "-B", __file__, "--change", os.path.join(folder, "customers.csv")], check=True)
    shutil.copy(os.path.join(BENCH, "couplet-t1.xml"), folder)
    with open(os.path.join(folder, "couplet-ledger.csv"), "wb") as ledger:
        subprocess.run(["awk", "-F,", "-f", os.path.join(BENCH, "to-ledger.awk"), os.path.join(folder, "ledger.csv")],
                       stdout=ledger, check=True)
    if variant == "gzip":
        pack(folder)


def measure(command, folder):
    """Wall seconds, processor seconds and peak MiB of one run, as the system accounts for it."""
    begin = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 4):
        sys.exit("%s ended with %d" % (command[0], process.returncode))
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def rows(pattern):
    count = 0
    for path in glob.glob(pattern):
        with open(path, encoding="utf-8", newline="") as handle:
            count += sum(1 for _ in csv.reader(handle)) - 1
    return count


def same_decisions(folder):
    """Creates and updates of both sides, Couplet's beside DuckDB's."""
    same = True
    for name, pattern in FLOOR_FILES.items():
        if name == "ledger":
            continue
        ours, theirs = rows(os.path.join(folder, "out", pattern)), rows(os.path.join(folder, "duck", name + ".csv"))
        same &= ours == theirs
        print("  %-11s %8d %8d %s" % (name, ours, theirs, "" if ours == theirs else "DIFFERENT"))
    return same


def has_duckdb():
    test = "require('module').createRequire(process.cwd() + '/').resolve('@duckdb/node-api')"
    return shutil.which("node") and subprocess.run(["node", "-e", test], cwd=DUCKDB, capture_output=True).returncode == 0


def bench(program, records, variant):
    with tempfile.TemporaryDirectory(prefix="couplet-bench-") as folder:
        generate(folder, records, variant)
        runs = {"couplet": ([program, "sync", "-q", "-j", "2", "-s", "couplet-t1.xml", "-o", "out", "--allow",
                             "max-creates", "--allow", "max-updates"], folder)}
        measure(*runs["couplet"])
        os.mkdir(os.path.join(folder, "done"))
        for name, pattern in FLOOR_FILES.items():
            with open(os.path.join(folder, "done", name + ".csv"), "wb") as joined:
                for path in sorted(glob.glob(os.path.join(folder, "out", pattern))):
                    with open(path, "rb") as part:
                        shutil.copyfileobj(part, joined)
        runs["floor"] = (["sh", os.path.join(BENCH, "floor.sh"), folder, os.path.join(folder, "done"),
                          os.path.join(folder, "floor")], folder)
        if has_duckdb():
            runs["duckdb"] = (["node", os.path.join(BENCH, "duckdb.mjs"), folder, os.path.join(folder, "duck"), "2",
                               os.path.join(BENCH, "t1-duckdb.sql"), ".gz" if variant == "gzip" else ""], DUCKDB)
        if "sqlite3" in os.environ.get("PEERS", "").split() and variant in ("", "changed", "quoted"):
            runs["sqlite3"] = (["sh", os.path.join(BENCH, "sqlite.sh"), folder, os.path.join(folder, "sqlite")], folder)
        figures = {name: [] for name in runs}
        for round_number in range(ROUNDS + 1):
            for name, (command, where) in runs.items():
                if name == "couplet":
                    shutil.rmtree(os.path.join(folder, "out"), ignore_errors=True)
                figure = measure(command, where)
                if round_number > 0:
                    figures[name].append(figure)
        print("T1, %d records%s, medians of %d rounds" % (records, variant and ", " + variant, ROUNDS), flush=True)
        if "duckdb" in runs and not same_decisions(folder):
            sys.exit("the decisions differ: no times")
        print("  %-8s %8s %8s %10s %9s %9s" % ("", "wall s", "cpu s", "peak MiB", "x floor", "x duckdb"))
        for name in runs:
            wall, cpu, peak = (statistics.median(column) for column in zip(*figures[name]))
            ratios = []
            for other in ("floor", "duckdb"):
                pairs = [a[0] / b[0] for a, b in zip(figures[name], figures.get(other, []))]
                ratios.append("%9.2f" % statistics.median(pairs) if pairs else "%9s" % "-")
            print("  %-8s %8.2f %8.2f %10.0f %s" % (name, wall, cpu, peak, " ".join(ratios)))


def main():
    if sys.argv[1:2] == ["--change"]:
        return change_all(sys.argv[2])
    if not os.path.exists(os.path.join(BENCH, "gen.c")):
        sys.exit("no benchmark folder at %s: name it with BENCH=FOLDER" % BENCH)
    for case in sys.argv[2:] or CASES:
        records, _, variant = case.partition(":")
        bench(os.path.abspath(sys.argv[1]), int(records), variant)


if __name__ == "__main__":
    main()
