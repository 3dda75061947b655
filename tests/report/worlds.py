"""Worlds whose reports are looked at: hostile text in every field, and very many changes."""
import csv
import os
import shutil
import subprocess
from xml.sax.saxutils import quoteattr

SCRIPT = "<script>alert(1)</script>"
ADDRESS = "javascript:alert(1)"

# Markup, addresses, quotes, what ends comments and sections, what turns or hides text, and characters of many parts.
VISIBLE = [
    SCRIPT, ADDRESS, "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "' onmouseover='alert(1)", "</style>",
    "</script>", "</td></tr></table>", "<!-- x", "--> x", "]]> x", "&lt;b&gt; &amp; &#60; &", "<a href=\"//example.com\">x</a>",
    "{{7*7}} ${7*7} <%= 7*7 %>", "=1+1", "http://example.com/?q=<x>", "data:text/html,<script>", "<base href=//example.com>",
    "<meta http-equiv=refresh content=0;url=//example.com>", "<math><mi//xlink:href=\"data:x\">", "\\\\u003cscript\\\\u003e",
    "Sinéad O'Brien", "שלום עולם", "مرحبا", "東京都", "👩‍💻👨‍👩‍👧 🏳️‍🌈 🇧🇪", "e\u0301 and \u00e9", "x" * 300,
]
HIDDEN = (["a%cb" % number for number in range(1, 32) if number not in (10, 13)]
          + ["a\x7fb", "a\x80b", "a\x9fb", "a\u00adb", "a\u200bb", "a\u2028b", "a\u2029b", "\u202eexe.cod", "\u2066a\u2069",
             "a\ufeffb", "a\u061cb", "a\ufffeb", "line\none", "line\r\ntwo", "  outer  "])
VALUES = VISIBLE + HIDDEN

TABLE = "Cust\"><script>alert(2)</script>"
NOTE = "Note <img src=x onerror=alert(3)>"
MAPPING = "<b onclick=x()>&\"'"

SETUP = """<?xml version="1.0" encoding="UTF-8"?>
<setup xmlns="urn:couplet:setup:1">
  <ledger path="ledger.csv"/>
  <erp name="ERP &lt;u&gt;" kind="generic">
    <table name=%(table)s id="18" export="full">
      <source path="erp.csv" format="csv"/>
      <field name="No." type="Code" length="400" role="key"/>
      <field name="Name" type="Text" length="400" role="name"/>
      <field name=%(note)s type="Text" length="400"/>
      <field name="SystemId" type="Guid" role="uid"/>
      <field name="Stamp" type="DateTime" role="modified"/>
    </table>
  </erp>
  <crm name="CRM &quot;&gt;" kind="generic">
    <table name="account" export="full">
      <source path="crm.csv" format="csv"/>
      <field name="accountid" type="Guid" role="uid"/>
      <field name="accountnumber" type="Text" length="400"/>
      <field name="name" type="Text" length="400" role="name"/>
      <field name="note" type="Text" length="%(length)d"/>
      <field name="modifiedon" type="DateTime" role="modified"/>
    </table>
  </crm>
  <mapping name=%(mapping)s table=%(table)s integration-table="account" direction="Bidirectional"
           synch-only-coupled-records="false" base="fields">
    <field table-field="No." integration-field="accountnumber" direction="ToIntegrationTable"/>
    <field table-field="Name" integration-field="name" match="true"/>
    <field table-field=%(note)s integration-field="note"/>
  </mapping>
  <guards max-blanked="none" max-missing="none" max-all-changed="none" max-deletes="none"/>
</setup>
"""


