#!/usr/bin/env python3
"""The default setup that init writes (1.2).

  check     on exports that have the columns it declares, and no records, check finds nothing
  reset     init --reset prints each mapping as the setup has it
  cases     the mappings in the golden cases standard-* are those of the default setup (but where a file
            changed-setup says why not), and the setup of ts028-default-directions is the whole of it
  engine    no table of it is named in the engine's code
"""
import glob
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NS = {"c": "urn:couplet:setup:1"}
failed = 0


def say(name, wrong):
    global failed
    failed += bool(wrong)
    print("%s - %s" % ("not ok" if wrong else "ok", name))
    for line in wrong or []:
        print("  # " + line)


def run(program, folder, *arguments):
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True)


def mappings(root):
    return {element.get("name"): element for element in root
            if element.tag.endswith("}mapping") or element.tag.endswith("}option-mapping")}


def content(element):
    """What a mapping says: attributes and children, without what depends on the other mappings of its setup."""
    attributes = {name: value for name, value in element.attrib.items() if name not in ("depends-on", "enabled")}
    children = [content(child) for child in element if child.get("status") != "Disabled"]
    return element.tag, sorted(attributes.items()), (element.text or "").strip(), children


def make_exports(folder, root):
    for side in ("erp", "crm"):
        for table in root.find("c:" + side, NS).findall("c:table", NS):
            path = os.path.join(folder, table.find("c:source", NS).get("path").replace("*", ""))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as handle:
                handle.write(",".join(field.get("name") for field in table.findall("c:field", NS)) + "\n")


def check_setup(program, scratch, ownership):
    folder = os.path.join(scratch, ownership)
    made = run(program, scratch, "-q", "init", "--ownership", ownership, folder)
    root = ET.parse(os.path.join(folder, "couplet.xml")).getroot()
    make_exports(folder, root)
    checked = run(program, folder, "check")
    wrong = made.returncode or checked.returncode or "no findings" not in checked.stdout
    say("check: " + ownership, (made.stderr + checked.stdout + checked.stderr).splitlines() if wrong else None)
    return root


def check_reset(program, scratch, ownership, root):
    for name, element in mappings(root).items():
        printed = run(program, scratch, "init", "--ownership", ownership, "--reset", name).stdout
        bare = re.sub(r"<!--.*?-->", "", printed, flags=re.S)
        again = ET.fromstring('<setup xmlns="%s">%s</setup>' % (NS["c"], bare))[0]
        say("reset: %s, %s" % (ownership, name),
            None if ET.tostring(again).strip() == strip(element) else ["another mapping is printed"])


def strip(element):
    """The element without the comments in it, as the parser drops those, and without what follows it."""
    copy = ET.fromstring(ET.tostring(element))
    copy.tail = None
    return ET.tostring(copy).strip()


def check_cases(root):
    standard = mappings(root)
    for path in sorted(glob.glob(os.path.join(REPOSITORY, "tests/golden/standard-*/couplet.xml"))):
        case = os.path.basename(os.path.dirname(path))
        changed = os.path.exists(os.path.join(os.path.dirname(path), "changed-setup"))
        other = [name for name, element in mappings(ET.parse(path).getroot()).items()
                 if not changed and content(element) != content(standard[name])]
        say("cases: " + case, ["mapping %s is not that of the default setup" % name for name in other])


def check_whole(scratch):
    path = os.path.join(REPOSITORY, "tests/golden/ts028-default-directions/couplet.xml")
    with open(path, encoding="utf-8") as case, open(os.path.join(scratch, "person/couplet.xml"), encoding="utf-8") as made:
        say("cases: ts028-default-directions", None if case.read() == made.read() else ["another setup than init writes"])


def check_engine(root):
    names = {table.get("name") for side in ("erp", "crm") for table in root.find("c:" + side, NS).findall("c:table", NS)}
    wrong = []
    # What packages may hold, and the type codes that they carry, are facts of the formats (part 5, 1.3 and 3.4).
    format_facts = ["src/model/setup_package.c", "src/sync/emit/emit_cmt.c", "src/sync/emit/emit_cmt_schema.c"]
    for path in sorted(glob.glob(os.path.join(REPOSITORY, "src/**/*.[ch]"), recursive=True)):
        with open(path, encoding="utf-8") as handle:
            code = re.sub(r"/\*.*?\*/", "", handle.read(), flags=re.S)
        wrong += ["%s: \"%s\"" % (os.path.relpath(path, REPOSITORY), name) for name in sorted(names)
                  if '"%s"' % name in code and os.path.relpath(path, REPOSITORY) not in format_facts]
    say("engine: knows no table by name", wrong)


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        for ownership in ("person", "team"):
            root = check_setup(program, scratch, ownership)
            check_reset(program, scratch, ownership, root)
            if ownership == "person":
                check_cases(root)
                check_whole(scratch)
                check_engine(root)
    return 1 if failed else 0


sys.exit(main())
