"""Configuration Migration packages for the property tests: read, applied and written.

Python's own zip, XML and HTML modules, nothing of Couplet's.
"""
import html
import io
import os
import zipfile
import xml.etree.ElementTree as ET

CONTENT_TYPES = (b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/'
                 b'package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /></Types>')


def is_package(path):
    """A zip archive with data.xml, or the bare data.xml."""
    with open(path, "rb") as handle:
        head = handle.read(400)
    if head.startswith(b"PK") and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return "data.xml" in archive.namelist()
    return b"<entities" in head


def parse(data):
    return ET.fromstring(data.lstrip(b"\xef\xbb\xbf \t\r\n"))


def encode(text):
    """As HtmlEncode does."""
    out = []
    for c in text:
        if c in '&<>"':
            out.append({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}[c])
        else:
            out.append("&#%d;" % ord(c) if c == "'" or 160 <= ord(c) <= 255 else c)
    return "".join(out)


class Package:
    """Data and schema, whole."""

    def __init__(self, path):
        self.path = path
        self.is_zip = zipfile.is_zipfile(path)
        if self.is_zip:
            with zipfile.ZipFile(path) as archive:
                parts = {name: archive.read(name) for name in archive.namelist()}
            self.data, self.schema = parse(parts["data.xml"]), parse(parts["data_schema.xml"])
        else:
            with open(path, "rb") as handle:
                self.data = parse(handle.read())
            beside = os.path.join(os.path.dirname(path), "data_schema.xml")
            self.schema = None
            if os.path.exists(beside):
                with open(beside, "rb") as handle:
                    self.schema = parse(handle.read())

    def entities(self):
        return [entity.get("name") for entity in self.data.findall("entity")]

    def entity(self, name):
        return next((entity for entity in self.data.findall("entity") if entity.get("name") == name.lower()), None)

    def columns(self, name):
        """Names and types, in the order of the schema."""
        found = {}
        for entity in self.schema.findall("entity") if self.schema is not None else []:
            if entity.get("name") == name.lower():
                for field in entity.find("fields").findall("field"):
                    found[field.get("name")] = field.get("type")
        return found

    def is_mixed(self, name, column):
        """Look-ups that may refer to several tables: ownerid and the like."""
        for entity in self.schema.findall("entity") if self.schema is not None else []:
            for field in entity.find("fields").findall("field") if entity.get("name") == name.lower() else []:
                if field.get("name") == column:
                    return field.get("type") == "owner" or "|" in (field.get("lookupType") or "")
        return False

    def records(self, name):
        """Values by column, for each record, and its id."""
        columns = self.columns(name)
        entity = self.entity(name)
        for record in entity.find("records").findall("record") if entity is not None else []:
            values = {}
            for field in record.findall("field"):
                text = field.get("value", "")
                if self.is_mixed(name, field.get("name")):
                    values[field.get("name") + "type"] = field.get("lookupentity", "")
                values[field.get("name")] = html.unescape(text) if columns.get(field.get("name"), "string") == "string" else text
            yield record.get("id"), values

    def save(self):
        data = b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(self.data, encoding="utf-8")
        os.chmod(self.path, 0o644)
        if not self.is_zip:
            with open(self.path, "wb") as handle:
                handle.write(data)
            return
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in (("data.xml", data), ("data_schema.xml", ET.tostring(self.schema)),
                               ("[Content_Types].xml", CONTENT_TYPES)):
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part)
        with open(self.path, "wb") as handle:
            handle.write(out.getvalue())


class EntityFile:
    """One entity of a package, with the header and rows of world.File."""

    def __init__(self, path, name):
        self.path, self.name = path, name.lower()
        package = Package(path)
        self.types = package.columns(name)
        records = [values for _, values in package.records(name)]
        self.header = list(self.types) + [column + "type" for column in self.types if package.is_mixed(name, column)]
        for values in records:
            self.header += [column for column in values if column not in self.header]
        self.rows = [[values.get(column, "") for column in self.header] for values in records]

    def write(self):
        package = Package(self.path)
        entity = package.entity(self.name)
        if entity is None:
            entity = ET.SubElement(package.data, "entity", {"name": self.name, "displayname": self.name})
            ET.SubElement(entity, "records")
        parent = entity.find("records")
        for record in parent.findall("record"):
            parent.remove(record)
        id_column = self.header.index(self.name + "id")
        for row in self.rows:
            record = ET.SubElement(parent, "record", {"id": row[id_column]})
            values = dict(zip(self.header, row))
            for column, text in values.items():
                if text and not (column.endswith("type") and package.is_mixed(self.name, column[:-4])):
                    value = encode(text) if self.types.get(column, "string") == "string" else text
                    field = ET.SubElement(record, "field", {"name": column, "value": value})
                    if package.is_mixed(self.name, column):
                        field.set("lookupentity", values.get(column + "type") or "unknown")
                        field.set("lookupentityname", text)
        package.save()
