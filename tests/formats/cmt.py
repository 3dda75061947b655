#!/usr/bin/env python3
"""Configuration Migration packages that the golden cases write, byte by byte: cmt.py [--update] PROGRAM

Every rule of section 3 of part 5 that can be seen in a file is checked here with Python's own zip and
xml modules and the bytes themselves.  What a package says is compared with expected-packages/ of its
case: data and schema as they are, as the packed bytes are zlib's.  Besides: every cell of the real
packages is what Python reads, and the decisions of 5-3-cronus-in-packages are those of the same world
in CSV.
"""
import csv
import datetime
import glob
import html
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(os.path.dirname(HERE), "golden")
NS = {"c": "urn:couplet:setup:1"}
MANIFEST = {"m": "urn:couplet:manifest:1"}
PARTS = ["data.xml", "data_schema.xml", "[Content_Types].xml"]
CONTENT_TYPES = (b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/'
                 b'package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /></Types>')
GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}"

# 3.3: what a value of a type may look like.
FORMS = {
    "guid": GUID, "entityreference": GUID, "owner": GUID,
    "number": r"-?(0|[1-9]\d*)", "optionsetvalue": r"-?\d+", "state": r"-?\d+", "status": r"-?\d+",
    "decimal": r"-?\d+(\.\d+)?", "money": r"-?\d+(\.\d+)?", "float": r"-?\d+(\.\d+)?",
    "bool": r"True|False", "datetime": STAMP + "Z|" + r"\d{4}-\d\d-\d\dT00:00:00\.0000000",
    "optionsetvaluecollection": r"\[-1(,-?\d+)*,-1\]", "imagedata": r"[A-Za-z0-9+/]*={0,2}",
}
TYPES = set(FORMS) | {"string"}
# Of the package at hand: by entity and field, the tables that a look-up may refer to.
LOOKUPS = {}
SYSTEM = {"createdon", "createdby", "modifiedon", "modifiedby", "createdonbehalfby", "modifiedonbehalfby", "owninguser",
          "owningteam", "owningbusinessunit", "versionnumber", "exchangerate", "timezoneruleversionnumber",
          "utcconversiontimezonecode"}


class Wrong(Exception):
    pass


def must(condition, what):
    if not condition:
        raise Wrong(what)


def read_members(data):
    """3.1, from the bytes: plain zip32, sizes and checksums in the local headers, the same time in each."""
    members = {}
    at = 0
    while data[at:at + 4] == b"PK\3\4":
        version, flags, method, time, date, crc, packed, size, name_len, extra = struct.unpack_from("<5H3I2H", data, at + 4)
        name = data[at + 30:at + 30 + name_len].decode("ascii")
        must(version == 20 and flags in (0, 2) and method == 8 and extra == 0, "local header of %s" % name)
        must((time, date) == (0, 0x21), "time of %s" % name)
        begin = at + 30 + name_len
        text = zlib.decompress(data[begin:begin + packed], -15)
        must(len(text) == size and zlib.crc32(text) == crc, "size or checksum of %s" % name)
        must(name not in members, "%s twice" % name)
        members[name] = text
        at = begin + packed
    must(data[at:at + 4] == b"PK\1\2", "something between members and directory")
    must(len(data) > 22 and data[-22:-18] == b"PK\5\6", "no end record, or a comment")
    entries, size, begin = struct.unpack_from("<HII", data, len(data) - 12)
    must(begin == at and begin + size + 22 == len(data) and entries == len(members), "end record")
    return members


def check_archive(path, data):
    members = read_members(data)
    must(list(members) == PARTS, "members %s" % list(members))
    with zipfile.ZipFile(path) as archive:
        must(archive.testzip() is None and archive.namelist() == PARTS, "zipfile")
        for info in archive.infolist():
            must(info.external_attr == 0 and info.extra == b"" and info.comment == b"" and info.create_system == 0,
                 "directory entry of %s" % info.filename)
            must(archive.read(info) == members[info.filename], "directory and local header differ")
    must(members["[Content_Types].xml"] == CONTENT_TYPES and len(CONTENT_TYPES) == 191, "[Content_Types].xml")
    return members


