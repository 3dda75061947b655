#!/usr/bin/env python3
"""Hostile and damaged exports of every format that is text, packed or not: hostile_text.py PROGRAM; prints TAP

Entities and document types, gzip bombs and damaged gzip, values of 100 MB and of more than 1 GiB, deep nesting,
UTF-16 without a mark.  Each is an export of a small world: the message is whole, the exit status 3, nothing is
written, and each run takes less than 1 GiB.  What is large is written in pieces, as a child's peak counts what
its parent has.
"""
import gzip
import os
import random
import subprocess
import sys
import tempfile
import zlib

PROGRAM = os.path.abspath(sys.argv[1])
MEBI = 1 << 20
ID = "a1000000-0000-4000-8000-000000000001"
SETUP = """<setup xmlns="urn:couplet:setup:1">
  <ledger path="ledger.csv"/>
  <erp>
    <table name="Customer" id="18"><source path="erp"/>
      <field name="No." type="Code" role="key"/>
      <field name="Name"/>
    </table>
  </erp>
  <crm>
    <table name="account"><source path="crm"/>
      <field name="accountid" type="Guid" role="uid"/>
      <field name="name"/>
    </table>
  </crm>
  <mapping name="CUSTOMER" table="Customer" integration-table="account" direction="Bidirectional">
    <field table-field="Name" integration-field="name"/>
  </mapping>
</setup>
"""
SHEET = ('<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
         '<Worksheet ss:Name="a"><Table><Row><Cell><Data ss:Type="String">accountid</Data></Cell><Cell><Data ss:Type="String">'
         'name</Data></Cell></Row><Row><Cell><Data ss:Type="String">%s</Data></Cell><Cell><Data ss:Type="String">@</Data></Cell>'
         '</Row></Table></Worksheet></Workbook>' % ID)
CMT = ('<entities timestamp="2026-03-01T09:00:00.0000000Z"><entity name="account"><records><record id="%s"><field '
       'name="accountid" value="%s" /><field name="name" value="@" /></record></records></entity></entities>' % (ID, ID))
LIST = '<DataList><CustomerList><TableID>18</TableID><Customer><No PrimaryKey="1">C1</No>@</Customer></CustomerList></DataList>'
# Each with the export it stands for, and @ where the name is.
KINDS = {
    "CSV": ("crm", "accountid,name\n%s,@\n" % ID),
    "XML of records": ("crm", "<accounts><account><accountid>%s</accountid><name>@</name></account></accounts>" % ID),
    "XML with attributes": ("crm", '<accounts><account accountid="%s" name="@"/></accounts>' % ID),
    "RapidStart": ("erp", LIST.replace("@", "<Name>@</Name>")),
    "RapidStart attribute": ("erp", LIST.replace("@", '<Name ValidateField="@">x</Name>')),
    "CMT": ("crm", CMT),
    "spreadsheet": ("crm", SHEET),
}
MARKED_UP = ("XML of records", "RapidStart", "CMT", "spreadsheet")
ATTRIBUTES = ("XML with attributes", "RapidStart attribute", "CMT")
BOMB = ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    '<!ENTITY %s "%s">' % (name, ("&%s;" % before) * 10) for before, name in zip("abcdefgh", "bcdefghi")) + "]>")
TYPES = (
    ("an entity bomb", BOMB, "&i;"),
    ("an external entity", '<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>', "&b;"),
    ("an external parameter entity", '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>', ""),
    ("a document type elsewhere", '<!DOCTYPE x SYSTEM "http://localhost:1/x.dtd">', ""),
)
DAMAGED = "couplet: %s: the gzip data is damaged; copy or export the file again"
CUT = "couplet: %s: the gzip data ends too early; the file is not whole: copy or export it again"
UNMARKED = ('couplet: %s: looks like XML in UTF-16 without a byte order mark; declare encoding="UTF-16LE" (or UTF-16BE), or '
            'export it with a mark')


def of(kind, value, before=""):
    side, text = KINDS[kind]
    return side, (before + text.replace("@", value)).encode()


def around(kind, pieces):
    """The export with the pieces as its name."""
    side, text = KINDS[kind]
    before, _, behind = text.encode().partition(b"@")
    yield before
    yield from pieces
    yield behind


def packed(pieces, level=1):
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def beside(kind, member):
    """The export as a row of gzip members, of which a ready one is its name."""
    before, _, behind = KINDS[kind][1].encode().partition(b"@")
    return [gzip.compress(before), member, gzip.compress(behind)]


def unlike(count):
    """Pieces of a MiB that shrink to a hundredth, as texts may that mean no harm."""
    generator = random.Random(3)
    piece = b"".join((b"%0100x" % generator.getrandbits(400)) + b"a" * 16284 for _ in range(64))
    return (piece for _ in range(count))


def doctype_cases():
    for kind in MARKED_UP:
        for what, doctype, value in TYPES:
            side, data = of(kind, value, doctype)
            yield "%s in %s" % (what, kind), side, [data], (
                "%s:1: a document type (<!DOCTYPE>) is refused; export the file without it" % side)
        side, data = of(kind, "&eacute;")
        yield "an entity that is not declared in " + kind, side, [data], (
            "%s:1: column %d: not well-formed XML: entity &eacute; is not known; the character itself must be written"
            % (side, data.index(b";") + 2))


