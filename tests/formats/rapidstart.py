#!/usr/bin/env python3
"""Configuration packages that the golden cases write, byte by byte: rapidstart.py [--update] PROGRAM

Every rule of section 1 of part 5 that can be seen in a file is checked here with Python's own gzip and
xml modules and names made by an own reading of rule 1.4.  What a package says is compared with
expected-packages/ of its case: the text without gzip and in UTF-8, as the packed bytes are zlib's.
Besides: the decisions of 5-1-cronus-in-packages are those of p12-cronus-weekend, whose ERP is in CSV.
"""
import csv
import glob
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ET
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(os.path.dirname(HERE), "golden")
NS = {"c": "urn:couplet:setup:1"}
SYSTEM = {"SystemId", "SystemCreatedAt", "SystemCreatedBy", "SystemModifiedAt", "SystemModifiedBy"}
ROOT_ORDER = ["MinCountForAsyncImport", "ExcludeConfigTables", "ProcessingOrder", "LanguageID", "ProductVersion",
              "PackageName", "Code"]
# 1.3: the mappings themselves, and entries that are posted, not written by hand.
FORBIDDEN = {5335, 5336, 17, 21, 25, 32, 254, 271, 379, 380}
FIELD_ORDER = ["PrimaryKey", "ValidateField", "CreateMissingCodes", "ProcessingOrder"]

# What a value may look like; a decimal never has exactly three decimals.
FORMS = {
    "Integer": r"-?\d+", "BigInteger": r"-?\d+", "Option": r"-?\d+", "Boolean": r"[01]",
    "Decimal": r"-?\d+(\.(\d{1,2}|\d{4,}))?",
    "Date": r"\d{4}-\d\d-\d\d", "Time": r"\d\d:\d\d:\d\d(\.\d{3})?",
    "DateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z",
    "Duration": r"-?P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?",
    "DateFormula": r"<[^<> ]+>",
    "Guid": r"\{[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}\}",
    "Blob": r"[A-Za-z0-9+/]*={0,2}",
}


def element_name(name, most):
    """1.4 in its own steps, for characters that names of the cases have."""
    if not (name[0].isalpha() or name[0] in "_:"):
        name = "_" + name
    name = "".join(c if c.isalnum() or c in "_-.:·" or unicodedata.combining(c) else " " for c in name)
    for c in "?'`":
        name = name.replace(c, "")
    for c in "<>,./\\+&()%:":
        name = name.replace(c, " ")
    return name.replace("-", "_").replace(" ", "")[:most]


class Wrong(Exception):
    pass


def must(condition, what):
    if not condition:
        raise Wrong(what)


def unpack(data):
    """1.1: one member, whose header says nothing of when and where it was made."""
    must(data[:4] == b"\x1f\x8b\x08\x00", "gzip header %s" % data[:4].hex())
    must(data[4:8] == b"\0\0\0\0", "the gzip header holds a time")
    must(data[8] in (0, 2, 4) and data[9] in (0, 10), "gzip header ends with %s" % data[8:10].hex())
    member = zlib.decompressobj(15 + 16)
    text = member.decompress(data)
    must(member.eof and member.unused_data == b"", "not one gzip member")
    must(gzip.decompress(data) == text, "gzip trailer")
    return text


def decode(data):
    must(data[:2] == b"\xff\xfe", "no byte order mark of UTF-16LE")
    text = data[2:].decode("utf-16-le")
    must("\ufeff" not in text, "a second mark")
    return text


def check_layout(text):
    lines = text.split("\r\n")
    must(lines[0] == '<?xml version="1.0" encoding="UTF-16" standalone="yes"?>', "declaration %s" % lines[0])
    must(lines[-1] == "</DataList>", "the text does not end with </DataList>")
    must("\n" not in text.replace("\r\n", "") and "\r" not in text.replace("\r\n", ""), "lone line ends")
    depth = 0
    for line in lines[1:]:
        bare = line.lstrip(" ")
        depth -= bare.startswith("</")
        must(len(line) - len(bare) == 2 * depth, "indent of %s" % line)
        depth += re.fullmatch(r"<[^/!?][^>]*[^/]>", bare) is not None
    must("<!" not in text and text.count("<?") == 1, "comments, sections or instructions")


def check_root(root, setup_table, action):
    names = list(root.attrib)
    must(root.tag == "DataList", "root")
    must(names == [name for name in ROOT_ORDER if name in names], "attributes of the root: %s" % names)
    code, name = root.get("Code"), root.get("PackageName")
    must(code and code == code.strip().upper() and len(code) <= 20, "Code %r" % code)
    must(name and len(name) <= 50, "PackageName %r" % name)
    declared = setup_table.find("c:import", NS).get("package")
    must(not declared or code == declared.strip().upper(), "Code %s, not %s" % (code, declared))
    must(declared or action.upper() in code, "packages of one table have the same code")
    must(root.get("LanguageID") == "1033" and root.get("ProductVersion") == "", "LanguageID, ProductVersion")
    must(root.get("ExcludeConfigTables") == "1", "ExcludeConfigTables")
    must(int(root.get("MinCountForAsyncImport")) >= 10 ** 9, "MinCountForAsyncImport")
    must(len(root) == 1, "%d tables in a package" % len(root))