def encode(text):
    """HTML encoding of 3.3, once."""
    out = []
    for c in text:
        if c in '&<>"':
            out.append({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}[c])
        else:
            out.append("&#%d;" % ord(c) if c == "'" or 160 <= ord(c) <= 255 else c)
    return "".join(out)


def check_schema(data, setup):
    """3.4; the fields of each entity with their types."""
    must(data.startswith(b"<entities >\n") and not data.startswith(b"\xef\xbb\xbf"), "root of data_schema.xml")
    must(b"dateMode" not in data, "dateMode")
    root = ET.fromstring(data)
    entities = {}
    LOOKUPS.clear()
    for entity in root.findall("entity"):
        name = entity.get("name")
        names = list(entity.attrib)
        must(names == ["name", "displayname", "etc", "primaryidfield", "primarynamefield", "disableplugins"],
             "attributes of %s: %s" % (name, names))
        must(re.fullmatch(r"[a-z][a-z0-9_]*", name) and name not in entities, "entity %s" % name)
        must(re.fullmatch(r"\d+", entity.get("etc")), "etc of %s" % name)
        must({"account": "1", "contact": "2"}.get(name, entity.get("etc")) == entity.get("etc"), "etc of %s" % name)
        must(entity.get("displayname") and entity.get("disableplugins") == "false", "displayname, disableplugins")
        entities[name] = check_fields(entity, table_of(setup, name))
    must([child.tag for child in root] == ["entity"] * len(entities) + ["entityImportOrder"], "children of the schema's root")
    must([child.text for child in root.find("entityImportOrder")] == list(entities), "entityImportOrder")
    check_order(entities)
    return entities


def check_fields(entity, table):
    fields = {}
    primary = entity.get("primaryidfield")
    uid = next(field.get("name") for field in table.findall("c:field", NS) if field.get("role") == "uid")
    must(primary == uid.lower(), "primaryidfield %s" % primary)
    for field in entity.find("fields"):
        name, kind = field.get("name"), field.get("type")
        must(field.tag == "field" and field.get("displayname"), "field %s" % name)
        must(re.fullmatch(r"[a-z][a-z0-9_]*", name) and name not in fields, "field %s" % name)
        must(kind in TYPES, "type %s of %s" % (kind, name))
        must(name not in SYSTEM and not (kind == "money" and name.endswith("_base")), "system field %s" % name)
        must((field.get("primaryKey") == "true") == (name == primary) and field.get("primaryKey") in (None, "true"), "primaryKey")
        must((field.get("updateCompare") == "true") == (name == primary), "updateCompare of %s" % name)
        must(kind == "guid" or name != primary, "the primary id is no guid")
        must(kind == "entityreference" or field.get("lookupType") is None, "lookupType of %s" % name)
        must(kind != "entityreference" or re.fullmatch(r"[a-z0-9_]+(\|[a-z0-9_]+)*", field.get("lookupType") or ""),
             "lookupType of %s" % name)
        must(field.get("customfield") in (None, "true") and field.get("dateMode") is None, "attributes of %s" % name)
        fields[name] = kind
        if field.get("lookupType"):
            LOOKUPS[entity.get("name"), name] = field.get("lookupType").split("|")
    return fields


def check_order(entities):
    """3.5: parents first, where no two refer to each other."""
    refers = {(name, target) for (name, _), targets in LOOKUPS.items() for target in targets if name != target}
    order = list(entities)
    for name, target in refers:
        if name in order and target in order and (target, name) not in refers:
            must(order.index(target) < order.index(name), "%s, to which %s refers, comes later" % (target, name))


def table_of(setup, name):
    return next(table for table in setup.find("c:crm", NS).findall("c:table", NS) if table.get("name").lower() == name)


