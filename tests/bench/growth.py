#!/usr/bin/env python3
"""Has the work for a record grown? growth.py PROGRAM [--record | --memory]

Counts the instructions (valgrind's cachegrind, one thread: the same on every machine, whatever else it does) and the
peak memory of a synchronization of 100,000 records a side, made by a seeded generator, and holds them against the
figures in growth.txt: 5 percent more is a failure. --record writes the figures anew. Another compiler than that of
the figures makes other code: then nothing is judged. --memory prints the bytes for a pair of records and its coupling,
and for a further mapped field, as the README has them.
"""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
FIGURES = os.path.join(HERE, "growth.txt")
RECORDS = 100000
ROOM = 1.05
FIELDS = (("Name", "name", "Text"), ("Address", "address1_line1", "Text"), ("City", "address1_city", "Text"),
          ("Post Code", "address1_postalcode", "Code"), ("Country", "address1_country", "Code"),
          ("Phone", "telephone1", "Text"), ("E-Mail", "emailaddress1", "Text"), ("Credit Limit", "creditlimit", "Decimal"))
WORDS = "Adatum Contoso Fabrikam Litware Northwind Proseware Relecloud Søborg Tailspin Wingtip".split()


def setup(fields):
    def field(name, kind, role=""):
        length = ' length="100"' if kind in ("Code", "Text") else ""
        return '<field name="%s" type="%s"%s%s/>' % (name, kind, length, role and ' role="%s"' % role)
    erp = "".join(field(name, kind) for name, _, kind in fields)
    crm = "".join(field(name, kind) for _, name, kind in fields)
    pairs = "".join('<field table-field="%s" integration-field="%s"/>' % (e, c) for e, c, _ in fields)
    return """<?xml version="1.0" encoding="UTF-8"?>
<setup xmlns="urn:couplet:setup:1">
  <ledger path="ledger.csv"/>
  <erp name="ERP" kind="generic" locale="invariant"><table name="Customer" id="18" export="full">
    <source path="customers.csv" format="csv"/>%s%s<field name="SystemId" type="Guid" role="uid"/>%s
    <import format="csv"/></table></erp>
  <crm name="CRM" kind="generic" locale="invariant"><table name="account" export="full">
    <source path="accounts.csv" format="csv"/><field name="accountid" type="Guid" role="uid"/>%s%s%s
    <import format="csv"/></table></crm>
  <mapping name="CUSTOMER" table="Customer" integration-table="account" direction="Bidirectional"
           synch-only-coupled-records="false">
    <field table-field="No" integration-field="accountnumber"/>%s</mapping>
  <guards max-all-changed="none"/>
</setup>
""" % (field("No", "Code", "key"), erp, field("SystemModifiedAt", "DateTime", "modified"), field("accountnumber", "Code"),
       crm, field("modifiedon", "DateTime", "modified"), pairs)


def values(rng):
    return [" ".join(rng.sample(WORDS, 2)) + (", Inc." if rng.random() < 0.1 else " %d" % rng.randrange(999)),
            "%d Main Street" % rng.randrange(9999), rng.choice(("Gent", "København", "Zürich", "Atlanta")),
            "%s-%05d" % (rng.choice(("BE", "DK")), rng.randrange(99999)), rng.choice(("BE", "DK", "CH", "US")),
            "+%d %07d" % (rng.randrange(1, 99), rng.randrange(9999999)), "info%d@mail.example" % rng.randrange(99999),
            "%d.%02d" % (rng.randrange(99999), rng.randrange(1, 99))]


def line(cells):
    return ",".join('"%s"' % cell if "," in cell else cell for cell in cells) + "\n"


def generate(folder, records=RECORDS, fields=len(FIELDS)):
    """Nine of ten records coupled; of these one of twenty edited on each side; the files in orders of their own."""
    rng = random.Random(8)
    erp, crm, ledger = [], [], []
    for number in range(records):
        key = "C%08d" % number
        ids = [str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(2)]
        old = "2026-%02d-%02dT10:00:00Z" % (rng.randrange(1, 7), rng.randrange(1, 29))
        sides, stamps = [values(rng)] * 2, [old, old]
        is_coupled = rng.random() < 0.9
        for side in range(2):
            if not is_coupled:
                sides[side] = values(rng)
            elif rng.random() < 0.05:
                sides[side] = values(rng)
                stamps[side] = "2026-08-01T10:00:00Z"
        if is_coupled:
            ledger.append("CUSTOMER,%s,%s,,coupled,%s,%s,Success,Success,,,,,,\n" % (*ids, old, old))
        erp.append(line([key, *sides[0][:fields], ids[0], stamps[0]]))
        crm.append(line([ids[1], key if is_coupled else "D%08d" % number, *sides[1][:fields], stamps[1]]))
    headers = (line(["No", *(f[0] for f in FIELDS[:fields]), "SystemId", "SystemModifiedAt"]),
               line(["accountid", "accountnumber", *(f[1] for f in FIELDS[:fields]), "modifiedon"]),
               "mapping,erp_id,crm_id,erp_key,state,erp_modified_on,crm_modified_on,erp_result,crm_result,skipped,"
               "erp_failure,crm_failure,erp_job,crm_job,base\n")
    for name, header, lines in zip(("customers.csv", "accounts.csv", "ledger.csv"), headers, (erp, crm, ledger)):
        rng.shuffle(lines)
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as handle:
            handle.write(header + "".join(lines))
    with open(os.path.join(folder, "couplet.xml"), "w", encoding="utf-8") as handle:
        handle.write(setup(FIELDS[:fields]))


