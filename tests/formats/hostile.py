#!/usr/bin/env python3
"""Hostile and damaged zip archives and CMT packages, and what is said to them: hostile.py PROGRAM; prints TAP

Each is an export of a small world.  The message is whole, the exit status 3, nothing is written, and
the program takes less than 1 GiB.
"""
import io
import os
import resource
import struct
import subprocess
import sys
import tempfile
import warnings
import zipfile
import zlib

warnings.filterwarnings("ignore", message="Duplicate name")

PROGRAM = os.path.abspath(sys.argv[1])
SETUP = """<setup xmlns="urn:couplet:setup:1">
  <ledger path="ledger.csv"/>
  <erp>
    <table name="Customer"><source path="customers.csv"/>
      <field name="No." type="Code" role="key"/>
    </table>
  </erp>
  <crm>
    <table name="account"><source path="crm.zip"%s/>
      <field name="accountid" type="Guid" role="uid"/>
      <field name="name"/>
    </table>
  </crm>
  <mapping name="CUSTOMER" table="Customer" integration-table="account" direction="Bidirectional">
    <field table-field="Name" integration-field="name"/>
  </mapping>
</setup>
"""
ID = "a1000000-0000-4000-8000-000000000001"
DATA = ('<entities timestamp="2026-03-01T09:00:00.0000000Z"><entity name="account" displayname="Account"><records>%s'
        '</records><m2mrelationships /></entity></entities>')
RECORD = '<record id="%s"><field name="accountid" value="%s" /><field name="name" value="Adatum" /></record>'
SCHEMA = ('<entities ><entity name="account" displayname="Account" etc="1" primaryidfield="accountid" primarynamefield="name" '
          'disableplugins="false"><fields><field displayname="Account" name="accountid" type="guid" primaryKey="true" />'
          '<field displayname="Name" name="name" type="string" /></fields></entity></entities>')
CSV = "accountid,name\n%s,Adatum\n" % ID
DAMAGED = "the zip archive is damaged or cut short; copy or export it again"


def pack(*members, method=zipfile.ZIP_DEFLATED, **attributes):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, text in members:
            info = zipfile.ZipInfo(name, (2026, 3, 1, 9, 0, 0))
            info.compress_type = method
            for attribute, value in attributes.items():
                setattr(info, attribute, value)
            archive.writestr(info, text)
    return bytearray(out.getvalue())


def package(records=RECORD % (ID, ID), schema=SCHEMA, data=None):
    return pack(("data.xml", data if data is not None else DATA % records), ("data_schema.xml", schema))


def entry(data, number):
    """Where an entry of the directory begins."""
    at = struct.unpack_from("<I", data, len(data) - 6)[0]
    for _ in range(number):
        name, extra, comment = struct.unpack_from("<3H", data, at + 28)
        at += 46 + name + extra + comment
    return at


def patch(data, at, form, *values):
    struct.pack_into(form, data, at, *values)
    return data


def with_name(name):
    """A member called so, in both places, whatever a library would make of it."""
    data = pack(("x" * len(name), CSV))
    return data.replace(b"x" * len(name), name)


def encrypted():
    data = pack(("account.csv", CSV))
    patch(data, 6, "<H", 1)
    return patch(data, entry(data, 0) + 8, "<H", 1)


def other_method():
    data = pack(("account.csv", CSV))
    patch(data, 8, "<H", 12)
    return patch(data, entry(data, 0) + 10, "<H", 12)


def wrong_checksum():
    data = pack(("account.csv", CSV))
    return patch(data, entry(data, 0) + 16, "<I", 12345)


def larger_than_told():
    data = pack(("account.csv", CSV))
    return patch(data, entry(data, 0) + 24, "<I", 5)


def smaller_than_told():
    data = pack(("account.csv", CSV))
    return patch(data, entry(data, 0) + 24, "<I", 5000)


def damaged_data():
    data = pack(("account.csv", CSV * 50))
    data[30 + len("account.csv") + 20] ^= 0xff
    return data


def beyond_the_file():
    data = pack(("account.csv", CSV))
    return patch(data, entry(data, 0) + 20, "<I", 10000000)


def zip64_without_field():
    data = pack(("account.csv", CSV))
    return patch(data, entry(data, 0) + 24, "<I", 0xffffffff)


def zip64_end_elsewhere():
    data = pack(("account.csv", CSV))
    locator = b"PK\6\7" + struct.pack("<IQI", 0, 2 ** 63, 1)
    end = data[-22:]
    struct.pack_into("<I", end, 16, 0xffffffff)
    return data[:-22] + locator + end


