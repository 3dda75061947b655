"""Worlds of exports for the property tests: read a setup's tables, apply import files, shuffle rows.

An independent reader: Python's own csv, gzip and xml modules, nothing of Couplet's.
"""
import csv
import functools
import glob
import gzip
import io
import os
import random
import uuid
import xml.etree.ElementTree as ET

import cmt_files
import xml_files

NS = {"c": "urn:couplet:setup:1"}
MANIFEST = {"m": "urn:couplet:manifest:1"}


class File:
    """One CSV file of an export, as cells, and how to write it back in the same form."""

    def __init__(self, path, delimiter=None, encoding=None, quote='"'):
        self.path = path
        with open(path, "rb") as handle:
            data = handle.read()
        self.is_gzip = data[:2] == b"\x1f\x8b"
        if self.is_gzip:
            data = gzip.decompress(data)
        self.mark, self.encoding = b"", encoding or "utf-8"
        for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
            if data.startswith(mark):
                self.mark, self.encoding, data = mark, name, data[len(mark):]
                break
        text = data.decode(self.encoding)
        self.quote = quote
        first = text.splitlines()[0] if text.splitlines() else ""
        self.delimiter = delimiter or max(",;\t|", key=first.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter, quotechar=quote))
        self.header = [cell.strip() for cell in rows[0]] if rows else []
        self.rows = [row for row in rows[1:] if row]

    def write(self):
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.delimiter, quotechar=self.quote, lineterminator="\n")
        writer.writerow(self.header)
        for row in self.rows:
            # A single blank cell would be an empty line, which readers skip.
            writer.writerow(row)
        data = self.mark + out.getvalue().encode(self.encoding)
        if self.is_gzip:
            data = gzip.compress(data, mtime=0)
        os.chmod(self.path, 0o644)
        with open(self.path, "wb") as handle:
            handle.write(data)


class Table:
    """A table of the setup with its export files."""

    def __init__(self, side, element, folder):
        self.side = side
        self.name = element.get("name")
        self.id = element.get("id")
        self.is_delta = element.get("export") == "delta"
        self.fields = element.findall("c:field", NS)
        self.folder, self.sources = folder, element.findall("c:source", NS)

    @functools.cached_property
    def files(self):
        files = []
        for source in self.sources:
            pattern = os.path.join(self.folder, source.get("path"))
            for path in sorted(glob.glob(pattern)):
                if cmt_files.is_package(path):
                    files.append(cmt_files.EntityFile(path, self.name))
                elif xml_files.is_xml(path):
                    files.append(xml_files.read(path, source.get("encoding"), source.get("record"), self.name, self.id))
                else:
                    files.append(File(path, source.get("delimiter"), source.get("encoding"), source.get("quote", '"')))
        return files

    def names_of(self, field):
        return [name.strip().casefold() for name in [field.get("name")] + (field.get("header") or "").split("|") if name.strip()]

    def role(self, role):
        return [field for field in self.fields if field.get("role") == role]

    def identity(self):
        """The fields that tell records apart: the uid, else the key."""
        return self.role("uid") or self.role("key")

    def records(self):
        """Cells by identity, in a form that does not depend on how they are spelled."""
        found = {}
        fields = [field for field in self.fields if field.get("role") not in ("modified", "modified-by", "uid")
                  and field.get("type") not in ("Date", "DateTime", "Time", "Duration")]
        for file in self.files:
            at = [self.position(file, field) for field in self.identity()]
            columns = [(field, self.position(file, field)) for field in fields]
            for row in file.rows:
                row = row + [""] * (len(file.header) - len(row))
                identity = ",".join(plain(row[i]) for i in at if i is not None)
                found[identity] = {field.get("name"): meaning(field, row[i]) for field, i in columns if i is not None}
        return found

    def find_text(self, uid, name):
        """File, row and column of a Text field that identifies nothing, in the row of that uid; else None."""
        field = next((field for field in self.fields if field.get("name") == name), None)
        if field is None or field.get("role") in ("key", "uid", "modified") or field.get("type", "Text") != "Text":
            return None
        for file in self.files:
            at = [self.position(file, each) for each in self.role("uid")]
            column = self.position(file, field)
            for row in file.rows:
                if at and at[0] is not None and column is not None and plain(row[at[0]]) == plain(uid):
                    return file, row, column
        return None

    def position(self, file, field):
        names = self.names_of(field)
        if isinstance(file, xml_files.XmlFile):
            names += [xml_files.element_name(name) for name in names]
        if isinstance(file, xml_files.PackageFile):
            names += [name[:30] for name in names]
        for index, header in enumerate(file.header):
            if header.casefold() in names:
                return index
        return self.static_position(file, field)

    @staticmethod
    def static_position(file, field):
        """Columns of Dataverse's static exports: the row's Guid, its checksum and its time."""
        for index, header in enumerate(file.header):
            rest = header.casefold().removeprefix("(do not modify) ")
            if rest == header.casefold() or rest == "row checksum":
                continue
            if field.get("role") == ("modified" if rest == "modified on" else "uid"):
                return index
        return None


