"""Random worlds of rarer features: keys of two parts, filters of both kinds, transformation rules, value maps, templates,
blank-as, an option mapping, constants of both directions; and commands between the runs: couple by hand and by match,
uncouple, resolve, records by name. For random_worlds.py."""
import csv
import os

DIRECTIONS = ["Bidirectional"] * 4 + ["ToIntegrationTable", "FromIntegrationTable"]
STRATEGIES = ["None", "SendUpdateToIntegration", "GetUpdateFromIntegration", "MergeFields"]
RULES = [("UP", 'type="Uppercase"'), ("TRIM", 'type="Trim"'), ("SWAP", 'type="Replace" find="Con" replace="Kon"'),
         ("ERP", 'type="Prefix" text="E-"'), ("CHAIN", 'type="Trim" next="UP"')]
TERMS = ["1M", "14D", "CASH"]
GUARDS = ["--allow", "max-deletes", "--allow", "max-missing", "--allow", "max-blanked", "--allow", "max-all-changed"]


def setup_text(r):
    direction = r.pick(DIRECTIONS)
    is_two_way = direction == "Bidirectional"
    goes_to, goes_from = direction != "FromIntegrationTable", direction != "ToIntegrationTable"
    has_variant, has_series = r.chance(0.4), r.chance(0.7)
    # L4 c: without a stamp nobody finds a record again that the ERP gave its key.
    has_stamp = r.chance(0.85) or has_variant or not has_series

    def way(*choices):
        return ' direction="%s"' % (r.pick(choices or DIRECTIONS) if is_two_way else direction)

    fields = []
    key_way = way("ToIntegrationTable", "Bidirectional", "ToIntegrationTable")
    if r.chance(0.7) or has_variant:
        fields.append('<field table-field="No." integration-field="number"%s match="true" match-priority="1"/>' % key_way)
    if has_variant:
        fields.append('<field table-field="Variant" integration-field="variant"%s match="true" match-priority="1"/>' % key_way)
    fields.append('<field table-field="Name" integration-field="name"%s match="true" match-priority="2"/>' % way())
    if r.chance(0.5):  # a rule on the way there alone: the way back is another field's
        fields.append('<field table-field="City" integration-field="city" rule="%s"%s/>' % (
            r.pick(RULES)[0], way("ToIntegrationTable", "FromIntegrationTable")))
    if r.chance(0.5):
        fields.append('<field table-field="Closed" integration-field="state" value-map="CLOSED"%s%s/>' % (
            way(), r.pick(["", ' clear-value-on-failed-sync="true"'])))
    if r.chance(0.6):
        fields.append('<field table-field="Currency" integration-field="currency" reference="CURRENCY"%s%s/>' % (
            way(), r.pick(["", "", ' blank-as="EUR"', ' clear-value-on-failed-sync="true"', ' ignore-record-when-unresolved="true"'])))
    has_terms = r.chance(0.5)
    if has_terms:
        fields.append('<field table-field="Terms" integration-field="terms" reference="TERMS"%s/>' % way())
    if goes_to and r.chance(0.4):
        fields.append('<field integration-field="kind" constant="customer" direction="ToIntegrationTable"/>')
    if goes_from and r.chance(0.4):
        fields.append('<field table-field="Origin" constant="CRM" direction="FromIntegrationTable"/>')
    filters = ""
    if r.chance(0.4):
        filters += "<table-filter field=\"Blocked\">''|Invoice</table-filter>"
    if r.chance(0.4):
        filters += "<integration-table-filter field=\"name\">&lt;&gt;Fab*</integration-table-filter>"
    templates = ""
    if r.chance(0.4):
        templates += '<config-template side="crm" priority="1"><filter field="Name">A*|C*</filter><set field="group" value="AC"/></config-template>'
        templates += '<config-template side="erp"><set field="Origin" value="NEW"/></config-template>'
    series = '<number-series field="No." start="N0001" increment="1"/>' if has_series else ""
    declared = "".join('<option value="%d" name="%s"/>' % (i + 1, term) for i, term in enumerate(TERMS[:2]))
    mappings = ["""<mapping name="CURRENCY" table="Currency" integration-table="transactioncurrency" direction="ToIntegrationTable"
 synch-only-coupled-records="false"><field table-field="Code" integration-field="isocurrencycode" match="true"/></mapping>"""]
    if has_terms:
        mappings.append("""<option-mapping name="TERMS" table="Payment Terms" direction="ToIntegrationTable"
 synch-only-coupled-records="%s"><integration-option table="account" field="terms"/></option-mapping>""" % r.pick(["true", "false"]))
    mappings.append("""<mapping name="CUSTOMER" table="Customer" integration-table="account" direction="%s"
 synch-only-coupled-records="%s" resolve-update-conflicts="%s" resolve-deletion-conflicts="%s" base="%s"%s>%s%s
%s</mapping>""" % (direction, r.pick(["true", "false", "false"]), r.pick(STRATEGIES),
                   r.pick(["None", "RestoreRecords", "RemoveCoupling"]), r.pick(["groups", "groups", "fields"]),
                   ' synch-after-coupling="true"' if r.chance(0.3) else "", filters, templates, "\n".join(fields)))
    return """<setup xmlns="urn:couplet:setup:1">
<ledger path="ledger.csv"/>
<erp><table name="Customer" export="%s"><source path="erp.csv"/><field name="No." type="Code" length="20" role="key"/>
%s<field name="Name" length="%d"/><field name="City" length="30"/><field name="Closed" type="Boolean"/>
<field name="Currency" type="Code" length="10"/><field name="Terms" type="Code" length="10"/><field name="Origin" length="10"/>
<field name="Blocked"/>%s%s%s</table>
<table name="Currency"><source path="currency.csv"/><field name="Code" type="Code" length="10" role="key"/></table>
<table name="Payment Terms"><source path="terms.csv"/><field name="Code" type="Code" length="10" role="key"/></table></erp>
<crm kind="dataverse"><table name="account" export="%s"><source path="crm.csv"/><field name="accountid" type="Guid" role="uid"/>
<field name="number" length="20"/><field name="variant" length="10"/><field name="name" length="%d"/><field name="city" length="30"/>
<field name="state" type="Option"><option value="0" name="Active"/><option value="1" name="Retired"/></field>
<field name="currency" type="Guid"/><field name="terms" type="Option">%s</field><field name="kind"/><field name="group"/>%s</table>
<table name="transactioncurrency"><source path="transactioncurrency.csv"/><field name="transactioncurrencyid" type="Guid" role="uid"/>
<field name="isocurrencycode" length="5"/></table></crm>
<value-map code="CLOSED"><value erp="false" crm="Active"/><value erp="true" crm="Retired"/></value-map>
%s
%s
<guards max-missing="none" max-blanked="none" max-all-changed="none" both-sided-full="allow"/>
</setup>
""" % (r.pick(["full", "full", "delta"]), '<field name="Variant" type="Code" length="10" role="key"/>' if has_variant else "",
       r.pick([50, 8]), '<field name="SystemId" type="Guid" role="uid"/>' if r.chance(0.7) else "",
       '<field name="Modified" type="DateTime" role="modified"/>' if has_stamp else "", series, r.pick(["full", "full", "delta"]),
       r.pick([50, 6]), declared, '<field name="modifiedon" type="DateTime" role="modified"/>' if has_stamp else "",
       "\n".join('<transformation-rule code="%s" %s/>' % rule for rule in RULES), "\n".join(mappings))


