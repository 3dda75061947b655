"""Exports and import files in XML for the property tests: XML of records, XML Spreadsheet 2003 and
RapidStart configuration packages.

Both have the header and rows of world.File.  Python's own parser, nothing of Couplet's.
"""
import gzip
import os
import re
import xml.etree.ElementTree as ET

SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def element_name(name):
    """Part 5, 1.4, for the names that cases use."""
    if not re.match(r"[^\W\d]|[_:]", name):
        name = "_" + name
    return re.sub(r"[^\w]", "", name.replace("-", "_"))


def local(tag):
    return tag.rsplit("}", 1)[-1]


def read_bytes(path):
    with open(path, "rb") as handle:
        data = handle.read()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def parse(data, encoding):
    if encoding:
        data = re.sub(r"^<\?xml[^>]*\?>", "", data.decode(encoding).lstrip("\ufeff")).encode()
    elif data.startswith(b"\xef\xbb\xbf"):
        data = re.sub(rb"^<\?xml[^>]*\?>", b"", data[3:])
    return ET.fromstring(data)


def is_xml(path):
    head = read_bytes(path)[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    return head.startswith(b"<")


class Cell(str):
    """The text of a typed cell."""
    type = "String"

    @classmethod
    def of(cls, text, type):
        cell = cls(text)
        cell.type = type
        return cell


class XmlFile:
    """Records as child elements; attributes are written back as elements."""

    def __init__(self, path, root, record):
        self.path = path
        self.root = root
        steps = (record or "*/*").strip("/").split("/")
        self.header, self.rows = [], []
        parents = [root]
        for step in steps[1:-1]:
            parents = [child for parent in parents for child in parent if step == "*" or local(child.tag) == step]
        self.parent = parents[0] if parents else root
        self.tag = steps[-1] if steps[-1] != "*" else "record"
        for parent in parents:
            for element in list(parent):
                if steps[-1] in ("*", local(element.tag)):
                    self.tag = element.tag
                    self.take(element)
                    parent.remove(element)

    def take(self, element):
        row = [""] * len(self.header)
        fields = [(name, text) for name, text in element.attrib.items() if not name.startswith("{")]
        fields += [(local(child.tag), self.text(child)) for child in element]
        for name, text in fields:
            if name not in self.header:
                self.header.append(name)
                for other in self.rows:
                    other.append("")
                row.append("")
            row[self.header.index(name)] = text
        self.rows.append(row)

    @staticmethod
    def text(element):
        text = element.text or ""
        return "" if element.get(NIL) == "true" or (not text.strip() and "\n" in text) else text

    def write(self):
        for element in list(self.parent):
            if element.tag == self.tag:
                self.parent.remove(element)
        for row in self.rows:
            record = ET.SubElement(self.parent, self.tag)
            for name, text in zip(self.header, row):
                ET.SubElement(record, name).text = text or None
        save(self.path, self.root)


class SheetFile:
    """The worksheet that is named as the table, or the first."""

    def __init__(self, path, root, name):
        self.path = path
        self.root = root
        sheets = root.findall(SPREADSHEET + "Worksheet")
        named = [sheet for sheet in sheets if sheet.get(SPREADSHEET + "Name", "").casefold() == name.casefold()]
        self.table = (named or sheets)[0].find(SPREADSHEET + "Table")
        lines = []
        for row in self.table.findall(SPREADSHEET + "Row"):
            lines.append([])
            for cell in row.findall(SPREADSHEET + "Cell"):
                at = int(cell.get(SPREADSHEET + "Index", len(lines[-1]) + 1)) - 1
                lines[-1] += [""] * (at - len(lines[-1]))
                data = cell.find(SPREADSHEET + "Data")
                text = "" if data is None else "".join(data.itertext())
                lines[-1].append(Cell.of(text, "" if data is None else data.get(SPREADSHEET + "Type")))
            self.table.remove(row)
        self.header = [str(cell) for cell in lines[0]]
        self.rows = [line + [""] * (len(self.header) - len(line)) for line in lines[1:] if any(line)]

    def write(self):
        for row in self.table.findall(SPREADSHEET + "Row"):
            self.table.remove(row)
        for line in [self.header] + self.rows:
            row = ET.SubElement(self.table, SPREADSHEET + "Row")
            for text in line:
                cell = ET.SubElement(row, SPREADSHEET + "Cell")
                if text:
                    data = ET.SubElement(cell, SPREADSHEET + "Data")
                    data.set(SPREADSHEET + "Type", getattr(text, "type", "String"))
                    data.text = str(text)
        save(self.path, self.root)


class PackageFile(XmlFile):
    """The lists of one table in a RapidStart package; the first record decides which fields there are."""

    def __init__(self, path, root, name, table_id):
        self.path, self.root = path, root
        self.header, self.rows, self.lists = [], [], []
        self.tag = None
        for found in root.findall("*[TableID]"):
            number = found.find("TableID")
            records = [child for child in found if len(child)]
            tag = records[0].tag if records else found.tag.removesuffix("List")
            if (int(number.text) == int(table_id)) if table_id else tag == element_name(name):
                self.lists.append(found)
                self.tag = tag
                for record in records:
                    self.take(record)
                    found.remove(record)
        if not self.lists:
            raise LookupError("%s: no table %s" % (path, name))

    def take(self, record):
        values = {field.tag: self.text(field) for field in record}
        self.header = self.header or list(values)
        row = [values.get(name, "") for name in self.header]
        if any(row):
            self.rows.append(row)

    @staticmethod
    def text(element):
        text = element.text or ""
        return text if text.strip() else ""

    def write(self):
        """The package may hold other tables, which other files of the world have written meanwhile."""
        root = parse(read_bytes(self.path), None)
        ids = [found.find("TableID").text for found in self.lists]
        lists = [found for found in root.findall("*[TableID]") if found.find("TableID").text in ids]
        for found in lists:
            for record in [child for child in found if len(child)]:
                found.remove(record)
        for row in self.rows:
            record = ET.SubElement(lists[0], self.tag)
            for name, text in zip(self.header, row):
                ET.SubElement(record, name).text = text or None
        os.chmod(self.path, 0o644)
        # A carriage return that belongs to a value would be taken for a part of a line end.
        text = '<?xml version="1.0" encoding="UTF-16"?>\r\n' + ET.tostring(root, encoding="unicode").replace("\r", "&#13;")
        with open(self.path, "wb") as handle:
            handle.write(gzip.compress(b"\xff\xfe" + text.encode("utf-16-le"), mtime=0))


def save(path, root):
    os.chmod(path, 0o644)
    with open(path, "wb") as handle:
        handle.write(b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="utf-8"))


def read(path, encoding=None, record=None, name="", table_id=None):
    root = parse(read_bytes(path), encoding)
    if root.tag == "DataList" and not record:
        return PackageFile(path, root, name, table_id)
    if root.tag == SPREADSHEET + "Workbook" and not record:
        return SheetFile(path, root, name)
    return XmlFile(path, root, record)
