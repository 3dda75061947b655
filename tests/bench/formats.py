#!/usr/bin/env python3
"""Files of many records in every format: formats.py PROGRAM [RECORDS]   or   formats.py --parse PARSER PROGRAM [RECORDS]

The same accounts, by a seeded generator, as CSV and, by convert, in the other formats: written, read back, and read
by `check` with a setup that uses three columns and with one that uses all, which is what memory must grow with.
MB are 10^6 bytes of the unpacked file. With --parse each reader alone, in processor time of one thread. With --memory
no times, but what is expected of the peaks, as TAP.
"""
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
import gzip

NAMES = ["Adatum Corporation", "Trey Research & Sons", "The \"Cannon\" Group PLC", "Søborg Møbler A/S", "Relecloud",
         "School of Fine Art", "Alpine Ski House", "Möbel Scherrer <Basel>", "Københavns Kaffe"]
CITIES = ["Gent", "Liège", "Atlanta", "København", "Aix-en-Provence", "Zürich", "Mechelen", ""]
FIELDS = [("name", "Text"), ("address1_line1", "Text"), ("address1_city", "Text"), ("address1_postalcode", "Text"),
          ("emailaddress1", "Text"), ("telephone1", "Text"), ("websiteurl", "Text"), ("creditlimit", "Decimal"),
          ("numberofemployees", "Integer"), ("donotemail", "Boolean"), ("description", "Text"), ("accountnumber", "Text")]
FEW = ("name", "accountnumber", "creditlimit")
# What is measured: name, ending, further arguments of convert, the table's name in it.
FORMATS = (("CSV", ".csv", ()), ("XML of records", ".xml", ()), ("CMT data.xml", ".data.xml", ()), ("CMT package", ".zip", ()),
           ("RapidStart", ".rapidstart", ()), ("RapidStart, UTF-16 not packed", ".rs.xml", ()),
           ("XML spreadsheet", ".sheet.xml", ("--to", "spreadsheet")))


def generate(path, records):
    generator = random.Random(20260301)
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["accountid"] + [name for name, _ in FIELDS])
        for number in range(records):
            name, city = generator.choice(NAMES), generator.choice(CITIES)
            out.writerow(["a1000000-0000-4000-8000-%012d" % number, "%s %d" % (name, number),
                          "%s %d" % (generator.choice(("Station Road", "Kerkstraat", "Rue de l'Église")), number % 300), city,
                          "%d" % (1000 + number % 8999), "sales%d@example.com" % number, "+32 9 %07d" % (number * 7 % 9999999),
                          "https://www.example.com/%d" % number, "%d.%02d" % (number % 90000, number % 100), number % 5000,
                          "true" if number % 3 else "false", "Since %d; see file %d" % (1990 + number % 30, number),
                          "C%07d" % number])


def setup(path, source, used, erp):
    """A setup whose mapping uses some of the fields; the table is the ERP's where the format is the ERP's."""
    fields = '<field name="accountid" type="Guid" role="%s"/>' % ("key" if erp else "uid") + "".join(
        '<field name="%s" type="%s"/>' % field for field in FIELDS)
    big = '<table name="account" id="18"><source path="%s"/>%s</table>' % (source, fields)
    small = '<table name="other"%s><source path="other.csv"/><field name="id" type="Guid" role="%s"/>%s</table>' % (
        "" if erp else ' id="18"', "uid" if erp else "key", "".join('<field name="%s" type="%s"/>' % field for field in FIELDS))
    with open(path, "w", encoding="utf-8") as file:
        file.write('<setup xmlns="urn:couplet:setup:1"><ledger path="ledger.csv"/><erp kind="business-central">%s</erp>'
                   '<crm kind="dataverse">%s</crm><mapping name="M" table="%s" integration-table="%s" direction="%s" '
                   'synch-only-coupled-records="true">%s</mapping></setup>' % (
                       big if erp else small, small if erp else big, "account" if erp else "other", "other" if erp else "account",
                       "ToIntegrationTable" if erp else "FromIntegrationTable",
                       "".join('<field table-field="%s" integration-field="%s"/>' % (name, name) for name in used)))


def measure(folder, *command):
    begin = time.monotonic()
    with open(os.path.join(folder, "said"), "wb") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 4):
        with open(os.path.join(folder, "said"), encoding="utf-8", errors="replace") as said:
            sys.exit("%s: status %d: %s" % (" ".join(command), process.returncode, said.read(2000)))
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def size_of(path):
    """Bytes of the text that the file is."""
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            return archive.getinfo("data.xml").file_size
    if path.endswith(".rapidstart"):
        with gzip.open(path) as file:
            return sum(len(piece) for piece in iter(lambda: file.read(1 << 20), b""))
    return os.path.getsize(path)


def show(what, size, figures):
    wall, cpu, peak = figures
    print("| %s | %.2f | %.2f | %.0f | %.0f |" % (what, wall, cpu, size / 1e6 / wall, peak), flush=True)


