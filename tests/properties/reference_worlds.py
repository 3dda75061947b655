"""Random worlds whose records refer to each other: customers to their primary contact and to whom they
are paid by, contacts to their customer, through a link table or not. For random_worlds.py."""
import os
import uuid

NAMES = ["Adatum", "Contoso", "Fabrikam", "Litware", "Tailspin", "Wingtip"]
UNRESOLVED = ["", "", "", ' clear-value-on-failed-sync="true"', ' ignore-record-when-unresolved="true"', ' not-null="true"']
# By table: side, file, its columns, those that hold references and to which table.
TABLES = {
    "Customer": ("erp", "customers.csv", ["No.", "Name", "Paid By", "Contact"], {"Paid By": "Customer", "Contact": "Contact"}),
    "Contact": ("erp", "people.csv", ["No.", "Name", "Company"], {"Company": "Customer"}),
    "account": ("crm", "accounts.csv", ["accountid", "name", "parent", "contact"], {"parent": "account", "contact": "contact"}),
    "contact": ("crm", "contacts.csv", ["contactid", "name", "company"], {"company": "account"}),
}


def fields_of(table, has_uid, has_stamp):
    side, _, columns, references = TABLES[table]
    kinds = ['type="Code" length="20" role="key"' if side == "erp" else 'type="Guid" role="uid"', 'type="Text" length="30"']
    kinds += ['type="Code" length="20"' if side == "erp" else 'type="Guid"' for _ in references]
    fields = ['<field name="%s" %s/>' % pair for pair in zip(columns, kinds)]
    if side == "erp" and has_uid:
        fields.append('<field name="SystemId" type="Guid" role="uid"/>')
    if has_stamp:
        fields.append('<field name="%s" type="DateTime" role="modified"/>' % ("Modified" if side == "erp" else "modifiedon"))
    return "\n".join(fields)


def mapping_text(r, name, tables, references, links):
    direction = r.pick(["Bidirectional"] * 4 + ["ToIntegrationTable", "FromIntegrationTable"])
    # A blank name keeps a record out, so that others wait for it in vain.
    filters = "<table-filter field=\"Name\">&lt;&gt;''</table-filter>" if r.chance(0.3) else ""
    fields = ['<field table-field="Name" integration-field="name"/>']
    for erp, crm, target in references:
        flags = r.pick(UNRESOLVED)
        if r.chance(0.2) and direction == "Bidirectional":
            flags += r.pick([' direction="ToIntegrationTable"', ' direction="FromIntegrationTable"'])
        if links and erp == "Company":
            fields.append('<field table-field="%s" integration-field="%s"%s><reference mapping="%s" link-table="Relation"'
                          ' link-from="From" link-to="To"/></field>' % (erp, crm, flags, target))
        else:
            fields.append('<field table-field="%s" integration-field="%s"%s reference="%s"/>' % (erp, crm, flags, target))
    return """<mapping name="%s" table="%s" integration-table="%s" direction="%s" synch-only-coupled-records="%s"
 resolve-update-conflicts="%s" resolve-deletion-conflicts="%s" base="%s">%s
%s
</mapping>""" % (name, tables[0], tables[1], direction, r.pick(["true", "false", "false", "false"]),
                 r.pick(["None", "SendUpdateToIntegration", "GetUpdateFromIntegration", "MergeFields"]),
                 r.pick(["None", "RestoreRecords", "RemoveCoupling"]), r.pick(["groups", "groups", "fields"]), filters,
                 "\n".join(fields))