def gzip_cases():
    bomb = b"".join(packed((b"x" * MEBI for _ in range(300)), 6))
    for kind in ("CSV",) + MARKED_UP:
        side, data = of(kind, "Adatum")
        whole = gzip.compress(data, mtime=0)
        for what, damaged, message in (
                ("cut in the middle", whole[:len(whole) // 2], CUT), ("cut in its trailer", whole[:-3], CUT),
                ("cut behind its header", whole[:10], CUT), ("with a byte too many", whole + b"\x1f", CUT),
                ("with a wrong checksum", whole[:-8] + b"\0\0\0\0" + whole[-4:], DAMAGED),
                ("with a wrong length", whole[:-4] + b"\0\0\0\1", DAMAGED),
                ("with other bytes behind it", whole + b"something else", DAMAGED),
                ("packed twice", gzip.compress(whole, mtime=0), "couplet: %s: is packed by gzip twice; unpack it once")):
            yield "packed %s, %s" % (kind, what), side, [damaged], message % side
        if kind not in ATTRIBUTES:
            yield "a gzip bomb of %s" % kind, side, beside(kind, bomb), (
                "couplet: %s: unpacks to more than 500 times its size, as no export does; look at it before you unpack it by "
                "hand" % side)
    yield "a gzip bomb of zeros", "crm", packed((b"\0" * MEBI for _ in range(300)), 6), (
        "crm:1: the header line has no end; is this a CSV file?")


def large_cases():
    for kind in ATTRIBUTES:
        side = KINDS[kind][0]
        message = side + ":1: a tag of more than 64 MiB; leave such values out of the export"
        yield "100 MB in " + kind, side, around(kind, (b"x" * MEBI for _ in range(100))), message
        yield "100 MB in packed " + kind, side, packed(around(kind, (b"x" * MEBI for _ in range(100)))), message
    yield "a comment of 200 MB", "crm", around("XML of records", [b"x<!--", *[b" " * MEBI] * 200, b"-->"]), (
        "crm:1: a comment or CDATA section of more than 64 MiB; leave such values out of the export")
    yield "a name of 100 MB", "crm", [b"<", *[b"x" * MEBI] * 100, b"/>"], (
        "crm:1: a tag of more than 64 MiB; leave such values out of the export")
    yield "1,000,000 attributes", "crm", [b"<a><b " + b" ".join(b'a%d="x"' % i for i in range(1000000)) + b"/></a>"], (
        "crm:1: more than 4096 attributes in one tag; export fewer fields")
    yield "65,536 columns", "crm", [",".join("a%d" % i for i in range(65536)).encode() + b"\n"], (
        'crm:1: column 4097: the header has 65536 columns, 4096 are the limit "a4096"; export fewer columns')
    yield "a header of 100 MB", "crm", (b"x" * MEBI for _ in range(100)), (
        "crm:1: the header line has no end; is this a CSV file?")
    member = b"".join(packed(unlike(1100)))
    for kind, what in (("CSV", None), ("XML of records", "a record"), ("RapidStart", "a record"), ("spreadsheet", "a row")):
        side = KINDS[kind][0]
        where = "package" if kind == "RapidStart" else "export"
        yield "a value of 1.1 GiB in " + kind, side, beside(kind, member), (
            "%s:1: %s of more than 1006632960 bytes; leave fields of that size out of the %s" % (side, what, where) if what
            else None)


def deep_cases():
    for kind in ("XML of records", "RapidStart", "spreadsheet"):
        for depth in 300, 1000000:
            side, data = of(kind, "<a>" * depth + "</a>" * depth)
            yield "%d elements deep in %s" % (depth, kind), side, [data], (
                side + ":1: elements are more than 256 deep inside each other; export flat records")
    for encoding in "utf-16-le", "utf-16-be":
        for kind in MARKED_UP:
            side, data = of(kind, "Adatum")
            yield "%s in %s without a mark" % (kind, encoding), side, [data.decode().encode(encoding)], UNMARKED % side
    yield "CSV in utf-16-le without a mark", "crm", [of("CSV", "x")[1].decode().encode("utf-16-le")], (
        'crm:1: column 1: NUL byte "%s"; declare encoding="UTF-16LE" if the file is UTF-16, else export it again'
        % "".join(c + "\\x00" for c in "accountid,name"))


def try_case(side, pieces, message):
    """What went wrong, and the run's peak in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("couplet.xml", [SETUP.encode()]), ("erp", [b"No.,Name\nC1,Adatum\n"]),
                              ("crm", [of("CSV", "Adatum")[1]])):
            with open(os.path.join(folder, name), "wb") as handle:
                handle.writelines(pieces if name == side else content)
        with open(os.path.join(folder, "said"), "wb") as said:
            child = subprocess.Popen([PROGRAM, "sync", "-o", "out", "--new-ledger"], cwd=folder, stdout=subprocess.DEVNULL,
                                     stderr=said)
            _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        with open(os.path.join(folder, "said"), encoding="utf-8", errors="replace") as said:
            lines = said.read().strip().split("\n")
        peak = usage.ru_maxrss // 1024
        if child.returncode != 3:
            return "status %d: %s" % (child.returncode, lines[0][:300]), peak
        if sorted(os.listdir(folder)) != ["couplet.xml", "crm", "erp", "said"]:
            return "written: %s" % sorted(os.listdir(folder)), peak
        if message is not None and lines != [message]:
            return "said: %s" % [line[:300] for line in lines], peak
        return ("%d MiB" % peak if peak >= 1024 else None), peak


def main():
    failed, most = False, 0
    for cases in doctype_cases(), gzip_cases(), large_cases(), deep_cases():
        for name, side, pieces, message in cases:
            problem, peak = try_case(side, pieces, message)
            failed |= problem is not None
            most = max(most, peak)
            print("%s - %s%s" % ("not ok" if problem else "ok", name, ": " + problem if problem else ""))
    print("# at most %d MiB" % most)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