def write_csv(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as handle:
        header, *rows = csv.reader(handle)
    return header, rows


def uid(kind, number):
    return "%08x-0000-4000-8000-%012x" % (kind, number)


def write_setup(folder, length=400):
    os.makedirs(folder)
    with open(os.path.join(folder, "couplet.xml"), "w", encoding="utf-8") as handle:
        handle.write(SETUP % {"table": quoteattr(TABLE), "note": quoteattr(NOTE), "mapping": quoteattr(MAPPING),
                              "length": length})


ERP = ["No.", "Name", NOTE, "SystemId", "Stamp"]
CRM = ["accountid", "accountnumber", "name", "note", "modifiedon"]
STAMP = "2026-03-01T09:00:00Z"


def run(program, folder, *args):
    done = subprocess.run([program, "-q", *args], cwd=folder, capture_output=True, text=True)
    if done.returncode not in (0, 4):
        raise RuntimeError("couplet %s: status %d\n%s" % (" ".join(args), done.returncode, done.stderr))


def creates(program, folder, *options):
    """Every value in every field of records that are created: the report of the folder."""
    write_setup(folder, length=20)
    write_csv(os.path.join(folder, "erp.csv"), ERP,
              [["%03d%s" % (i, value), value, value, uid(1, i), STAMP] for i, value in enumerate(VALUES)])
    write_csv(os.path.join(folder, "crm.csv"), CRM, [])
    run(program, folder, "sync", "--new-ledger", "-o", "out", *options)
    return os.path.join(folder, "out", "report.html")


def edits(program, folder, *options):
    """The same, imported, then edited: on one side, on both, with records deleted; the preview's report."""
    creates(program, folder)
    run(program, folder, "simulate", "out", "-o", "after")
    world = os.path.join(folder, "after")
    paths = {}
    for name in sorted(os.listdir(os.path.join(world, "erp")) if os.path.isdir(os.path.join(world, "erp")) else []):
        paths["erp"] = os.path.join(world, "erp", name)
    for base, _, names in os.walk(world):
        for name in names:
            if name.endswith(".csv") and name != "ledger.csv":
                header, _ = read_csv(os.path.join(base, name))
                paths["crm" if "accountid" in header else "erp"] = os.path.join(base, name)
    header, rows = read_csv(paths["erp"])
    at = header.index("Name")
    kept = []
    for i, row in enumerate(rows):
        if i % 4 == 0:
            row[at] = "<i>new</i> " + row[at]
        if i % 4 == 1:
            row[at] = row[at] + " <erp>"
        if i % 16 != 15:
            kept.append(row)
    write_csv(paths["erp"], header, kept)
    header, rows = read_csv(paths["crm"])
    at = header.index("name")
    for i, row in enumerate(sorted(rows, key=lambda row: row[header.index("accountnumber")])):
        if i % 4 in (1, 2):
            row[at] = row[at] + " <crm>"
    write_csv(paths["crm"], header, rows)
    run(program, world, "preview", "--report", "report.html", *options)
    return os.path.join(world, "report.html")


def overrides(program, folder):
    """The same where the ERP wins, and deleted rows come back: edits are lost."""
    edits(program, folder)
    world = os.path.join(folder, "after")
    setup = os.path.join(world, "couplet.xml")
    with open(setup, encoding="utf-8") as handle:
        text = handle.read()
    with open(setup, "w", encoding="utf-8") as handle:
        handle.write(text.replace("base=\"fields\"", "base=\"fields\" resolve-deletion-conflicts=\"RestoreRecords\" "
                                  "resolve-update-conflicts=\"SendUpdateToIntegration\""))
    run(program, world, "preview", "--report", "overrides.html")
    return os.path.join(world, "overrides.html")


def ambiguous(program, folder, *options):
    """Two rows for each record, and none for some: what couple could not tell."""
    write_setup(folder)
    write_csv(os.path.join(folder, "erp.csv"), ERP,
              [["%03d" % i, value, value, uid(1, i), STAMP] for i, value in enumerate(VALUES)])
    write_csv(os.path.join(folder, "crm.csv"), CRM,
              [[uid(2 + k, i), "", value, value, STAMP] for k in range(2) for i, value in enumerate(VALUES) if i % 5])
    run(program, folder, "couple", "--mapping", MAPPING, "--new-ledger", "-o", "out", *options)
    return os.path.join(folder, "out", "report.html")


def large(program, folder, count=100000):
    """So many creates on either side."""
    write_setup(folder)
    write_csv(os.path.join(folder, "erp.csv"), ERP,
              ([("E%07d" % i), "Name %d" % i, "Note %d" % i, uid(1, i), STAMP] for i in range(count)))
    write_csv(os.path.join(folder, "crm.csv"), CRM,
              ([uid(2, i), "", "Row %d" % i, "Note %d" % i, STAMP] for i in range(count)))
    run(program, folder, "preview", "--new-ledger", "--report", "report.html")
    return os.path.join(folder, "report.html")


def sample(program, folder, *options):
    """The weekend of samples/cronus."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    shutil.copytree(os.path.join(root, "samples", "cronus"), folder)
    run(program, folder, "sync", "-o", "out", *options)
    return os.path.join(folder, "out", "report.html")
