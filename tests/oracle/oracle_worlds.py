"""Random worlds for compare.py: those of tests/properties step by step, and worlds with every kind of field.

A history yields steps, each a run; what people do before it, and what becomes of its import files, is random.
"""
import os

import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "properties"))
from random_worlds import LEDGER, History, ReferenceHistory  # noqa: E402
from world import World  # noqa: E402

GUIDS = ["00000000-0000-4000-8000-%012d" % i for i in range(1, 4)]
# What cells hold, by kind of value; some of it is not of the field's type, some spelled otherwise.
VALUES = {
    "name": ["Adatum", "Contoso", "Fabrikam", "adatum", "Wingtip Toys", "Wingtip", "Ünal, \"Söhne\"", "", " Litware "],
    "code": ["", "EUR", "usd", " GBP ", "LONGCODE", "X"],
    "number": ["", "0", "10", "10.50", "10.5", "-3", "+7", "1000000", "twelve", "2.125"],
    "flag": ["", "true", "false", "1", "0", "perhaps"],
    "option": ["", "Ship", "all", "2", "1", "Unheard of"],
    "state": ["", "Active", "retired", "1", "Draft"],
    "day": ["", "2026-03-01", "0001-01-01", "2026-02-30x", "2026-12-31"],
    "moment": ["", "2026-03-01T00:00:00Z", "2026-03-01T23:30:00Z", "4501-01-01T00:00:00Z"],
    "guid": ["", "{%s}" % GUIDS[0].upper(), GUIDS[1], "00000000-0000-0000-0000-000000000000"],
    "block": ["", "", "Ship"],
}
OPTIONS = ('<option value="0" name=" "/><option value="1" name="Ship"/><option value="2" name="All"/>',
           '<option value="0" name="Active"/><option value="1" name="Retired"/><option value="2" name="Draft"/>')
# Pairs of fields: (ERP header, its values, declarations, CRM header, its values, declarations, attributes of the mapping).
PAIRS = [
    ("Name", "name", ['type="Text" length="50"', 'type="Text" length="8"'],
     "name", "name", ['type="Text" length="50"', 'type="Text" length="6"', 'type="Code" length="20"'], []),
    ("City", "name", ['type="Text" length="30"'], "city", "name", ['type="Text" length="30"'], []),
    ("Currency", "code", ['type="Code" length="10"'],
     "currency", "code", ['type="Text" length="10"', 'type="Code" length="5"'], ["clear"]),
    ("Amount", "number", ['type="Decimal"'], "amount", "number", ['type="Decimal"', 'type="Integer"', ""], ["clear"]),
    ("Count", "number", ['type="Integer"', ""], "count", "number", ['type="Decimal"', 'type="BigInteger"'], ["clear"]),
    ("Open", "flag", ['type="Boolean"'], "open", "flag", ['type="Boolean"', 'type="Integer"', ""], ["clear"]),
    ("Kind", "option", ['type="Option"'], "kind", "option", ['type="Option"', "", 'type="Integer"'], ["clear"]),
    ("Closed", "flag", ['type="Boolean"'], "state", "state", ['type="Option"'], ["clear", "map"]),
    ("Day", "day", ['type="Date"'], "day", "moment", ['type="DateTime"'], ["clear"]),
    ("Picture", "guid", ['type="Guid"'], "picture", "guid", ['type="Guid"'], ["null"]),
    ("Owner", "owner", ['type="Code" length="10"'], "ownerid", "ownerid", ['type="Guid"'], ["reference"]),
]
STRATEGIES = ["None", "SendUpdateToIntegration", "GetUpdateFromIntegration", "MergeFields"]
WAYS = ["Bidirectional", "ToIntegrationTable", "FromIntegrationTable"]


class Step:
    """One run: its arguments, and what becomes of it."""

    def __init__(self, now, args, options, is_committed, is_imported):
        self.now, self.args, self.options = now, args, options
        self.is_committed, self.is_imported = is_committed, is_imported