def setup_text(r, has_uid, has_stamp, links):
    def table(name, more=""):
        return '<table name="%s" export="%s"><source path="%s"/>%s%s</table>' % (
            name, r.pick(["full", "full", "full", "delta"]), TABLES[name][1], fields_of(name, has_uid, has_stamp), more)

    series = '<number-series field="No." start="%s0001" increment="1"/>'
    relation = """<table name="Relation"><source path="relations.csv"/><field name="From" type="Code" length="20"/>
<field name="To" type="Code" length="20"/></table>""" if links else ""
    mappings = [mapping_text(r, "CUSTOMER", ("Customer", "account"),
                             [("Paid By", "parent", "CUSTOMER"), ("Contact", "contact", "CONTACT")], links),
                mapping_text(r, "CONTACT", ("Contact", "contact"), [("Company", "company", "CUSTOMER")], links)]
    if r.chance(0.5):
        mappings.reverse()
    return """<setup xmlns="urn:couplet:setup:1">
<ledger path="ledger.csv"/>
<erp>%s%s%s</erp>
<crm kind="dataverse">%s%s</crm>
%s
<guards max-missing="none" max-blanked="none" max-all-changed="none" both-sided-full="allow"/>
</setup>
""" % (table("Customer", series % "N"), table("Contact", series % "M"), relation, table("account"), table("contact"),
       "\n".join(mappings))


class References:
    """What History does in such a world; mixed into it."""

    def begin(self):
        r = self.r
        has_uid, has_stamp, self.links = r.chance(0.7), r.chance(0.8), r.chance(0.3)
        self.write("couplet.xml", setup_text(r, has_uid, has_stamp, self.links))
        for name, (side, path, columns, _) in TABLES.items():
            more = ["SystemId"] * (side == "erp" and has_uid)
            more += ["Modified" if side == "erp" else "modifiedon"] * has_stamp
            self.write(path, ",".join(columns + more) + "\n")
        self.write("relations.csv", "From,To\n")
        for side in ("erp", "crm"):
            for _ in range(r.random.randint(0, 6)):
                self.add(side)
            for _ in range(r.random.randint(0, 4)):
                self.edit(side)

    def pick_table(self, world, side):
        name = self.r.pick([name for name in TABLES if TABLES[name][0] == side])
        return name, world.tables[side, name].files[0]

    def cell(self, world, table, header):
        """A value: of a reference mostly one that there is."""
        side, _, _, references = TABLES[table]
        if header in references:
            known = [row[0] for row in world.tables[side, references[header]].files[0].rows]
            missing = "NOBODY" if side == "erp" else str(uuid.UUID(int=7))
            if self.links and header == "Company":
                known = ["R" + row[0] for row in world.tables["erp", "Customer"].files[0].rows]
            return self.r.pick(known * 3 + ["", missing])
        if header in ("Modified", "modifiedon"):
            return self.r.stamp()
        return self.r.pick(NAMES + [""]) if header.casefold() == "name" else ""

    def add(self, side):
        world = self.world()
        name, file = self.pick_table(world, side)
        row = [self.cell(world, name, header) for header in file.header]
        row[0] = "%s%04d" % ("CT"[name == "Contact"], self.r.random.randint(0, 9999)) if side == "erp" else self.r.guid()
        if "SystemId" in file.header:
            row[file.header.index("SystemId")] = self.r.guid()
        if row[0] not in [other[0] for other in file.rows]:
            file.rows.append(row)
            if name == "Customer" and self.links and self.r.chance(0.8):
                with open(os.path.join(self.folder, "relations.csv"), "a", encoding="utf-8") as handle:
                    handle.write("R%s,%s\n" % (row[0], row[0]))
        file.write()

    def edit(self, side):
        world = self.world()
        name, file = self.pick_table(world, side)
        if not file.rows:
            return
        row = self.r.pick(file.rows)
        header = self.r.pick(file.header[1:len(TABLES[name][2])])
        row[file.header.index(header)] = self.cell(world, name, header)
        for stamp in ("Modified", "modifiedon"):
            if stamp in file.header and self.r.chance(0.9):
                row[file.header.index(stamp)] = self.r.stamp()
        file.write()

    def delete(self, side):
        world = self.world()
        _, file = self.pick_table(world, side)
        if file.rows:
            file.rows.remove(self.r.pick(file.rows))
        file.write()