class World:
    """All tables of a setup: with `is_lazy` a table is read when it is first asked for, else all are at once."""

    def __init__(self, setup_path, is_lazy=False):
        self.setup_path = setup_path
        self.folder = os.path.dirname(setup_path) or "."
        root = ET.parse(setup_path).getroot()
        ledger = root.find("c:ledger", NS)
        self.ledger = os.path.join(self.folder, ledger.get("path")) if ledger is not None else None
        self.tables = {}
        for side in ("erp", "crm"):
            for element in root.find("c:" + side, NS).findall("c:table", NS):
                table = self.tables[side, element.get("name")] = Table(side, element, self.folder)
                if not is_lazy:
                    len(table.files)

    def shuffle(self, seed):
        """Other row orders, the same records; the ledger's lines too."""
        order = random.Random(seed)
        for table in self.tables.values():
            for file in table.files:
                order.shuffle(file.rows)
                file.write()
        if self.ledger and os.path.exists(self.ledger):
            ledger = File(self.ledger, ",")
            order.shuffle(ledger.rows)
            ledger.write()

    def difference(self, other):
        """The first record, field or coupling in which another world differs, by meaning and not by spelling."""
        for key, table in self.tables.items():
            mine, others = table.records(), other.tables[key].records()
            # The other world may declare what a package's schema told in this one.
            names = {field.get("name") for field in table.fields}
            others = {identity: {name: value for name, value in cells.items() if name in names}
                      for identity, cells in others.items()}
            for identity in sorted(set(mine) | set(others)):
                if identity and mine.get(identity) != others.get(identity):
                    return "%s %s: %s, then %s" % (table.name, identity, mine.get(identity), others.get(identity))
        mine, others = self.couplings("coupled"), other.couplings("coupled")
        waiting = {(pair[0], half) for pair in self.couplings("pending-erp", "pending-crm") for half in pair[1:3] if half}
        lost = sorted(pair for pair in mine - others if not self.is_restored(pair, others))
        new = sorted(pair for pair in others - mine if not other.is_restored(pair, mine)
                     and (pair[0], pair[1]) not in waiting and (pair[0], pair[2]) not in waiting)
        return "couplings lost %s, new %s" % (lost, new) if lost or new else None

    @staticmethod
    def is_restored(pair, others):
        """An ERP record that was deleted and restored comes back under its key, with another uid."""
        return any(pair[0] == other[0] and pair[2] == other[2] and (pair[1] == other[1] or pair[3] == other[3])
                   for other in others)

    def lines(self):
        if not self.ledger or not os.path.exists(self.ledger):
            return []
        ledger = File(self.ledger, ",")
        return [dict(zip(ledger.header, row)) for row in ledger.rows]

    def has_in_flight(self):
        """Whether an earlier run wrote what no export showed yet: sections of the base that say so."""
        return any(mark in line["base"] for line in self.lines() for mark in "|_" if line["state"] == "coupled")

    def couplings(self, *states):
        return {(line["mapping"], plain(line["erp_id"]), plain(line["crm_id"]), line["erp_key"])
                for line in self.lines() if line["state"] in states}

    def apply(self, out):
        """Imports the files of an output folder as the target systems would, one second after the run."""
        manifest = ET.parse(os.path.join(out, "manifest.xml")).getroot()
        stamp = manifest.get("now").replace("Z", "")
        stamp = (stamp.split(".")[0] if "." in stamp else stamp) + "Z"
        stamp = later(stamp)
        by_file = {}
        for (side, name) in self.tables:
            safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in name)
            by_file[side, safe] = self.tables[side, name]
        paths = sorted(glob.glob(os.path.join(out, "erp", "*")) + glob.glob(os.path.join(out, "crm", "*")),
                       key=lambda path: (int(os.path.basename(path).split("-")[0]), os.path.basename(path)))
        for path in paths:
            if path.endswith("-options.csv"):
                self.declare_options(path)
                continue
            if path.endswith("-crm.zip"):
                self.apply_package(cmt_files.Package(path), stamp)
                continue
            side = os.path.basename(os.path.dirname(path))
            stem = os.path.basename(path).split("-", 1)[1]
            name, action = stem.split(".")[0], stem.split(".")[1]
            form = import_form(self, side, name)
            table = by_file[side, name]
            imported = xml_files.read(path, name=table.name, table_id=table.id) if xml_files.is_xml(path) else File(path, *form)
            self.apply_file(by_file[side, name], action, imported, stamp)
        for table in self.tables.values():
            for file in table.files:
                file.write()

    def declare_options(self, path):
        """What a person does with options: enters them in the CRM, and declares them in the setup."""
        document = ET.parse(self.setup_path)
        tables = {table.get("name"): table for table in document.getroot().find("c:crm", NS).findall("c:table", NS)}
        with open(path, encoding="utf-8", newline="") as handle:
            lines = list(csv.DictReader(handle))
        for line in lines:
            field = next(field for field in tables[line["table"]].findall("c:field", NS) if field.get("name") == line["field"])
            option = next((option for option in field.findall("c:option", NS) if option.get("value") == line["value"]), None)
            if not line["label"]:
                field.remove(option)
                continue
            if option is None:
                option = ET.SubElement(field, "{%s}option" % NS["c"], {"value": line["value"]})
            option.set("name", line["label"])
        ET.register_namespace("", NS["c"])
        os.chmod(self.setup_path, 0o644)
        document.write(self.setup_path, encoding="utf-8", xml_declaration=True)

    def apply_package(self, package, stamp):
        """Rows that are there get the fields that a record has, and no others; all other records are new rows."""
        for name in package.entities():
            table = next(table for (side, _), table in self.tables.items() if side == "crm" and table.name.lower() == name)
            id_field = table.role("uid")[0]
            for identity, values in package.records(name):
                file, cells = next(((file, cells) for file in table.files for cells in file.rows
                                    if plain(cells[table.position(file, id_field)]) == plain(identity)), (None, None))
                if cells is None:
                    file, cells = table.files[0], [""] * len(table.files[0].header)
                    file.rows.append(cells)
                for column, value in values.items():
                    cells[self.column_of(table, file, column)] = value
                for field in table.role("modified"):
                    if table.position(file, field) is not None:
                        cells[table.position(file, field)] = stamp

    @staticmethod
    def column_of(table, file, logical):
        """Where a file has the column that a package calls so: OData calls ownerid _ownerid_value."""
        headers = [header.casefold() for header in file.header]
        for name in (logical, "_%s_value" % logical):
            if name in headers:
                return headers.index(name)
            for field in table.fields:
                if field.get("name").casefold() == name:
                    return table.position(file, field)
        file.header.append(logical)
        for row in file.rows:
            row.append("")
        return len(file.header) - 1

    def apply_file(self, table, action, imported, stamp):
        target = table.files[0]
        if not target.header:  # XML of records without a record
            target.header = [xml_files.element_name(field.get("name")) for field in table.fields]
        columns = {header.casefold(): index for index, header in enumerate(imported.header)}
        for field in table.fields:
            at, there = table.position(imported, field), table.position(target, field)
            if at is not None and there is not None:
                columns[target.header[there].casefold()] = at
        for number, row in enumerate(imported.rows):
            if action == "create":
                cells = [""] * len(target.header)
                target.rows.append(cells)
                self.fill(table, target, cells, columns, row, stamp)
                self.assign(table, target, cells, number)
                continue
            file, cells = self.find(table, columns, row)
            if cells is None:
                continue
            if action == "delete":
                file.rows.remove(cells)
            else:
                self.fill(table, file, cells, columns, row, stamp, self.blank_identity(table, columns, row))

    @staticmethod
    def blank_identity(table, columns, row):
        """Headers of a uid that the import file leaves blank: the target system gave it (a link to a new record)."""
        names = [name for field in table.role("uid") for name in table.names_of(field)]
        return [name for name in names if name in columns and not row[columns[name]].strip()]

    @staticmethod
    def fill(table, file, cells, columns, row, stamp, kept=()):
        for index, header in enumerate(file.header):
            at = columns.get(header.casefold())
            if at is not None and header.casefold() not in kept:
                cells[index] = row[at]
        for field in table.role("modified"):
            at = table.position(file, field)
            if at is not None:
                cells[at] = stamp

    @staticmethod
    def assign(table, file, cells, number):
        """What the target system gives by itself: a uid, and a key where it was left blank."""
        for field in table.role("key"):
            at = table.position(file, field)
            if at is not None and not cells[at].strip():
                cells[at] = "ZZ%05d" % (len(file.rows) * 10 + number)
        for field in table.role("uid"):
            at = table.position(file, field)
            if at is not None and not cells[at].strip():
                cells[at] = str(uuid.uuid5(uuid.NAMESPACE_URL, table.name + "/" + "/".join(cells)))

    def find(self, table, columns, row):
        by_key = self.blank_identity(table, columns, row)
        for file in table.files:
            wanted = []
            at_uid = [table.position(file, field) for field in table.role("uid")]
            by_key = by_key or any(file.header[at].casefold() not in columns for at in at_uid)
            for field in table.role("key") if by_key else table.identity():
                at = table.position(file, field)
                value = next(row[columns[name]] for name in [file.header[at].casefold()] if name in columns)
                wanted.append((at, plain(value)))
            for cells in file.rows:
                if all(plain(cells[at]) == value for at, value in wanted):
                    return file, cells
        if table.is_delta:
            return None, None  # the target system has it; this export does not show it
        raise LookupError("%s: no record for %s" % (table.name, row))


