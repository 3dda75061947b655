#!/usr/bin/env python3
"""Archives for Dataverse's import wizard (part 5, section 4), at sizes that must split: wizard.py PROGRAM; prints TAP

Every rule of section 4 that a file can be looked at for, with Python's own zip and csv modules.
"""
import csv
import io
import os
import random
import subprocess
import sys
import tempfile
import zipfile

PROGRAM = os.path.abspath(sys.argv[1])
SETUP = """<setup xmlns="urn:couplet:setup:1">
  <ledger path="ledger.csv"/>
  <erp><table name="Customer" id="18"><source path="c.csv"/><field name="No." type="Code" role="key"/></table></erp>
  <crm name="CRM" kind="dataverse" locale="en-US" time-zone="UTC">
    <table name="account" display-name="Account">
      <source path="accounts.csv"/>
      <field name="accountid" type="Guid" role="uid" display-name="Account"/>
      <field name="name" type="Text" length="160" display-name="Account Name"/>
      <field name="creditlimit" type="Decimal" display-name="Credit Limit"/>
      <field name="createdon" type="DateTime" display-name="Created On"/>
      <field name="statecode" type="Option" display-name="Status">
        <option value="0" name="Active"/><option value="1" name="Inactive"/>
      </field>
    </table>
    <table name="contact" display-name="Contact: people">
      <source path="contacts.csv"/>
      <field name="contactid" type="Guid" role="uid" display-name="%s"/>
      <field name="lastname" display-name="Last Name"/>
    </table>
  </crm>
</setup>
"""
HEADINGS = ["Account", "Account Name", "Credit Limit", "Status", "address1_city"]
NAMES = ["Adatum", "Søn, Trey & Co", 'the "best"', "two\r\nlines", "中文", "=1+1", " blanks "]
FILE_LIMIT, ARCHIVE_LIMIT = 8000000, 32000000


def account(number, generator):
    return ["a1000000-0000-4000-8000-%012d" % number, "%s %d" % (generator.choice(NAMES), number),
            generator.choice(["", "1234.5", "-0.25"]), "3/1/2026 9:00:00 AM", generator.choice(["Active", "Inactive"]),
            generator.choice(["", "Gent", "x" * 90])]


def run(folder, *args):
    done = subprocess.run([PROGRAM, "-s", "couplet.xml", *args], cwd=folder, capture_output=True, check=False)
    return done.returncode, done.stderr.decode("utf-8", "replace")


