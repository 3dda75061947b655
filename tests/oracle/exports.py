"""What the reference planner reads: setup (part 2), exports in CSV, and a ledger without bases (part 3)."""
import csv
import os
import xml.etree.ElementTree as ET
from datetime import datetime, timezone

from values import Field, read

NS = {"c": "urn:couplet:setup:1"}
TO, FROM = "ToIntegrationTable", "FromIntegrationTable"
ERP, CRM = "erp", "crm"


def is_true(element, name):
    return element.get(name) == "true"


class FieldMapping:
    """A field mapping; its signature is everything that gives it its meaning (3.2)."""

    def __init__(self, element, mapping, tables):
        get = element.get
        self.constant = get("constant")
        self.field = {side: tables[side].field(get(name)) if get(name) else None
                      for side, name in ((ERP, "table-field"), (CRM, "integration-field"))}
        self.direction = get("direction") or (mapping.direction if mapping.direction != "Bidirectional" else "Bidirectional")
        if self.constant is not None and self.direction == "Bidirectional":
            self.direction = FROM if self.field[ERP] else TO
        self.value_map = get("value-map")
        self.references = [Reference(child) for child in element.findall("c:reference", NS)]
        if get("reference"):
            self.references = [Reference(ET.Element("reference", {"mapping": get("reference")}))]
        self.blank_as = get("blank-as")
        self.not_null = is_true(element, "not-null")
        self.clear = is_true(element, "clear-value-on-failed-sync")
        self.ignore = is_true(element, "ignore-record-when-unresolved")
        self.match = (int(get("match-priority") or 0), is_true(element, "match-case-sensitive")) \
            if is_true(element, "match") else None
        self.enabled = get("status") != "Disabled"
        self.signature = "|".join(str(part) for part in (
            get("table-field"), get("integration-field"), self.direction, self.value_map, self.constant,
            ";".join(reference.signature for reference in self.references), self.blank_as, self.not_null, self.clear))

    def goes(self, direction):
        return self.direction in ("Bidirectional", direction)

    @property
    def group(self):
        return {"Bidirectional": "bi", TO: "to", FROM: "from"}[self.direction]


class Reference:
    def __init__(self, element):
        self.mapping = element.get("mapping")
        self.link_table, self.link_from, self.link_to = (element.get(name) for name in ("link-table", "link-from", "link-to"))
        self.filters = [(child.get("field"), child.text or "") for child in element.findall("c:filter", NS)]
        self.signature = ",".join(str(part) for part in (
            self.mapping, self.link_table, self.link_from, self.link_to, self.filters))


class Mapping:
    def __init__(self, element, setup):
        get = element.get
        self.name, self.direction = get("name"), get("direction")
        self.table = {ERP: setup.table(ERP, get("table")), CRM: setup.table(CRM, get("integration-table"))}
        self.only_coupled = get("synch-only-coupled-records") != "false"
        self.update_conflicts = get("resolve-update-conflicts") or "None"
        self.deletions = get("resolve-deletion-conflicts") or "None"
        self.by_field = get("base") == "fields" or self.update_conflicts == "MergeFields"
        self.depends_on = [name for name in (get("depends-on") or "").split("|") if name]
        self.integration_user = (get("integration-user") or "").strip("{}").lower()
        self.enabled = get("enabled") != "false"
        self.fields = [fm for fm in (FieldMapping(child, self, self.table) for child in element.findall("c:field", NS))
                       if fm.enabled]
        self.filters = {side: [(self.table[side].field(child.get("field")), child.text or "")
                               for child in element.findall("c:" + tag, NS)]
                        for side, tag in ((ERP, "table-filter"), (CRM, "integration-table-filter"))}
        self.templates = {side: [] for side in (ERP, CRM)}
        for child in element.findall("c:config-template", NS):
            other = CRM if child.get("side") == ERP else ERP
            self.templates[child.get("side")].append((
                int(child.get("priority") or 0),
                [(self.table[other].field(f.get("field")), f.text or "") for f in child.findall("c:filter", NS)],
                [(self.table[child.get("side")].field(s.get("field")), s.get("value")) for s in child.findall("c:set", NS)]))

    def directions(self):
        """The jobs that there can be: those with something to move."""
        return [way for way in (TO, FROM) if self.direction in ("Bidirectional", way) and self.moving(way)]

    def moving(self, direction):
        return [fm for fm in self.fields if fm.goes(direction)]

    def group(self, name):
        """The field mappings of a group with values, and what the group is bound to (3.2)."""
        found = [fm for fm in self.fields if fm.group == name and fm.constant is None]
        bound = found if name == "bi" else [fm for fm in self.fields if fm.group == name]
        return found, "\n".join(sorted(fm.signature for fm in bound))