def meaning(field, text):
    """A cell without its spelling: numbers without marks, options by number, Codes in upper case."""
    kind = field.get("type") or "Text"
    text = text.strip()
    if kind in ("Decimal", "Integer", "BigInteger"):
        digits = "".join(c for c in text if c.isdigit() or c in ".,-")
        whole, mark, rest = digits.replace(",", ".").rpartition(".")
        if mark and not (len(rest) == 3 and kind != "Decimal"):
            number = whole.replace(".", "") + "." + rest
        else:
            number = (whole + rest).replace(".", "")
        return float(number) if number.strip(".-") else 0.0
    if kind == "Option":
        for option in field.findall("c:option", NS):
            names = [option.get("value"), option.get("name")] + (option.get("caption") or "").split("|")
            if text.casefold() in [name.strip().casefold() for name in names if name is not None]:
                return option.get("value")
    if kind == "DateFormula":
        return text.strip("<>").replace(" ", "").upper()
    if kind == "Boolean":
        return text.casefold() in ("true", "1", "yes", "ja", "oui", "waar", "vrai", "wahr", "sand")
    return plain(text)


def plain(value):
    return value.strip().strip("{}").casefold()


def later(stamp):
    import datetime
    moment = datetime.datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ") + datetime.timedelta(seconds=2)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def import_form(world, side, safe_name):
    """Delimiter and encoding of a table's import files."""
    root = ET.parse(world.setup_path).getroot()
    for element in root.find("c:" + side, NS).findall("c:table", NS):
        name = element.get("name")
        if "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in name) == safe_name:
            imported = element.find("c:import", NS)
            if imported is not None:
                return imported.get("delimiter") or ",", imported.get("encoding")
    return ",", None