def zip64_lies(size):
    """A whole second end record and sizes in extra fields."""
    name = b"account.csv"
    packed = zlib.compress(CSV.encode(), 9)[2:-4]
    crc = zlib.crc32(CSV.encode())
    data = b"PK\3\4" + struct.pack("<5H3I2H", 45, 0, 8, 0, 0x21, crc, len(packed), len(CSV), len(name), 0) + name + packed
    directory = len(data)
    extra = struct.pack("<2HQ", 1, 8, size)
    data += b"PK\1\2" + struct.pack("<6H3I5H2I", 45, 45, 0, 8, 0, 0x21, crc, len(packed), 0xffffffff, len(name), len(extra),
                                   0, 0, 0, 0, 0) + name + extra
    length = len(data) - directory
    end64 = len(data)
    data += b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1, 1, length, directory)
    data += b"PK\6\7" + struct.pack("<IQI", 0, end64, 1)
    return data + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 1, 1, 0xffffffff, 0xffffffff, 0)


def bomb(size):
    """A gigabyte of blanks and more, told truly."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = b" " * 1048576
    packed = b"".join(packer.compress(block) for _ in range(size)) + packer.flush()
    crc = 0
    for _ in range(size):
        crc = zlib.crc32(block, crc)
    name = b"account.csv"
    local = struct.pack("<5H3I2H", 20, 0, 8, 0, 0x21, crc, len(packed), size << 20, len(name), 0)
    data = b"PK\3\4" + local + name + packed
    central = b"PK\1\2" + struct.pack("<H", 20) + local + struct.pack("<3H2I", 0, 0, 0, 0, 0) + name
    return data + central + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 1, 1, len(central), len(data), 0)


def overlapping():
    """Two members of the same bytes, as the best bombs are made."""
    data = pack(("account.csv", CSV), ("account.txt", CSV))
    return patch(data, entry(data, 1) + 42, "<I", 0)


def inside_the_directory():
    data = pack(("account.csv", CSV))
    return patch(data, entry(data, 0) + 42, "<I", entry(data, 0))


def long_cell(size):
    """One value of so many MiB."""
    value = "x" * (size << 20)
    return package(RECORD.replace("Adatum", value) % (ID, ID))


LIST = 'couplet.xml:9: table account: source "crm.zip": %s'
CASES = [
    ("empty file", b"", "couplet: crm.zip: the file is empty, not even a header line; export it with headers"),
    ("only a magic", b"PK\3\4", "couplet: crm.zip: " + DAMAGED),
    ("an empty archive", pack(), LIST % "no member of the archive is called as the table; it is empty: export it again"),
    ("cut in the middle", package()[:200], "couplet: crm.zip: " + DAMAGED),
    ("cut by a byte", package()[:-1], "couplet: crm.zip: " + DAMAGED),
    ("something behind it", package() + b"x", "couplet: crm.zip: " + DAMAGED),
    ("something before it", b"PK\3\4" + b"x" * 30 + package(), "couplet: crm.zip: " + DAMAGED),
    ("encrypted", encrypted(), "couplet: crm.zip/account.csv: is encrypted; pack it again without a password"),
    ("packed by bzip2", other_method(),
     "couplet: crm.zip/account.csv: is packed in a way that is not read; pack it again as plain zip (deflate)"),
    ("wrong checksum", wrong_checksum(),
     "couplet: crm.zip/account.csv: its checksum is wrong: the data is damaged; copy or export the archive again"),
    ("larger than told", larger_than_told(),
     "couplet: crm.zip/account.csv: unpacks to more than the archive says; it is damaged, or means harm"),
    ("smaller than told", smaller_than_told(),
     "couplet: crm.zip/account.csv: the packed data is damaged; copy or export the archive again"),
    ("damaged data", damaged_data(),
     "couplet: crm.zip/account.csv: the packed data is damaged; copy or export the archive again"),
    ("packed size beyond the file", beyond_the_file(), "couplet: crm.zip: " + DAMAGED),
    ("zip64 size without its field", zip64_without_field(), "couplet: crm.zip: " + DAMAGED),
    ("zip64 end record elsewhere", zip64_end_elsewhere(), "couplet: crm.zip: " + DAMAGED),
    ("zip64 size that is a bomb", zip64_lies(2 ** 40),
     "couplet: crm.zip/account.csv: unpacks to more than 500 times its size, or 64 GiB, as no export does; look at it before "
     "you unpack it by hand"),
    ("zip64 size that is not so", zip64_lies(len(CSV) + 1),
     "couplet: crm.zip/account.csv: the packed data is damaged; copy or export the archive again"),
    ("zip64 that is right", bytes(zip64_lies(len(CSV))), None),
    ("a bomb of 1 GiB", bomb(1024),
     "couplet: crm.zip/account.csv: unpacks to more than 500 times its size, or 64 GiB, as no export does; look at it before "
     "you unpack it by hand"),
    ("members over each other", overlapping(),
     "couplet: crm.zip/account.csv: this member lies over the next one; the archive is damaged, or means harm"),
    ("a member within the directory", inside_the_directory(), "couplet: crm.zip: " + DAMAGED),
    ("a name twice", pack(("account.csv", CSV), ("account.csv", CSV)),
     "couplet: crm.zip/account.csv: the archive has two members of this name, and nobody can tell which one is meant; pack "
     "it again"),
    ("a symbolic link", pack(("account.csv", "/etc/passwd"), create_system=3, external_attr=0o120777 << 16),
     "couplet: crm.zip/account.csv: this member is a symbolic link; pack the file itself"),
    ("10,001 members", pack(*(("%d.csv" % i, "") for i in range(10001))),
     "couplet: crm.zip: holds more than 10,000 members; pack only what is to be read"),
    ("an archive within", pack(("account.csv", bytes(package()))),
     "couplet: crm.zip/account.csv: is a zip archive; unpack it: only exports are read from archives"),
    ("a workbook", pack(("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<w/>")),
     "couplet: crm.zip: is a workbook (xlsx), which is not read; export a RapidStart configuration package instead, or save "
     "the sheet as CSV"),
    ("no member of that name", pack(("a.csv", CSV), ("b.csv", CSV), ("c.png", "")),
     LIST % 'no member of the archive is called as the table; it holds "a.csv", "b.csv", "c.png"; name the members in '
            'member="..."'),
    ("data without the entity", package(data="<entities><entity name='contact'><records/></entity></entities>",
                                        schema="<entities/>"),
     'couplet: crm.zip/data.xml: holds no entity "account", but contact; export that entity too, or name the table as the '
     'package does'),
    ("a record without an id", package('<record><field name="name" value="x"/></record>'),
     'crm.zip/data.xml:1: the id "" of the record is no GUID; export the package again'),
    ("a record with another id", package(RECORD % (ID, ID.replace("1", "2"))),
     'crm.zip/data.xml:1: the id of the record is not the "%s" of its primary id field, so that nobody can tell which row '
     'is meant; export it again' % ID.replace("1", "2")),
    ("a field twice", package((RECORD % (ID, ID)).replace("</record>", '<field name="name" value="x"/></record>')),
     'crm.zip/data.xml:1: field "name": given twice in one record; export it once'),
    ("a field without a name", package((RECORD % (ID, ID)).replace("</record>", '<field value="x"/></record>')),
     "crm.zip/data.xml:1: a field without a name; export the package again"),
    ("a row twice", package(RECORD % (ID, ID) * 2), None),
    ("a document type", package(data='<!DOCTYPE x [<!ENTITY a "b">]>' + DATA % ""),
     "crm.zip/data.xml:1: a document type (<!DOCTYPE>) is refused; export the file without it"),
    ("a schema with a document type", package(schema='<!DOCTYPE x SYSTEM "file:///etc/passwd"><entities/>'),
     "crm.zip/data_schema.xml:1: a document type (<!DOCTYPE>) is refused; export the file without it"),
    ("a schema that ends", package(schema=SCHEMA[:100]), "crm.zip/data_schema.xml:1: column 101: not well-formed XML: "
     "Specification mandates value for attribute primaryna; export the file again"),
    ("data without a schema", pack(("data.xml", DATA % (RECORD % (ID, ID)))), None),
    ("deep nesting", package(data="<entities>" + "<entity>" * 300 + "</entity>" * 300 + "</entities>"),
     "crm.zip/data.xml:1: elements are more than 256 deep inside each other; export flat records"),
    ("a cell of 70 MiB", long_cell(70), "crm.zip/data.xml:1: a tag of more than 64 MiB; leave such values out of the "
     "export"),
]
for name in (b"../account.csv", b"/account.csv", b"a/../../account.csv", b"C:\\account.csv", b"..\\account.csv", b"./account.csv"):
    shown = name.decode().replace("\\", "/")
    CASES.append(("the name " + name.decode(), with_name(name), "couplet: crm.zip/%s: the name of this member leads out of the "
                  "archive; who made it means harm, or it is damaged" % shown))


def try_case(name, archive, message):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in (("couplet.xml", (SETUP % "").encode()), ("customers.csv", b"No.,Name\nC1,Adatum\n"),
                           ("crm.zip", bytes(archive))):
            with open(os.path.join(folder, path), "wb") as handle:
                handle.write(text)
        done = subprocess.run([PROGRAM, "sync", "-o", "out", "--new-ledger"], cwd=folder, capture_output=True, timeout=120)
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")
        written = sorted(os.listdir(folder))
        if message is None:
            if done.returncode != 0 and name != "a row twice":
                return "status %d: %s" % (done.returncode, said)
            return None
        if done.returncode != 3:
            return "status %d: %s" % (done.returncode, said)
        if written != ["couplet.xml", "crm.zip", "customers.csv"]:
            return "written: %s" % written
        if said != [message]:
            return "said: %s" % said
    return None


def main():
    failed = False
    for name, archive, message in CASES:
        problem = try_case(name, archive, message)
        failed |= problem is not None
        print("%s - %s%s" % ("not ok" if problem else "ok", name, ": " + problem if problem else ""))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    failed |= peak > 1048576
    print("%s - less than 1 GiB of memory: %d MiB" % ("not ok" if peak > 1048576 else "ok", peak // 1024))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