class Record:
    def __init__(self, table, cells):
        self.table, self.cells = table, cells
        self.uid = ",".join(cells[name] for name in table.uid_fields)
        self.key = ",".join(cells[name] for name in table.key_fields)
        self.stamp = milliseconds(cells.get(table.stamp_field, "")) if table.stamp_field else None
        self.modified_by = cells.get(table.by_field, "") if table.by_field else ""


class Table:
    def __init__(self, element, side, folder):
        self.side, self.name = side, element.get("name")
        self.is_delta = element.get("export") == "delta"
        self.fields = {}
        roles = {}
        for child in element.findall("c:field", NS):
            options = [(o.get("value"), [o.get("name") or ""] + [c for c in (o.get("caption") or "").split("|") if c])
                       for o in child.findall("c:option", NS)]
            field = Field(child.get("name"), child.get("type") or "Text",
                          int(child.get("length")) if child.get("length") else None, options)
            field.headers = [name.strip().casefold() for name in [field.name] + (child.get("header") or "").split("|")]
            self.fields[field.name] = field
            roles.setdefault(child.get("role"), []).append(field.name)
        self.key_fields = roles.get("key", []) if side == ERP else roles.get("uid", [])
        self.uid_fields = roles.get("uid") or self.key_fields
        self.stamp_field = roles.get("modified", [None])[0]
        self.by_field = roles.get("modified-by", [None])[0]
        series = element.find("c:number-series", NS)
        self.series = None if series is None else (
            series.get("field"), series.get("start"), int(series.get("increment") or 1))
        self.paths = [os.path.join(folder, source.get("path")) for source in element.findall("c:source", NS)]
        self.records = []
        self.by_uid, self.by_key = {}, {}

    def field(self, name):
        return self.fields.setdefault(name, Field(name))

    def load(self):
        for path in self.paths:
            with open(path, encoding="utf-8-sig", newline="") as handle:
                rows = [row for row in csv.reader(handle) if row]
            header = [cell.strip().casefold() for cell in rows[0]]
            columns = [(field, next((header.index(name) for name in getattr(field, "headers", [field.name.casefold()])
                                     if name in header), None)) for field in self.fields.values()]
            for row in rows[1:]:
                self.records.append(Record(self, {
                    field.name: read(field, row[at] if at is not None else "") for field, at in columns}))
        self.by_uid = {record.uid: record for record in self.records}
        self.by_key = {record.key: record for record in self.records}


class Setup:
    """The setup file with the exports that it names."""

    def __init__(self, path):
        root = ET.parse(path).getroot()
        folder = os.path.dirname(path) or "."
        self.tables = {(side, child.get("name")): Table(child, side, folder)
                       for side in (ERP, CRM) for child in root.find("c:" + side, NS).findall("c:table", NS)}
        self.value_maps = {child.get("code"): [(value.get(ERP), value.get(CRM)) for value in child.findall("c:value", NS)]
                           for child in root.findall("c:value-map", NS)}
        self.mappings = in_order([Mapping(child, self) for child in root.findall("c:mapping", NS)])
        self.by_name = {mapping.name: mapping for mapping in self.mappings}
        for reference in (r for m in self.mappings for fm in m.fields for r in fm.references if r.link_table):
            for name in (reference.link_from, reference.link_to, *(name for name, _ in reference.filters)):
                self.table(ERP, reference.link_table).field(name)
        for table in self.tables.values():
            table.load()
        self.ledger_path = os.path.join(folder, root.find("c:ledger", NS).get("path"))

    def table(self, side, name):
        return self.tables[side, name]

    def newest_stamp(self):
        return max([record.stamp for table in self.tables.values() for record in table.records
                    if record.stamp is not None], default=0)


def in_order(mappings):
    """Dependencies first, then references as far as they leave it open, then the document's order (2.2)."""
    left, done = list(mappings), []
    names = [mapping.name for mapping in mappings]

    def waits_for(mapping, wanted):
        return any(name in names and name not in [m.name for m in done] and name != mapping.name for name in wanted)

    while left:
        free = [m for m in left if not waits_for(m, m.depends_on)]
        ready = [m for m in free if not waits_for(m, [r.mapping for fm in m.fields for r in fm.references])]
        done.append((ready or free)[0])
        left.remove(done[-1])
    return [mapping for mapping in done if mapping.enabled]


def milliseconds(stamp):
    if not stamp or stamp.startswith("\0"):
        return None
    form = "%Y-%m-%dT%H:%M:%S.%fZ" if "." in stamp else "%Y-%m-%dT%H:%M:%SZ"
    moment = datetime.strptime(stamp, form).replace(tzinfo=timezone.utc)
    return round(moment.timestamp() * 1000)


def stamp_text(value):
    if value is None:
        return ""
    seconds, rest = divmod(value, 1000)
    text = datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    return text + (".%03dZ" % rest if rest else "Z")