class Edges:
    """What History does in such a world; mixed into it."""

    def begin(self):
        r = self.r
        text = setup_text(r)
        self.in_packages = False
        self.write("couplet.xml", text)
        self.currencies = [r.guid() for _ in range(3)]
        self.write("currency.csv", "Code\nEUR\nUSD\nGBP\n")
        self.write("terms.csv", "Code\n" + "\n".join(TERMS) + "\n")
        self.write("transactioncurrency.csv", "transactioncurrencyid,isocurrencycode\n%s,CHF\n" % self.currencies[0])
        erp, crm = text.split("<crm")[0], text.split("<crm")[1]
        self.write("erp.csv", ",".join(["No."] + ["Variant"] * ("Variant" in erp) + [
            "Name", "City", "Closed", "Currency", "Terms", "Origin", "Blocked"] + ["SystemId"] * ("SystemId" in erp)
            + ["Modified"] * ('"Modified"' in erp)) + "\n")
        self.write("crm.csv", ",".join(["accountid", "number", "variant", "name", "city", "state", "currency", "terms", "kind", "group"]
                                       + ["modifiedon"] * ('"modifiedon"' in crm)) + "\n")
        for side in ("erp", "crm"):
            for _ in range(r.random.randint(0, 4)):
                self.add(side)

    def value(self, header):
        r = self.r
        if header == "Variant":
            return r.pick(["A", "B"])
        if header == "variant":
            return r.pick(["A", "B", ""])
        if header in ("City", "city"):
            return r.pick(["Contoso", " Ghent ", "Condé", "E-Ghent", ""])
        if header == "Closed":
            return r.pick(["true", "false", "", "1"])
        if header == "state":
            return r.pick(["Active", "Retired", "0", ""])
        if header == "Terms":
            return r.pick(TERMS + ["", "NEVER"])
        if header == "terms":
            return r.pick(TERMS[:2] + [""])
        if header == "number":
            return r.pick(["C%04d" % r.random.randint(0, 9), "", ""])
        if header == "Currency":
            return r.pick(["EUR", "USD", "GBP", "", "XXX"])
        if header == "currency":
            return r.pick(["", self.currencies[0], self.currencies[0], self.currencies[1]])
        return super().value(header)

    def edit(self, side):
        world = self.world()
        file = self.file(world, side)
        if not file.rows:
            return
        row = self.r.pick(file.rows)
        editable = [name for name in file.header[1:] if name not in ("Variant", "SystemId", "Modified", "modifiedon")]
        header = self.r.pick(editable)
        row[file.header.index(header)] = self.value(header)
        for stamp in ("Modified", "modifiedon"):
            if stamp in file.header and self.r.chance(0.9):
                row[file.header.index(stamp)] = self.r.stamp()
        file.write()

    def answer(self):
        """A command between the runs; what does not fit is refused with status 2."""
        act = self.r.pick(["resolve", "uncouple", "hand", "match", "record"])
        if act == "resolve":
            return super().answer()
        args = getattr(self, act + "_arguments")()
        if args is None:
            return None
        out = self.run(args[0], "answer", [2, 4], *args[1:])
        if not out:
            return None
        again = self.run(args[0], "threads", [2, 4], "-j", "4", *args[1:])
        if not again or self.differ(out, again):
            self.problems.append("threads change %s" % " ".join(args))
        self.edits.ran(out, args, is_whole=False)
        os.replace(os.path.join(out, "ledger.csv"), os.path.join(self.folder, "ledger.csv"))
        if self.r.chance(0.7):
            self.world().apply(out)
            self.edits.imported(out)
        return None

    def has_left_one(self, out):
        """L8: what failed may go in the next run, when the other direction has written what it failed for."""
        with open(os.path.join(out, "jobs.csv"), encoding="utf-8", newline="") as handle:
            if super().has_left_one(out) or any(job["failed"] != "0" for job in csv.DictReader(handle)):
                return True
        with open(os.path.join(out, "changes.csv"), encoding="utf-8", newline="") as handle:
            # A key that the ERP gives by itself is known, and sent, in the next run.
            return any(change["action"] == "create" and change["side"] == "erp" and not change["erp_key"]
                       for change in csv.DictReader(handle))

    def proof(self, out, *how):
        """Two new records of the same values whose keys the ERP gives cannot be told apart afterwards."""
        with open(os.path.join(self.folder, "couplet.xml"), encoding="utf-8") as handle:
            if "number-series" in (text := handle.read()) and "Variant" not in text:
                super().proof(out, *how)

    def differ(self, one, other):
        with open(os.path.join(one, "ledger.csv"), "rb") as a, open(os.path.join(other, "ledger.csv"), "rb") as b:
            return a.read() != b.read()

    def lines(self, *states):
        with open(os.path.join(self.folder, "ledger.csv"), encoding="utf-8", newline="") as handle:
            return [line for line in csv.DictReader(handle) if line["mapping"] == "CUSTOMER" and line["state"] in states]

    def uncouple_arguments(self):
        lines = self.lines("coupled", "pending-erp", "pending-crm")
        if not lines:
            return None
        line = self.r.pick(lines)
        return ["uncouple", "CUSTOMER", line["crm_id"] or line["erp_id"]]

    def hand_arguments(self):
        world = self.world()
        sides = [self.file(world, side) for side in ("erp", "crm")]
        if not all(file.rows for file in sides):
            return None
        erp, crm = (self.r.pick(file.rows) for file in sides)
        key = ",".join(erp[:2]) if "Variant" in sides[0].header else erp[0]
        return ["couple", "CUSTOMER", key, crm[0]]

    def match_arguments(self):
        return ["couple", "--mapping", "CUSTOMER"] + ["--create-unmatched"] * self.r.chance(0.3)

    def record_arguments(self):
        world = self.world()
        rows = self.file(world, "crm").rows
        return ["sync", "--record", "CUSTOMER:" + self.r.pick(rows)[0]] + ["--create"] * self.r.chance(0.5) if rows else None