def check_list(found, setup_table):
    name = element_name(setup_table.get("name"), 250)
    must(found.tag == name + "List" and not found.attrib, "list %s" % found.tag)
    must(found[0].tag == "TableID" and not found[0].attrib and found[0].text == setup_table.get("id"), "TableID")
    must(int(found[0].text) <= 2000000000 and int(found[0].text) not in FORBIDDEN, "table %s" % found[0].text)
    records = list(found)[1:]
    must(records and all(record.tag == name for record in records), "elements beside records")
    must(not any(record.attrib for record in records), "attributes of a record")
    return records


def validated(setup, table, mapping_names):
    """Fields whose OnValidate runs, by the field mappings that may have written the file."""
    found = {}
    for mapping in setup.findall("c:mapping", NS):
        if mapping.get("table") != table or mapping.get("name") not in mapping_names:
            continue
        for field in mapping.findall("c:field", NS):
            if field.get("direction") != "ToIntegrationTable" and field.get("table-field"):
                found[field.get("table-field")] = field.get("validate-field") == "true"
    return found


def check_first(record, fields, keys, is_validated):
    for number, field in enumerate(record, 1):
        names = list(field.attrib)
        must(names == [name for name in FIELD_ORDER if name in names], "attributes of %s" % field.tag)
        name = fields[field.tag].get("name")
        must((field.get("PrimaryKey") == "1") == (name in keys) and field.get("PrimaryKey") in (None, "1"),
             "PrimaryKey of %s" % field.tag)
        must((field.get("ValidateField") == "1") == is_validated.get(name, False), "ValidateField of %s" % field.tag)
        must(field.get("ProcessingOrder") == str(number), "ProcessingOrder of %s" % field.tag)
        must(field.get("CreateMissingCodes") is None, "CreateMissingCodes")
    written = [fields[field.tag].get("name") for field in record]
    must(written[:len(keys)] == keys, "the key comes first, whole")


def check_value(field, text):
    kind = field.get("type") or "Text"
    if not text:
        return
    must(text == text.strip() or kind == "Text", "blanks around %r" % text)
    if kind in FORMS:
        must(re.fullmatch(FORMS[kind], text), "%s %r" % (kind, text))
    if kind == "Code":
        must(text == text.upper(), "Code %r" % text)
    if kind == "Option" and field.findall("c:option", NS):
        must(text in [option.get("value") for option in field.findall("c:option", NS)], "no such option %s" % text)
    if kind in ("Text", "Code"):
        must(text.strip(" \t\r\n"), "nothing but blanks, which the importer drops")
        must(len(text) <= int(field.get("length") or 2048), "%r is longer than its field" % text)
    if kind != "Blob":
        must(len(text) <= 2048, "more than 2048 characters")


def check_records(records, setup_table, is_validated, action):
    fields = {}
    for field in setup_table.findall("c:field", NS):
        name = element_name(field.get("name"), 30)
        must(name not in fields, "two fields come to %s" % name)
        fields[name] = field
    for field in records[0]:
        # Named in a mapping or template only: a Text.
        fields.setdefault(field.tag, ET.Element("field", {"name": field.tag}))
    keys = [field.get("name") for field in setup_table.findall("c:field", NS) if field.get("role") == "key"]
    first = [field.tag for field in records[0]]
    must(len(set(first)) == len(first) and all(len(name) <= 30 for name in first), "elements %s" % first)
    must(not SYSTEM & set(first), "system fields")
    check_first(records[0], fields, keys, is_validated)
    for number, record in enumerate(records):
        must([field.tag for field in record] == first, "record %d has other elements" % (number + 1))
        must(number == 0 or not any(field.attrib for field in record), "attributes in record %d" % (number + 1))
        must(not any(len(field) for field in record), "elements within a value")
        for field in record:
            check_value(fields[field.tag], field.text)
        key = [field.text for field in record if fields[field.tag].get("name") in keys]
        must(action == "create" or any(key), "record %d has no key" % (number + 1))
    # In ascending order of keys, so that the same world gives the same file.
    order = [",".join(field.text or "" for field in record if fields[field.tag].get("name") in keys) for record in records]
    must(order == sorted(order), "records are not in the order of their keys")