def command(program, folder, name, *options):
    return [program, "sync", "-q", "-j", "1", "-s", os.path.join(folder, "couplet.xml"), "-o", os.path.join(folder, name),
            "--allow", "max-creates", "--allow", "max-updates", *options]


def count_instructions(program, folder):
    run = subprocess.run(["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
                          *command(program, folder, "counted")], capture_output=True, text=True)
    found = re.search(r"I\s+refs:\s+([\d,]+)", run.stderr)
    if run.returncode not in (0, 4) or not found:
        sys.exit("not ok - the counted run ended with %d: %s" % (run.returncode, run.stderr[-400:]))
    return int(found.group(1).replace(",", ""))


def measure_memory(program, folder, *options):
    process = subprocess.Popen(command(program, folder, "measured", *options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss


def compiler():
    return subprocess.run(["cc", "--version"], capture_output=True, text=True).stdout.split("\n")[0]


def read_figures():
    with open(FIGURES, encoding="utf-8") as handle:
        return dict(row.rstrip("\n").split(": ", 1) for row in handle)


def judge(name, found, recorded, unit):
    """A line of TAP; whether it may stay so."""
    ok = found <= recorded * ROOM
    print("%s - %s: %s%s, %s recorded%s" % ("ok" if ok else "not ok", name, format(found, ","), unit,
                                          format(recorded, ","), "" if ok else
                                          "; find out what grew, or record it with growth.py PROGRAM --record"))
    return ok


def generate_apart(folder, records, fields):
    """In a process of its own: what this one holds would count as the peak of those that it begins."""
    subprocess.run([sys.executable, "-B", os.path.abspath(__file__), "--generate", folder, str(records), str(fields)],
                   check=True)


def bytes_for_a_pair(program, fields, options):
    """What each of 400,000 further pairs takes; smaller runs keep memory for use again (memory_keep())."""
    peaks = []
    sizes = (RECORDS * 6, RECORDS * 10)
    for records in sizes:
        with tempfile.TemporaryDirectory(prefix="couplet-growth-") as folder:
            generate_apart(folder, records, fields)
            peaks.append(measure_memory(program, folder, *options))
    return (peaks[1] - peaks[0]) * 1024 / (sizes[1] - sizes[0])


def print_memory(program):
    for name, options in (("modified records", ()), ("--full", ("--full",))):
        few, all_fields = (bytes_for_a_pair(program, fields, options) for fields in (2, len(FIELDS)))
        print("%s: %.0f bytes for a pair with two mapped fields, %.0f for each further one" %
              (name, few, (all_fields - few) / (len(FIELDS) - 2)))


def main():
    if sys.argv[1] == "--generate":
        generate(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        return 0
    program = os.path.abspath(sys.argv[1])
    if "--memory" in sys.argv:
        print_memory(program)
        return 0
    if not shutil.which("valgrind"):
        print("ok - growth # SKIP valgrind is not installed")
        return 0
    if "--record" not in sys.argv and read_figures()["compiler"] != compiler():
        print("ok - growth # SKIP the figures are those of " + read_figures()["compiler"])
        return 0
    with tempfile.TemporaryDirectory(prefix="couplet-growth-") as folder:
        generate_apart(folder, RECORDS, len(FIELDS))
        found = {"instructions": count_instructions(program, folder), "peak": measure_memory(program, folder)}
    if "--record" in sys.argv:
        with open(FIGURES, "w", encoding="utf-8") as handle:
            handle.write("compiler: %s\nrecords: %d\ninstructions: %d\npeak: %d\n" %
                         (compiler(), RECORDS, found["instructions"], found["peak"]))
        return 0
    recorded = read_figures()
    good = judge("instructions a record of each side", found["instructions"] // RECORDS,
                 int(recorded["instructions"]) // RECORDS, "")
    good &= judge("peak memory of 100,000 records a side", found["peak"], int(recorded["peak"]), " KiB")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