class Steps:
    """A history that others run; mixed into those of random_worlds.py."""

    def world(self):
        return World(os.path.join(self.folder, "couplet.xml"), is_lazy=True)

    def follow_edits(self):
        """The planner tells of every edit what is to become of it."""

    def steps(self):
        r = self.r
        for _ in range(r.random.randint(2, 5)):
            for _ in range(r.random.randint(0, 3)):
                self.act()
            r.clock += 3600
            args, options = self.method()
            is_committed = r.chance(0.85)
            yield Step(r.stamp(), args, options, is_committed, is_committed and r.chance(0.6))

    def act(self):
        getattr(self, self.r.pick(["edit"] * 6 + ["add", "delete"]))(self.r.pick(["erp", "crm"]))

    def method(self):
        if self.r.chance(0.15):
            return ["--full"], {"full": True}
        return [], {}

    def imports(self, out, step):
        if step.is_imported:
            self.world().apply(out)


class PlainSteps(Steps, History):
    pass


class ReferenceSteps(Steps, ReferenceHistory):
    pass


class RichSteps(Steps, History):
    """Worlds with every kind of field, imported ledgers, changed setups, records that a delta export leaves out."""

    def begin(self):
        r = self.r
        self.spec = self.new_spec()
        self.hidden = {"erp": [], "crm": []}
        self.write_setup()
        pairs = [pair for pair in PAIRS if pair[0] in self.spec["pairs"]]
        self.kinds = {"erp": {pair[0]: pair[1] for pair in pairs}, "crm": {pair[3]: pair[4] for pair in pairs}}
        self.kinds["erp"].update({"Blocked": "block", "Note": "name"})
        self.kinds["crm"].update({"note": "name", "number": "code"})
        erp = ["No."] + list(self.kinds["erp"]) + ["SystemId"] * self.spec["uid"] + ["Modified"] * self.spec["stamps"]
        crm = ["accountid"] + list(self.kinds["crm"]) + ["modifiedon", "modifiedby"] * self.spec["stamps"]
        self.write("erp.csv", ",".join(erp) + "\n")
        self.write("crm.csv", ",".join(crm) + "\n")
        self.write("people.csv", "Code,Name\nJO,Jim Olive\nLT,Lina Townsend\nBC,Benjamin Chiu\n")
        self.write("users.csv", "systemuserid,fullname\n" + "".join("%s,User\n" % guid for guid in GUIDS))
        for side in ("erp", "crm"):
            for _ in range(r.random.randint(0, 4)):
                self.add(side)
        if r.chance(0.5):
            self.import_ledger()

    def new_spec(self):
        r = self.r
        direction = r.pick(["Bidirectional"] * 3 + WAYS[1:])
        pairs = {"Name"} | {pair[0] for pair in PAIRS if r.chance(0.4)}
        return {
            "direction": direction, "uid": r.chance(0.7), "stamps": r.chance(0.85), "series": r.chance(0.7),
            "export": {side: r.pick(["full", "full", "delta"]) for side in ("erp", "crm")},
            "pairs": {pair[0]: self.new_field(pair, direction) for pair in PAIRS if pair[0] in pairs},
            "types": {pair[0]: (r.pick(pair[2]), r.pick(pair[5])) for pair in PAIRS},
            "key": r.chance(0.5) and (r.pick(WAYS[:2]) if direction == "Bidirectional" else direction),
            "constants": {side: r.chance(0.3) for side in ("erp", "crm")},
            "only": r.pick(["true", "false", "false"]), "update": r.pick(STRATEGIES),
            "deletion": r.pick(["None", "RestoreRecords", "RemoveCoupling"]),
            "base": r.pick(["groups", "groups", "fields"]), "filter": r.chance(0.25), "template": r.chance(0.3),
            "user": r.chance(0.2), "owners": r.pick(WAYS), "owners-only": r.pick(["true", "false"]),
        }

    def new_field(self, pair, direction):
        r = self.r
        way = r.pick(["Bidirectional"] * 3 + WAYS[1:]) if direction == "Bidirectional" else direction
        flags = ""
        if "map" in pair[6]:
            flags += ' value-map="CLOSED"'
        if "clear" in pair[6] and r.chance(0.4):
            flags += ' clear-value-on-failed-sync="true"'
        if "null" in pair[6] and r.chance(0.6):
            flags += ' not-null="true"'
        if "reference" in pair[6]:
            flags += ' reference="OWNER"' + r.pick(["", "", ' clear-value-on-failed-sync="true"', ' not-null="true"',
                                                    ' ignore-record-when-unresolved="true"', ' blank-as="JO"'])
        return way, flags

    def write_setup(self):
        spec = self.spec

        def declare(name, text):
            kind = OPTIONS[name in ("state",)] if 'type="Option"' in text else ""
            return '<field name="%s" %s>%s</field>' % (name, text, kind)

        fields = {"erp": [], "crm": []}
        mapped = []
        for erp, _, _, crm, _, _, _ in PAIRS:
            if erp in self.spec["pairs"]:
                fields["erp"].append(declare(erp, spec["types"][erp][0]))
                fields["crm"].append(declare(crm, spec["types"][erp][1]))
                way, flags = spec["pairs"][erp]
                if way:
                    mapped.append('<field table-field="%s" integration-field="%s" direction="%s"%s/>' % (erp, crm, way, flags))
        if spec["key"]:
            mapped.insert(0, '<field table-field="No." integration-field="number" direction="%s"/>' % spec["key"])
        if spec["constants"]["crm"] and spec["direction"] != WAYS[2]:
            mapped.append('<field integration-field="note" constant="%s" direction="ToIntegrationTable"/>' % spec["constants"]["crm"])
        if spec["constants"]["erp"] and spec["direction"] != WAYS[1]:
            mapped.append('<field table-field="Note" constant="%s" direction="FromIntegrationTable"/>' % spec["constants"]["erp"])
        stamps = ('<field name="Modified" type="DateTime" role="modified"/>',
                  '<field name="modifiedon" type="DateTime" role="modified"/><field name="modifiedby" type="Guid" role="modified-by"/>')
        template = ""
        if spec["template"]:
            template = ('<config-template side="crm" priority="2"><set field="city2" value="Ghent"/></config-template>'
                        '<config-template side="crm" priority="1"><filter field="Note">Adatum|Contoso</filter>'
                        '<set field="name" value="Templ"/></config-template>'
                        '<config-template side="erp"><set field="Town" value="Aalst"/></config-template>')
        self.write("couplet.xml", """<setup xmlns="urn:couplet:setup:1">
<ledger path="ledger.csv"/>
<erp><table name="Customer" export="%s"><source path="erp.csv"/>
<field name="No." type="Code" length="20" role="key"/>%s<field name="Blocked"/><field name="Note"/><field name="Town"/>%s%s%s</table>
<table name="Salesperson"><source path="people.csv"/><field name="Code" type="Code" length="10" role="key"/><field name="Name"/></table></erp>
<crm kind="dataverse"><table name="account" export="%s"><source path="crm.csv"/>
<field name="accountid" type="Guid" role="uid"/><field name="number" length="20"/>%s<field name="note"/><field name="city2"/>%s</table>
<table name="systemuser"><source path="users.csv"/><field name="systemuserid" type="Guid" role="uid"/><field name="fullname"/></table></crm>
<value-map code="CLOSED"><value erp="false" crm="Active"/><value erp="true" crm="Retired"/></value-map>
<mapping name="OWNER" table="Salesperson" integration-table="systemuser" direction="%s" synch-only-coupled-records="%s">
<field table-field="Name" integration-field="fullname"/></mapping>
<mapping name="CUSTOMER" table="Customer" integration-table="account" direction="%s" synch-only-coupled-records="%s"
 resolve-update-conflicts="%s" resolve-deletion-conflicts="%s" base="%s"%s>
%s%s
%s
</mapping>
<guards max-missing="none" max-blanked="none" max-all-changed="none" both-sided-full="allow"/>
</setup>
""" % (spec["export"]["erp"], "\n".join(fields["erp"]), '<field name="SystemId" type="Guid" role="uid"/>' * spec["uid"],
       stamps[0] * spec["stamps"], '<number-series field="No." start="N0001" increment="1"/>' * spec["series"],
       spec["export"]["crm"], "\n".join(fields["crm"]), stamps[1] * spec["stamps"], spec["owners"], spec["owners-only"],
       spec["direction"], spec["only"], spec["update"], spec["deletion"], spec["base"],
       ' integration-user="%s"' % GUIDS[0] if spec["user"] else "",
       "<table-filter field=\"Blocked\">''</table-filter>" * spec["filter"], template, "\n".join(mapped)))

    def value(self, header):
        r = self.r
        kind = self.kinds["erp"].get(header) or self.kinds["crm"].get(header)
        if header in ("Modified", "modifiedon"):
            return r.stamp()
        if header == "modifiedby":
            return r.pick(GUIDS)
        if kind == "owner":
            return r.pick(["", "JO", "LT", "BC", "NOBODY"])
        if kind == "ownerid":
            return r.pick([""] + GUIDS + ["00000000-0000-4000-8000-000000000099"])
        if kind is None:
            return ""
        good = VALUES[kind] if r.chance(0.25) else VALUES[kind][:4]
        return self.fit(header, r.pick(good))

    def import_ledger(self):
        """Couplings without a base, as another program would know them."""
        r = self.r
        world = self.world()
        erp, crm = self.file(world, "erp"), self.file(world, "crm")
        uid = erp.header.index("SystemId") if self.spec["uid"] else 0
        lines = []
        for one, other in zip(erp.rows, crm.rows):
            if not r.chance(0.8):
                continue
            state, half = "coupled", r.random.random()
            ids = [one[uid], other[0]]
            if half < 0.2:
                state = r.pick(["removed", "failed-create"])
                ids[r.random.randint(0, 1)] = ""
            elif r.chance(0.6):
                self.make_alike(erp, one, crm, other)
            times = [self.time_beside(erp, one), self.time_beside(crm, other)]
            results = [r.pick(["", "Success", "Success", "Failure"]) for _ in range(2)]
            key = one[0] if ids[0] else ""
            if state != "coupled":
                times, results = ["", ""], ["", ""]
            lines.append("CUSTOMER,%s,%s,%s,%s,%s,%s,%s,%s,%s,,,,,\n" % (
                *ids, key, state, *times, *results, "true" if r.chance(0.1) and state == "coupled" else ""))
        for code, guid in zip(("JO", "LT"), GUIDS):
            if r.chance(0.7):
                lines.append("OWNER,%s,%s,%s,coupled,,,,,,,,,,\n" % (code, guid, code))
        erp.write()
        crm.write()
        self.write("ledger.csv", LEDGER + "".join(lines))

    def make_alike(self, erp, one, crm, other):
        for erp_name, _, _, crm_name, _, _, flags in PAIRS:
            if erp_name in erp.header and not flags:
                other[crm.header.index(crm_name)] = one[erp.header.index(erp_name)]

    def time_beside(self, file, row):
        """A ledger time: blank, older than the record's stamp, just the stamp, a little or much newer."""
        at = next((i for i, name in enumerate(file.header) if name in ("Modified", "modifiedon")), None)
        if at is None or not row[at]:
            return self.r.pick(["", "2026-01-01T00:00:00Z"])
        return self.r.pick(["", "2025-12-31T00:00:00Z", row[at], row[at], row[at][:-1] + ".009Z", "2026-06-01T00:00:00Z"])

    def act(self):
        act = self.r.pick(["edit"] * 8 + ["add", "delete", "hide", "hide", "show", "setup", "owners"])
        if act == "setup":
            self.change_setup()
        elif act == "owners":
            self.r.pick([self.add_owner, self.drop_owner])()
        else:
            getattr(self, act)(self.r.pick(["erp", "crm"]))

    def edit(self, side):
        world = self.world()
        file = self.file(world, side)
        if not file.rows:
            return
        row = self.r.pick(file.rows)
        for _ in range(self.r.random.randint(1, 2)):
            header = self.r.pick([name for name in self.kinds[side] if name in file.header])
            row[file.header.index(header)] = self.value(header)
        for index, name in enumerate(file.header):
            if name in ("Modified", "modifiedon", "modifiedby") and self.r.chance(0.9):
                row[index] = self.value(name)
        file.write()

    def hide(self, side):
        """A delta export leaves out what has not changed."""
        if self.spec["export"][side] == "delta":
            world = self.world()
            file = self.file(world, side)
            if file.rows:
                self.hidden[side].append(file.rows.pop(self.r.random.randrange(len(file.rows))))
            file.write()

    def show(self, side):
        world = self.world()
        file = self.file(world, side)
        file.rows += self.hidden[side]
        self.hidden[side] = []
        file.write()

    def add_owner(self):
        with open(os.path.join(self.folder, "people.csv"), "a", encoding="utf-8") as handle:
            handle.write("S%d,New\n" % self.r.random.randint(100, 999))

    def drop_owner(self):
        with open(os.path.join(self.folder, "users.csv"), encoding="utf-8") as handle:
            lines = handle.readlines()
        if len(lines) > 2:
            lines.pop(self.r.random.randrange(1, len(lines)))
        self.write("users.csv", "".join(lines))

    def change_setup(self):
        r, spec = self.r, self.spec
        what = r.pick(["field", "field", "constants", "update", "base", "deletion", "only"])
        if what == "field":
            name = r.pick(sorted(spec["pairs"]))
            pair = next(pair for pair in PAIRS if pair[0] == name)
            new = self.new_field(pair, spec["direction"])
            spec["pairs"][name] = ("", "") if name != "Name" and r.chance(0.4) else new
        elif what == "constants":
            spec["constants"][r.pick(["erp", "crm"])] = r.pick(["", "one", "two"])
        else:
            spec[what] = {"update": r.pick(STRATEGIES), "base": r.pick(["groups", "fields"]), "only": r.pick(["true", "false"]),
                          "deletion": r.pick(["None", "RestoreRecords", "RemoveCoupling"])}[what]
        self.write_setup()

    def method(self):
        r = self.r
        chance = r.random.random()
        args, options = [], {}
        if chance < 0.12:
            args, options = ["--full"], {"full": True}
        elif chance < 0.2:
            args, options = ["--mapping", "CUSTOMER"], {"mappings": ["CUSTOMER"]}
        elif chance < 0.35:
            return self.named_records()
        if args and r.chance(0.3):
            args, options = args + ["--create"], {**options, "create": True}
        return args, options

    def named_records(self):
        r = self.r
        world = self.world()
        known = [row[0] for side in ("erp", "crm") for row in self.file(world, side).rows]
        if not known:
            return [], {}
        names = sorted(set(r.pick(known) for _ in range(2)))
        args = [arg for name in names for arg in ("--record", "CUSTOMER:" + name)]
        options = {"records": ["CUSTOMER:" + name for name in names]}
        if self.spec["direction"] == "Bidirectional" and r.chance(0.5):
            way = r.pick(["to", "from"])
            args, options = args + ["--direction", way], {**options, "direction": way}
        if r.chance(0.4):
            args, options = args + ["--create"], {**options, "create": True}
        return args, options

    def imports(self, out, step):
        """Both sides' files, or one side's; records that an export leaves out are there all the same."""
        if not step.is_imported:
            return
        missing = self.r.pick([None, None, None, "erp", "crm"])
        if missing:
            shutil.rmtree(os.path.join(out, missing), ignore_errors=True)
        hidden = {side: list(rows) for side, rows in self.hidden.items()}
        for side in ("erp", "crm"):
            self.show(side)
        self.world().apply(out)
        world = self.world()
        for side in ("erp", "crm"):
            file = self.file(world, side)
            keys = [row[0] for row in hidden[side]]
            self.hidden[side] = [row for row in file.rows if row[0] in keys]
            file.rows = [row for row in file.rows if row[0] not in keys]
            for row in file.rows:
                if self.r.chance(0.15):
                    self.alter(side, file, row)
            file.write()

    def alter(self, side, file, row):
        """What destinations do to values (E12)."""
        at = file.header.index(self.r.pick([name for name in self.kinds[side] if name in file.header]))
        row[at] = self.r.pick([row[at].upper(), row[at].lower(), " " + row[at], row[at][:4], row[at].partition(".")[0]])


def history(program, folder, seed):
    kind = (RichSteps, RichSteps, PlainSteps, ReferenceSteps)[seed % 4]
    return kind(program, folder, seed)