def check_package(path, setup, mapping_names):
    with open(path, "rb") as handle:
        data = handle.read()
    number, table, action = re.fullmatch(r"(\d+)-(.*)\.(create|update|link)\.rapidstart", os.path.basename(path)).groups()
    must(len(number) >= 2, "name of the file")
    setup_table = next(element for element in setup.find("c:erp", NS).findall("c:table", NS)
                       if re.sub(r"[^A-Za-z0-9_-]", "_", element.get("name")) == table)
    text = decode(unpack(data))
    check_layout(text)
    root = ET.fromstring(unpack(data))
    check_root(root, setup_table, action)
    records = check_list(root[0], setup_table)
    name = root.get("PackageName").rsplit(" ", 1)[0]
    must(name in mapping_names, "PackageName %s" % name)
    check_records(records, setup_table, validated(setup, setup_table.get("name"), [name]), action)
    return text.replace("\r\n", "\n")


def compare(expected, name, text, update):
    path = os.path.join(expected, name.replace(".rapidstart", ".xml"))
    if update:
        os.makedirs(expected, exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as handle:
            handle.write(text)
        return
    with open(path, encoding="utf-8", newline="") as handle:
        must(handle.read() == text, "differs from expected-packages/%s" % os.path.basename(path))


def check_case(program, case, update):
    """The problems of a case, by file."""
    setup = ET.parse(os.path.join(case, "couplet.xml")).getroot()
    expected = os.path.join(case, "expected-packages")
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(scratch, "case")
        shutil.copytree(case, folder)
        with open(os.path.join(case, "args"), encoding="utf-8") as handle:
            args = handle.read().split("\n")[:-1]
        subprocess.run([program, *args], cwd=folder, capture_output=True, timeout=120)
        with open(os.path.join(folder, "out", "jobs.csv"), encoding="utf-8", newline="") as handle:
            mapping_names = {job["mapping"] for job in csv.DictReader(handle)}
        found = sorted(glob.glob(os.path.join(folder, "out", "*", "*.rapidstart")))
        for path in found:
            name = os.path.basename(path)
            try:
                compare(expected, name, check_package(path, setup, mapping_names), update)
                yield name, None
            except (Wrong, OSError, StopIteration, ET.ParseError, UnicodeError, zlib.error) as error:
                yield name, "%s: %s" % (type(error).__name__, error)
        there = {os.path.basename(path).replace(".rapidstart", ".xml") for path in found}
        missing = sorted(set(os.listdir(expected) if os.path.isdir(expected) else ()) - there)
        yield "files", "not written: %s" % missing if missing else None


def decisions(case, setup):
    """The changes of a case without ids, with the values of packages as the setup's options and words have them."""
    fields = {}
    for side in ("erp", "crm"):
        for table in setup.find("c:" + side, NS).findall("c:table", NS):
            for field in table.findall("c:field", NS):
                fields.setdefault((side, field.get("name")), field)
    with open(os.path.join(case, "expected", "changes.csv"), encoding="utf-8", newline="") as handle:
        lines = list(csv.DictReader(handle))
    return [[line[name] for name in ("mapping", "direction", "action", "side", "erp_key", "field", "base", "rule")]
            + [plain(fields.get((line["side"], line["field"])), line[name]) for name in ("old", "new")] for line in lines]


def plain(field, text):
    text = re.sub(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "ID", text)
    kind = field.get("type") if field is not None else None
    if kind == "Option":
        return next((option.get("name") for option in field if option.get("value") == text), text)
    if kind == "Boolean":
        return {"1": "true", "0": "false", "yes": "true", "no": "false"}.get(text.casefold(), text)
    if kind == "Decimal" and text:
        return str(float(text.replace(",", "")))
    return text


def check_same_decisions():
    case = os.path.join(GOLDEN, "5-1-cronus-in-packages")
    setup = ET.parse(os.path.join(case, "couplet.xml")).getroot()
    mine, others = decisions(case, setup), decisions(os.path.join(GOLDEN, "p12-cronus-weekend"), setup)
    for a, b in zip(mine, others):
        if a != b:
            return "%s, but %s" % (a, b)
    return None if len(mine) == len(others) and mine else "%d changes, but %d" % (len(mine), len(others))


def main():
    update = sys.argv[1] == "--update"
    program = os.path.abspath(sys.argv[2 if update else 1])
    failed = checked = 0
    for args in sorted(glob.glob(os.path.join(GOLDEN, "*", "args"))):
        case = os.path.dirname(args)
        setup = os.path.join(case, "couplet.xml")
        if not os.path.exists(setup) or 'import format="rapidstart"' not in open(setup, encoding="utf-8").read():
            continue
        for name, problem in check_case(program, case, update):
            failed += problem is not None
            checked += name != "files"
            print("%s - %s %s%s" % ("not ok" if problem else "ok", os.path.basename(case), name, ": " + problem if problem else ""))
    problem = check_same_decisions() if checked else "no case writes packages"
    failed += problem is not None
    print("%s - decisions do not depend on the format%s" % ("not ok" if problem else "ok", ": " + problem if problem else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