def write(program, folder, ending, args):
    """Makes the file out of all.csv; None where it is only another file unpacked."""
    path = os.path.join(folder, "big" + ending)
    if ending == ".data.xml":
        with zipfile.ZipFile(os.path.join(folder, "big.zip")) as archive:
            archive.extract("data.xml", folder)
            archive.extract("data_schema.xml", folder)
        os.rename(os.path.join(folder, "data.xml"), path)
        return None
    if ending == ".rs.xml":
        with gzip.open(os.path.join(folder, "big.rapidstart")) as file, open(path, "wb") as out:
            for piece in iter(lambda: file.read(1 << 20), b""):
                out.write(piece)
        return None
    return measure(folder, program, "-q", "-s", "erp.xml" if "rapidstart" in ending else "crm.xml", "convert", "all.csv",
                   "big" + ending, "--table", "account", *args)


def prepare(folder, records):
    generate(os.path.join(folder, "all.csv"), records)
    for name, erp in (("crm.xml", False), ("erp.xml", True)):
        setup(os.path.join(folder, name), "all.csv", FEW, erp)
    with open(os.path.join(folder, "other.csv"), "w", encoding="utf-8") as file:
        file.write(",".join(["id"] + [name for name, _ in FIELDS]) + "\n")


def in_order():
    """As they can be made."""
    late = (".data.xml", ".rs.xml")
    return [row for row in FORMATS if row[1] not in late] + [row for row in FORMATS if row[1] in late]


def all_formats(program, folder, records):
    print("| %d records | wall s | processor s | MB/s | peak MiB |\n|---|---|---|---|---|" % records)
    for name, ending, args in in_order():
        path = os.path.join(folder, "big" + ending)
        figures = write(program, folder, ending, args)
        size = size_of(path)
        if figures:
            show("%s, %.0f MB: written" % (name, size / 1e6), size, figures)
        erp = ".r" in ending
        figures = measure(folder, program, "-q", "convert", os.path.basename(path), "back.csv")
        show("%s: read, as CSV" % name, size, figures)
        os.remove(os.path.join(folder, "back.csv"))
        for what, used in (("few columns used", FEW), ("all columns used", [field for field, _ in FIELDS])):
            setup(os.path.join(folder, "used.xml"), os.path.basename(path), used, erp)
            show("%s: %s" % (name, what), size, measure(folder, program, "-q", "-s", "used.xml", "--new-ledger", "-j", "1", "check"))


def parse(parser, program, folder):
    print("| reader | MB | MB/s | |\n|---|---|---|---|")
    for name, ending, args in in_order():
        write(program, folder, ending, args)
        if ending == ".zip":
            continue
        path = os.path.join(folder, "big" + ending)
        done = subprocess.run([parser, path, "account", "3"], capture_output=True, check=True)
        taken, _, told = done.stdout.decode().strip().partition(" s  ")
        size = size_of(path) / 1e6
        print("| %s | %.1f | %.0f | %s |" % (name, size, size / float(taken), told), flush=True)


def memory(program, folder, records):
    """A conversion takes the same for any number of records, a run what the used columns take."""
    failed = False
    for name, ending, args in in_order():
        if ending not in (".xml", ".zip", ".data.xml", ".rapidstart"):
            continue
        write(program, folder, ending, args)
        if ending == ".zip":    # data.xml is what it holds
            continue
        path = os.path.join(folder, "big" + ending)
        size = size_of(path) / 1048576
        through = measure(folder, program, "-q", "convert", os.path.basename(path), "back" + ending + ".csv")[2]
        peaks = []
        for used in (FEW, [field for field, _ in FIELDS]):
            setup(os.path.join(folder, "used.xml"), os.path.basename(path), used, ".r" in ending)
            peaks.append(measure(folder, program, "-q", "-s", "used.xml", "--new-ledger", "-j", "1", "check")[2])
        is_good = through < 24 and peaks[0] < 0.7 * peaks[1] and peaks[1] < 0.7 * size
        failed |= not is_good
        print("%s - memory of %d records, %s, %.0f MiB: converted %.0f, few columns %.0f, all columns %.0f" % (
            "ok" if is_good else "not ok", records, name, size, through, *peaks), flush=True)
    return failed


def main():
    args = sys.argv[1:]
    parser = None
    if args[0] == "--memory":
        with tempfile.TemporaryDirectory() as folder:
            prepare(folder, 80000)
            sys.exit(memory(os.path.abspath(args[1]), folder, 80000))
    if args[0] == "--parse":
        parser = os.path.abspath(args[1])
        args = args[2:]
    program = os.path.abspath(args[0])
    records = int(args[1]) if len(args) > 1 else 1000000
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder, records)
        if parser:
            parse(parser, program, folder)
        else:
            all_formats(program, folder, records)


if __name__ == "__main__":
    main()
