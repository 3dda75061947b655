# count.py - how many records and fields a file has, found without Couplet: csv, gzip, zipfile, ElementTree
import csv
import gzip
import io
import zipfile
import xml.etree.ElementTree as xml


def of_csv(data, delimiter):
    """The one table of a CSV file, as a list of one (None, records, fields)."""
    text = data.decode('utf-8-sig')
    rows = [row for row in csv.reader(io.StringIO(text, newline=''), delimiter=delimiter) if row]
    return [(None, len(rows) - 1, len(rows[0]))]


def of_package(data):
    """Lists of a configuration package: records by the elements of the first record."""
    root = xml.fromstring(gzip.decompress(data))
    tables = []
    for table in root:
        records = [child for child in table if len(child) > 0]
        filled = [record for record in records if any((field.text or '').strip() for field in record)]
        tables.append((records[0].tag, len(filled), len(records[0])) if records else (table.tag, 0, 0))
    return tables


def of_cmt(data, schema):
    """Entities of CMT data: records, and the different names of their fields and those of the schema."""
    columns = {entity.get('name'): {field.get('name') for field in entity.findall('fields/field')}
               for entity in xml.fromstring(schema)}
    tables = []
    for entity in xml.fromstring(data.lstrip()):
        records = entity.findall('records/record')
        fields = {field.get('name') for record in records for field in record.findall('field')}
        tables.append((entity.get('name'), len(records), len(fields | columns.get(entity.get('name'), set()))))
    return tables


def passed_over(path, table):
    """Of an entity in CMT data, what belongs to records and is no field: links, members of party lists."""
    if not path.endswith('.zip'):
        return 0, 0
    with zipfile.ZipFile(path) as archive:
        root = xml.fromstring(archive.read('data.xml').lstrip())
    entity = next(entity for entity in root if entity.get('name') == table)
    return (len(entity.findall('m2mrelationships/m2mrelationship/targetids/targetid')),
            len(entity.findall('records/record/field/activitypointerrecords')))


def of_file(path):
    with open(path, 'rb') as file:
        data = file.read()
    if path.endswith('.rapidstart'):
        return of_package(data)
    if path.endswith('.zip'):
        with zipfile.ZipFile(path) as archive:
            return of_cmt(archive.read('data.xml'), archive.read('data_schema.xml'))
    if path.endswith('.xml'):
        with open(path.replace('data.xml', 'data_schema.xml'), 'rb') as file:
            return of_cmt(data, file.read())
    header = data.decode('utf-8-sig').splitlines()[0]
    return of_csv(data, max(',;\t|', key=header.count))
