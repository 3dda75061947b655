#!/usr/bin/env python3
"""Task T1 against the floor of the machine and every installed peer: bench.py PROGRAM [RECORDS[:VARIANT]...]

VARIANT: quoted (every field in quotes), changed (every record edited in the ERP), gzip (all inputs packed), xml (an
export as XML of records, the other as a CMT data.xml; the peers read the same as CSV). Needs the benchmark folder
(BENCH, by default ../shared/bench beside the repository); peers.py has the peers and how to install them.
Beside the program stand others that `make bench` builds: ZLIB, which unpacks gzip by zlib where PROGRAM does by ISA-L,
and BARE, which writes no base digests, no change list and no report (bare.c).

Runs are interleaved; the first round warms up, the medians of the others (ROUNDS, by default 5) are told, and ratios
are medians of those of each round. No time is told where the creates and updates are not as many as DuckDB's.
What is printed at the end is the table of RESULTS.md.
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

from peers import BENCH, HERE, PEERS

ROUNDS = int(os.environ.get("ROUNDS", "5"))
OUTPUTS = {"crm_create": "crm/*create*", "crm_update": "crm/*update*", "erp_create": "erp/*create*",
           "erp_update": "erp/*update*", "ledger": "ledger.csv"}
INPUTS = ("customers.csv", "accounts.csv", "ledger.csv", "couplet-ledger.csv")
CASES = ("10000", "100000", "1000000", "1000000:quoted", "1000000:changed", "1000000:gzip", "1000000:xml", "5000000")
VARIANTS = {"": "", "quoted": "every field quoted", "changed": "every record edited in the ERP", "gzip": "gzip",
            "xml": "XML and CMT; peers: CSV"}
# The end of a customer: its credit limit, whether it is blocked, uid and stamp.
CUSTOMER_END = re.compile(rb',(\d+\.\d\d),([^,\n]*),([0-9a-f-]{36}),\d{4}(-[^,\n]*Z)\n')


def change_all(path):
    """Another credit limit and a newer stamp for every customer."""
    with open(path, "rb") as customers:
        text = customers.read()
    with open(path, "wb") as customers:
        customers.write(CUSTOMER_END.sub(rb',1\1,\2,\3,2028\4\n', text))


def edit_setup(folder, *edits):
    path = os.path.join(folder, "couplet-t1.xml")
    with open(path, encoding="utf-8") as setup:
        text = setup.read()
    for old, new in edits:
        text = re.sub(old, new, text)
    os.chmod(path, 0o644)
    with open(path, "w", encoding="utf-8") as setup:
        setup.write(text)


def generate(folder, records, variant):
    generator = os.path.join(folder, "gen")
    flags = {"quoted": ["-q"], "xml": ["-x"]}.get(variant, [])
    subprocess.run(["cc", "-O2", "-o", generator, os.path.join(BENCH, "gen.c")], check=True)
    subprocess.run([generator, "-n", str(records), "-o", folder] + flags, check=True)
    if variant == "changed":
        # In a process of its own: what this one holds would count as the peak of those that it begins.
        subprocess.run([sys.executable, "-B", __file__, "--change", os.path.join(folder, "customers.csv")], check=True)
    shutil.copy(os.path.join(BENCH, "couplet-t1.xml"), folder)
    with open(os.path.join(folder, "couplet-ledger.csv"), "wb") as ledger:
        subprocess.run(["awk", "-F,", "-f", os.path.join(BENCH, "to-ledger.awk"), os.path.join(folder, "ledger.csv")],
                       stdout=ledger, check=True)
    if variant == "gzip":
        for name in INPUTS:
            subprocess.run(["gzip", "-1", "-k", os.path.join(folder, name)], check=True)
        edit_setup(folder, (r'\.csv"', '.csv.gz"'))
    if variant == "xml":
        edit_setup(folder, ('customers.csv" format="csv" delimiter=","', 'customers.xml" format="xml"'),
                   ('accounts.csv" format="csv" delimiter=","', 'accounts.xml" format="cmt"'),
                   ('name="(Post Code|E-Mail|Currency Code|Credit Limit)" type',
                    lambda found: 'name="%s" header="%s" type' % (found[1], re.sub("[ -]", "", found[1]))))


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
            lines = sum(1 for _ in csv.reader(handle))
            count += max(lines - 1, 0)    # sqlite3 writes no header where there is no row
    return count


def decisions(folder, name, is_couplet):
    """How many creates and updates of both sides a run wrote."""
    return [rows(os.path.join(folder, name, pattern if is_couplet else output + ".csv"))
            for output, pattern in OUTPUTS.items() if output != "ledger"]


def check_decisions(folder, names, programs):
    """Ends the benchmark where a run does not decide as DuckDB does; as Couplet where that is not here."""
    oracle = "duckdb" if "duckdb" in names else "couplet"
    wanted = decisions(folder, oracle, oracle in programs)
    print("  decisions: %d and %d creates, %d and %d updates" % (wanted[0], wanted[2], wanted[1], wanted[3]))
    for name in names:
        found = wanted if name in (oracle, "floor") else decisions(folder, name, name in programs)
        if found != wanted:
            sys.exit("  the decisions of %s differ from %s's: %s: no times" % (name, oracle, found))
    if oracle != "duckdb":
        print("  @duckdb/node-api was not found: compared with Couplet's")


def floor(folder, programs):
    """The command of the floor, which copies what a first run of Couplet wrote."""
    measure(*programs["couplet"])
    done = os.path.join(folder, "done")
    os.mkdir(done)
    for name, pattern in OUTPUTS.items():
        with open(os.path.join(done, name + ".csv"), "wb") as joined:
            for path in sorted(glob.glob(os.path.join(folder, "couplet", pattern))):
                with open(path, "rb") as part:
                    shutil.copyfileobj(part, joined)
    return ["sh", os.path.join(BENCH, "floor.sh"), folder, done, os.path.join(folder, "floor")], folder


def programs_of(program, records, variant, folder):
    """Couplet, and for the cases that they are for the programs beside it."""
    found = {"couplet": program}
    if variant == "gzip" and os.environ.get("ZLIB"):
        found["zlib"] = os.environ["ZLIB"]
    if variant == "" and records == 1000000 and os.environ.get("BARE"):
        found["bare"] = os.environ["BARE"]
    return {name: ([path, "sync", "-q", "-j", "2", "-s", "couplet-t1.xml", "-o", name, "--allow", "max-creates", "--allow",
                    "max-updates"], folder) for name, path in found.items()}


def run_rounds(runs, programs, folder):
    """The figures of each run: for each round wall time, processor time and memory."""
    figures = {name: [] for name in runs}
    for round_number in range(ROUNDS + 1):
        for name, (command, where) in runs.items():
            if name in programs:
                shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
            figure = measure(command, where)
            if round_number > 0:
                figures[name].append(figure)
    return figures


class Case:
    """The figures of one case."""

    def __init__(self, records, variant, figures, megabytes):
        self.records, self.variant, self.figures, self.megabytes = records, variant, figures, megabytes

    def median(self, name, which):
        return statistics.median(figure[which] for figure in self.figures[name]) if name in self.figures else None

    def ratio(self, name, other, which=0):
        if name not in self.figures or other not in self.figures:
            return None
        return statistics.median(a[which] / b[which] for a, b in zip(self.figures[name], self.figures[other]))

    def show(self):
        print("  %-8s %8s %8s %10s %9s %9s" % ("", "wall s", "cpu s", "peak MiB", "x floor", "x duckdb"))
        for name in self.figures:
            ratios = [self.ratio(name, other) for other in ("floor", "duckdb")]
            print("  %-8s %8.2f %8.2f %10.0f %s" % (name, *(self.median(name, which) for which in range(3)), " ".join(
                "%9s" % "-" if ratio is None else "%9.2f" % ratio for ratio in ratios)), flush=True)


def bench(program, records, variant):
    with tempfile.TemporaryDirectory(prefix="couplet-bench-") as folder:
        generate(folder, records, variant)
        programs = programs_of(program, records, variant, folder)
        runs = dict(programs)
        runs["floor"] = floor(folder, programs)
        runs.update((peer.name, peer.run(folder, variant)) for peer in PEERS if peer.takes_part(records, variant))
        figures = run_rounds(runs, programs, folder)
        print("T1, %d records%s, medians of %d rounds" % (records, variant and ", " + VARIANTS[variant], ROUNDS), flush=True)
        check_decisions(folder, list(runs), programs)
        megabytes = sum(os.path.getsize(path) for path in glob.glob(os.path.join(folder, "*.xml"))) / 1e6
        case = Case(records, variant, figures, megabytes)
        case.show()
        return case


def cell(value, form="%.2f"):
    return "" if value is None else form % value


def row(case, name, what):
    peers = [cell(case.median(peer.name, which), form) for peer in PEERS for which, form in ((0, "%.2f"), (2, "%.0f"))]
    figures = [cell(case.median(name, 0)), cell(case.median(name, 1)), cell(case.median(name, 2), "%.0f"),
               cell(case.ratio(name, "duckdb")), cell(case.ratio(name, "duckdb", 2)), cell(case.ratio(name, "floor"), "%.1f")]
    return "| %s |" % " | ".join([format(case.records, ","), what] + figures + peers)


def print_table(cases):
    heads = ["records", "variant", "Couplet s", "processor s", "MiB", "to DuckDB", "its memory", "to the floor"]
    heads += [head for peer in PEERS for head in (peer.name + " s", "MiB")]
    print("\n| %s |\n|%s" % (" | ".join(heads), "---|" * len(heads)))
    for case in cases:
        by = ", by ISA-L" if "zlib" in case.figures else ", by zlib" if case.variant == "gzip" else ""
        print(row(case, "couplet", VARIANTS[case.variant] + by))
        if "zlib" in case.figures:
            print(row(case, "zlib", VARIANTS[case.variant] + ", by zlib"))


def print_others(cases):
    """What 8.1 asks beside the table: ratios between rows, and speeds."""
    walls = {(case.records, case.variant): case.median("couplet", 0) for case in cases}
    print()
    for name, a, b, scale in (("every field quoted, to lightly quoted", (10 ** 6, "quoted"), (10 ** 6, ""), 1),
                              ("5,000,000 records, to fifty times 100,000", (5 * 10 ** 6, ""), (10 ** 5, ""), 50)):
        if a in walls and b in walls:
            print("%s: %.2f" % (name, walls[a] / walls[b] / scale))
    for case in cases:
        if "bare" in case.figures:
            print("base digests, change list and report, to the run without them: %.2f" % case.ratio("couplet", "bare"))
        if case.variant == "xml":
            print("XML of records and CMT data.xml, %.0f MB: %.0f MB/s" % (
                case.megabytes, case.megabytes / case.median("couplet", 0)))


def main():
    if sys.argv[1:2] == ["--change"]:
        return change_all(sys.argv[2])
    if not os.path.exists(os.path.join(BENCH, "gen.c")):
        sys.exit("no benchmark folder at %s: name it with BENCH=FOLDER" % BENCH)
    cases = []
    for name in sys.argv[2:] or CASES:
        records, _, variant = name.partition(":")
        cases.append(bench(os.path.abspath(sys.argv[1]), int(records), variant))
    print_table(cases)
    print_others(cases)


if __name__ == "__main__":
    main()