def members_of(path):
    """Of an archive, whose files are below the limits: name and rows."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None, "damaged"
        infos = archive.infolist()
        assert len({info.filename for info in infos}) == len(infos), "a name twice"
        assert sum(info.file_size for info in infos) < ARCHIVE_LIMIT, "more than 32 MB"
        assert os.path.getsize(path) < ARCHIVE_LIMIT
        for info in infos:
            text = archive.read(info)
            assert info.file_size == len(text) < FILE_LIMIT, "more than 8 MB"
            assert text.startswith(b"\xef\xbb\xbf"), "no byte order mark"
            assert text.endswith(b"\r\n")
            assert b'"' not in text.split(b"\r\n")[0], "quotes in the heading line"
            found[info.filename] = list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    return found


def one_table(folder):
    """Some 20 MB of one table: archives of one file each, with all records in order."""
    generator = random.Random(11)
    rows = [account(number, generator) for number in range(180000)]
    with open(os.path.join(folder, "accounts.csv"), "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["accountid", "name", "creditlimit", "createdon", "statecode", "address1_city"]] + rows)
    status, said = run(folder, "convert", "accounts.csv", "one.zip", "--to", "wizard")
    assert status == 2 and "name a folder OUT/" in said and not os.path.exists(os.path.join(folder, "one.zip")), said
    status, said = run(folder, "convert", "accounts.csv", "accounts/", "--to", "wizard")
    assert status == 0 and 'field "createdon" is left out' in said, said
    names = sorted(os.listdir(os.path.join(folder, "accounts")))
    assert names == ["import.1.zip", "import.2.zip", "import.3.zip"], names
    got = []
    for name in names:
        found = members_of(os.path.join(folder, "accounts", name))
        assert list(found) == ["Account.csv"], list(found)
        part = found["Account.csv"]
        assert part[0] == HEADINGS, part[0]
        got += part[1:]
    assert got == [row[:3] + row[4:] for row in rows], "records differ"


def field(name, value):
    return '<field name="%s" value="%s" />' % (name, value)


def several_tables(folder):
    """A CMT package with two tables: together in an archive, and what is more in the next ones."""
    generator = random.Random(12)
    with zipfile.ZipFile(os.path.join(folder, "crm.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        out = ["<entities>"]
        for entity, plural, count in (("contact", "contactid", 30000), ("account", "accountid", 130000)):
            out.append('<entity name="%s"><records>' % entity)
            for number in range(count):
                row = "%s1000000-0000-4000-8000-%012d" % (entity[0], number)
                out.append('<record id="%s">%s%s</record>' % (row, field(plural, row), field(
                    "lastname" if entity == "contact" else "name", "%d %s" % (number, "y" * generator.randrange(60)))))
            out.append("</records></entity>")
        archive.writestr("data.xml", "".join(out + ["</entities>"]))
        archive.writestr("data_schema.xml", "<entities />")
    status, said = run(folder, "convert", "crm.zip", "both/", "--to", "wizard")
    assert status == 0, said
    names = sorted(os.listdir(os.path.join(folder, "both")))
    assert names == ["import.1.zip", "import.2.zip"], names
    first, second = (members_of(os.path.join(folder, "both", name)) for name in names)
    assert list(first) == ["Contact_ people.csv", "Account.csv"] and list(second) == ["Account.csv"], [list(first), list(second)]
    assert len(first["Contact_ people.csv"]) == 30001
    assert len(first["Account.csv"]) + len(second["Account.csv"]) == 130002
    assert first["Account.csv"][0] == second["Account.csv"][0] == ["Account", "Account Name"]


def small_ones(folder):
    with open(os.path.join(folder, "contacts.csv"), "w", encoding="utf-8", newline="") as file:
        file.write("contactid,lastname,createdon\nc1000000-0000-4000-8000-000000000001,Beebe,x\n")
    status, said = run(folder, "convert", "contacts.csv", "contacts.zip", "--to", "wizard")
    assert status == 0 and said.count("is left out") == 1, said
    found = members_of(os.path.join(folder, "contacts.zip"))
    assert found == {"Contact_ people.csv": [["Contact", "Last Name"], ["c1000000-0000-4000-8000-000000000001", "Beebe"]]}, found
    # A static export: by these columns the wizard knows the rows, and what has changed in them since.
    rows = [["(Do Not Modify) Contact", "(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On", "lastname"],
            ["c1000000-0000-4000-8000-000000000001", "a/b+c==", "3/1/2026 9:00:00 AM", "Beebe"]]
    with open(os.path.join(folder, "static.csv"), "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    status, said = run(folder, "convert", "static.csv", "static.zip", "--to", "wizard", "--table", "contact")
    assert status == 0 and not said, said
    rows[0][3] = "Last Name"
    assert members_of(os.path.join(folder, "static.zip")) == {"Contact_ people.csv": rows}
    for heading, problem in (("Name, first", "would need quotes"), ("last name", "is there twice")):
        with open(os.path.join(folder, "couplet.xml"), "w", encoding="utf-8") as file:
            file.write(SETUP % heading)
        status, said = run(folder, "convert", "contacts.csv", "refused.zip", "--to", "wizard")
        assert status == 3 and problem in said and not os.path.exists(os.path.join(folder, "refused.zip")), said
    with open(os.path.join(folder, "contacts.csv"), "w", encoding="utf-8", newline="") as file:
        file.write("contactid,lastname\nc1000000-0000-4000-8000-000000000001,%s\n" % ("x" * FILE_LIMIT))
    with open(os.path.join(folder, "couplet.xml"), "w", encoding="utf-8") as file:
        file.write(SETUP % "Contact")
    status, said = run(folder, "convert", "contacts.csv", "refused/", "--to", "wizard")
    assert status == 3 and "a record of 8 MB" in said and not os.path.exists(os.path.join(folder, "refused")), said


def main():
    failed = False
    for what, test in (("one table in parts", one_table), ("several tables", several_tables), ("small archives", small_ones)):
        problem = ""
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "couplet.xml"), "w", encoding="utf-8") as file:
                file.write(SETUP % "Contact")
            try:
                test(folder)
            except (AssertionError, zipfile.BadZipFile) as error:
                problem = ": %s" % str(error)[:500]
        failed |= bool(problem)
        print("%s - the import wizard: %s%s" % ("not ok" if problem else "ok", what, problem))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