def check_data(data, entities, now):
    """3.2."""
    must(data.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<entities '), "begin of data.xml")
    must(b"\r" not in data and b"\t" not in data, "raw line ends or tabs")
    root = ET.fromstring(data)
    moment = datetime.datetime.strptime(root.get("timestamp"), "%Y-%m-%dT%H:%M:%S.%f0Z")
    must(re.fullmatch(STAMP + "Z", root.get("timestamp")) and moment == now, "timestamp %s" % root.get("timestamp"))
    must([entity.get("name") for entity in root] == list(entities), "entities %s" % [entity.get("name") for entity in root])
    records = {}
    for entity in root:
        name = entity.get("name")
        must(list(entity.attrib) == ["name", "displayname"] and entity.get("displayname"), "attributes of %s" % name)
        must([child.tag for child in entity] == ["records", "m2mrelationships"] and not len(entity[1]), "children of %s" % name)
        must(len(entity[0]) > 0, "no record of %s" % name)
        ids = [check_record(record, name, entities[name]) for record in entity[0]]
        must(len(set(ids)) == len(ids), "two records of one row in %s" % name)
        records[name] = ids
    check_raw(data)
    return records


def check_record(record, entity, fields):
    identity = record.get("id")
    must(record.tag == "record" and list(record.attrib) == ["id"] and re.fullmatch(GUID, identity), "record %s" % identity)
    must(record[0].get("name") == next(iter(fields)) and record[0].get("value") == identity, "id of %s" % identity)
    names = [field.get("name") for field in record]
    must(len(set(names)) == len(names), "a field twice in %s" % identity)
    for field in record:
        kind = fields.get(field.get("name"))
        value = field.get("value")
        must(field.tag == "field" and kind, "%s is not in the schema" % field.get("name"))
        must(value != "" and value is not None, "a blank %s: it is not known what that does" % field.get("name"))
        must(kind == "string" or re.fullmatch(FORMS[kind], value), "%s %r" % (kind, value))
        must(kind != "string" or encode(html.unescape(value)) == value, "encoding of %r" % value)
        lookup = ["lookupentity", "lookupentityname"] if kind in ("entityreference", "owner") else []
        must(list(field.attrib) == ["name", "value"] + lookup and all(field.get(name) for name in lookup),
             "attributes of %s in %s: %s" % (field.get("name"), entity, list(field.attrib)))
        must(not re.search("&(amp|lt|gt|quot|#\\d+);", field.get("lookupentityname") or ""),
             "HTML in the name of %s" % field.get("name"))
        targets = LOOKUPS.get((entity, field.get("name")))
        must(not lookup or not targets or field.get("lookupentity") in targets, "lookupentity of %s" % field.get("name"))
    return identity


def check_raw(data):
    """What a parser hides: line ends in values are references, and nothing but values needs any."""
    text = data.decode("utf-8")
    must(not text.startswith("\ufeff") and "<!" not in text and text.count("<?") == 1, "mark, comments or sections")
    for value in re.findall(r'="([^"]*)"', text):
        must("\n" not in value, "a raw line end in %r" % value)
        for reference in re.findall(r"&[^;]*;", value):
            must(reference in ("&amp;", "&lt;", "&gt;", "&quot;", "&#xD;", "&#xA;", "&#x9;"), "reference %s" % reference)


def check_changes(folder, records):
    """Each row that is created or updated is in the package, and no other."""
    with open(os.path.join(folder, "changes.csv"), encoding="utf-8", newline="") as handle:
        wanted = {line["crm_id"] for line in csv.DictReader(handle)
                  if line["side"] == "crm" and line["action"] in ("create", "update", "link")}
    found = {identity for ids in records.values() for identity in ids}
    must(found <= wanted, "rows that changes.csv does not have: %s" % sorted(found - wanted)[:3])


def check_package(path, setup, folder):
    with open(path, "rb") as handle:
        data = handle.read()
    must(re.fullmatch(r"\d\d+-crm\.zip", os.path.basename(path)), "name of the file")
    members = check_archive(path, data)
    manifest = ET.parse(os.path.join(folder, "manifest.xml")).getroot()
    now = datetime.datetime.strptime(re.sub(r"\.\d+", "", manifest.get("now")), "%Y-%m-%dT%H:%M:%SZ")
    fraction = re.search(r"\.(\d+)Z", manifest.get("now"))
    now += datetime.timedelta(milliseconds=int(fraction.group(1)) if fraction else 0)
    entities = check_schema(members["data_schema.xml"], setup)
    records = check_data(members["data.xml"], entities, now)
    check_changes(folder, records)
    return members


def compare(expected, name, text, update):
    path = os.path.join(expected, name)
    if update:
        os.makedirs(expected, exist_ok=True)
        with open(path, "wb") as handle:
            handle.write(text)
        return
    with open(path, "rb") as handle:
        must(handle.read() == text, "differs from expected-packages/%s" % name)


def check_case(program, case, update):
    """The problems of a case, by file."""
    setup = ET.parse(os.path.join(case, "couplet.xml")).getroot()
    expected = os.path.join(case, "expected-packages")
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(scratch, "tests", "golden", os.path.basename(case))
        shutil.copytree(case, folder)
        with open(os.path.join(case, "args"), encoding="utf-8") as handle:
            args = handle.read().split("\n")[:-1]
        subprocess.run([program, *args], cwd=folder, capture_output=True, timeout=120)
        out = os.path.join(folder, "out")
        found = sorted(glob.glob(os.path.join(out, "crm", "*-crm.zip")))
        must(len(found) <= 1, "two packages")
        there = set()
        for path in found:
            try:
                members = check_package(path, setup, out)
                for part in PARTS[:2]:
                    name = os.path.basename(path).replace(".zip", "." + part)
                    there.add(name)
                    compare(expected, name, members[part], update)
                yield os.path.basename(path), None
            except (Wrong, OSError, StopIteration, ET.ParseError, UnicodeError, zlib.error, struct.error,
                    zipfile.BadZipFile) as error:
                yield os.path.basename(path), "%s: %s" % (type(error).__name__, error)
        missing = sorted(set(os.listdir(expected) if os.path.isdir(expected) else ()) - there)
        yield "files", "not written: %s" % missing if missing else None


# Real packages, cell by cell

def iso(text):
    for form in ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y"):
        try:
            return datetime.datetime.strptime(text, form).strftime("%Y-%m-%dT%H:%M:%S")
        except ValueError:
            pass
    return text


def cells_of(archive):
    """Entity by entity: header and rows as convert must have them."""
    schema = ET.fromstring(archive.read("data_schema.xml"))
    types = {entity.get("name"): {field.get("name"): field.get("type") for field in entity.findall("fields/field")}
             for entity in schema}
    for entity in ET.fromstring(archive.read("data.xml").strip()):
        columns = types.get(entity.get("name"), {})
        rows = []
        for record in entity.findall("records/record"):
            row = {}
            for field in record.findall("field"):
                text = html.unescape(field.get("value"))
                row[field.get("name")] = iso(text) if columns.get(field.get("name")) == "datetime" else text
            rows.append(row)
        yield entity.get("name"), rows


def check_cells(program, path):
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        for name, rows in cells_of(archive):
            out = os.path.join(folder, "out.csv")
            done = subprocess.run([program, "convert", path, out, "--table", name], capture_output=True)
            must(done.returncode == 0, done.stderr.decode("utf-8", "replace"))
            with open(out, encoding="utf-8", newline="") as handle:
                got = [{column: text for column, text in row.items() if text} for row in csv.DictReader(handle)]
            os.remove(out)
            must(len(got) == len(rows), "%s: %d records" % (name, len(got)))
            for number, (one, other) in enumerate(zip(rows, got)):
                one = {column: text for column, text in one.items() if text}
                must(one == other, "%s, record %d: %s" % (name, number + 1, sorted(set(one.items()) ^ set(other.items()))[:2]))


# Real packages, written again

WORLD = """<setup xmlns="urn:couplet:setup:1"><ledger path="ledger.csv"/>
  <erp><table name="T" id="1"><source path="t.csv"/><field name="No." role="key"/></table></erp>
  <crm kind="dataverse"><table name="%s"><source path="in.zip"/><field name="%s" type="Guid" role="uid"/></table></crm>
</setup>
"""
SET_BY_SYSTEM = re.compile("_base$|^(created|modified)(on|by|onbehalfby)$|^owning|^(%s)$" % "|".join(SYSTEM))


def read_again(program, folder, name, *args):
    done = subprocess.run([program, "-q", "-s", "couplet.xml", "convert", *args, "--table", name], cwd=folder,
                          capture_output=True)
    must(done.returncode == 0, done.stderr.decode("utf-8", "replace"))
    if not args[1].endswith(".csv"):
        return None
    with open(os.path.join(folder, args[1]), encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def check_again(program, path):
    """Types, names and options of undeclared fields come out of data_schema.xml: what is written again is the same."""
    with zipfile.ZipFile(path) as archive:
        schema = ET.fromstring(archive.read("data_schema.xml"))
        data = ET.fromstring(archive.read("data.xml").strip())
    large = {entity.get("name") for entity in data if len(entity.findall("records/record")) > 5}
    for entity in schema.findall("entity"):
        name = entity.get("name")
        if name not in large:
            continue
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(path, os.path.join(folder, "in.zip"))
            with open(os.path.join(folder, "couplet.xml"), "w", encoding="utf-8") as handle:
                handle.write(WORLD % (name, entity.get("primaryidfield")))
            read_again(program, folder, name, "in.zip", "again.zip")
            rows, again = (read_again(program, folder, name, *args) for args in (("in.zip", "1.csv"), ("again.zip", "2.csv")))
        must(len(rows) == len(again) > 5, "%s: %d records became %d" % (name, len(rows), len(again)))
        for row, other in zip(rows, again):
            lost = [field for field, text in row.items() if text and other.get(field) != text and not SET_BY_SYSTEM.search(field)]
            must(not lost, "%s: %s" % (name, [(field, row[field], other.get(field)) for field in lost[:3]]))


# The same decisions in either format

def decisions(case, setup):
    fields = {}
    for side in ("erp", "crm"):
        for table in setup.find("c:" + side, NS).findall("c:table", NS):
            for field in table.findall("c:field", NS):
                fields.setdefault((side, field.get("name")), field)
    with open(os.path.join(case, "expected", "changes.csv"), encoding="utf-8", newline="") as handle:
        # To which table a look-up refers goes with the look-up in packages.
        lines = [line for line in csv.DictReader(handle) if not line["field"].endswith("idtype")]
    return [[line[name] for name in ("mapping", "direction", "action", "side", "erp_key", "crm_id", "field", "base", "rule")]
            + [plain(fields.get((line["side"], line["field"])), line[name]) for name in ("old", "new")] for line in lines]


def plain(field, text):
    kind = field.get("type") if field is not None else None
    if kind == "Option":
        return next((option.get("name") for option in field if option.get("value") == text), text)
    if kind == "Boolean":
        return {"yes": "true", "no": "false"}.get(text.casefold(), text.casefold())
    if kind == "Decimal" and text:
        return str(float(text.replace(",", "")))
    return text


def check_same_decisions(mine, others):
    setup = ET.parse(os.path.join(GOLDEN, mine, "couplet.xml")).getroot()
    mine, others = decisions(os.path.join(GOLDEN, mine), setup), decisions(os.path.join(GOLDEN, others), setup)
    for a, b in zip(mine, others):
        if a != b:
            return "%s, but %s" % (a, b)
    return None if len(mine) == len(others) and mine else "%d changes, but %d" % (len(mine), len(others))


def main():
    update = sys.argv[1] == "--update"
    program = os.path.abspath(sys.argv[2 if update else 1])
    failed = checked = 0

    def tell(name, problem):
        nonlocal failed
        failed += problem is not None
        print("%s - %s%s" % ("not ok" if problem else "ok", name, ": " + problem if problem else ""))

    for args in sorted(glob.glob(os.path.join(GOLDEN, "*", "args"))):
        case = os.path.dirname(args)
        setup = os.path.join(case, "couplet.xml")
        if not os.path.exists(setup) or 'import format="cmt"' not in open(setup, encoding="utf-8").read():
            continue
        for name, problem in check_case(program, case, update):
            checked += name != "files"
            tell("%s %s" % (os.path.basename(case), name), problem)
    tell("cases write packages", None if checked else "none does")
    for path in sorted(glob.glob(os.path.join(HERE, "real", "*.zip"))):
        try:
            check_cells(program, path)
            check_again(program, path)
            tell("cells of %s" % os.path.basename(path), None)
        except Wrong as error:
            tell("cells of %s" % os.path.basename(path), str(error))
    if os.path.isdir(os.path.join(GOLDEN, "5-3-cronus-in-packages")):
        tell("decisions do not depend on the format", check_same_decisions("5-3-cronus-in-packages", "p12-cronus-weekend"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
