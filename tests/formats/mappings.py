#!/usr/bin/env python3
"""mappings.py COUPLET - a setup out of Business Central's mappings (init --from); prints TAP

The mappings that Business Central creates by default, as tables 5335 and 5336 in a package and in CSV, must give the
default setup again; what is changed in them must be changed there, and what is not known must be told.
"""
import base64
import copy
import csv
import gzip
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

COUPLET = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NS = '{urn:couplet:setup:1}'
DIRECTIONS = ['Bidirectional', 'ToIntegrationTable', 'FromIntegrationTable']
DELETIONS = ['None', 'RestoreRecords', 'RemoveCoupling']
UPDATES = ['None', 'SendUpdateToIntegration', 'GetUpdateFromIntegration']
failed = False


def tell(ok, name, why=''):
    global failed
    failed |= not ok
    print(('ok - ' if ok else 'not ok - ') + name)
    if not ok:
        print('\n'.join('  # ' + line for line in str(why).splitlines()))


def couplet(*args):
    done = subprocess.run([COUPLET, *args], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def read_numbers():
    numbers, ids = {}, {}
    with open(os.path.join(ROOT, 'src/cmd/standard/fields.csv'), encoding='utf-8') as file:
        for row in csv.DictReader(file):
            numbers[row['side'], row['table'], row['field']] = row['number']
            ids[row['side'], row['table']] = row['table_id']
    return numbers, ids


def read_default_rows():
    with open(os.path.join(ROOT, 'src/cmd/standard/rows.csv'), encoding='utf-8') as file:
        return {(row['mapping'], row['table_field'], row['integration_field']) for row in csv.DictReader(file)}


def view_of(mapping, tag, side, table, numbers):
    conditions = ['Field%s=1(%s)' % (numbers[side, table, node.get('field')], node.text)
                  for node in mapping.findall(NS + tag)]
    return 'VERSION(1) SORTING(Field1) WHERE(%s)' % ','.join(conditions) if conditions else ''


def to_business_central(setup, enabled_only=True):
    """Tables 5335 and 5336 that say what the setup's enabled mappings say, as lists of records."""
    numbers, ids = read_numbers()
    default_rows = read_default_rows()
    tables, fields = [], []
    for mapping in setup:
        if mapping.tag not in (NS + 'mapping', NS + 'option-mapping'):
            continue
        if enabled_only and mapping.get('enabled') == 'false':
            continue
        option = mapping.find(NS + 'integration-option')
        erp = mapping.get('table')
        crm = option.get('table') if option is not None else mapping.get('integration-table')
        direction = mapping.get('direction')
        tables.append({
            'Name': mapping.get('name'), 'Table ID': ids['erp', erp], 'Integration Table ID': ids['crm', crm],
            'Integration Table UID Fld. No.': numbers['crm', crm, option.get('field')] if option is not None else '1',
            'Int. Table UID Field Type': '35583' if option is not None else '37119',
            'Direction': str(DIRECTIONS.index(direction)),
            'Table Filter': view_of(mapping, 'table-filter', 'erp', erp, numbers),
            'Integration Table Filter': view_of(mapping, 'integration-table-filter', 'crm', crm, numbers),
            'Synch. Only Coupled Records': '1' if mapping.get('synch-only-coupled-records', 'true') == 'true' else '0',
            'Deletion-Conflict Resolution': str(DELETIONS.index(mapping.get('resolve-deletion-conflicts', 'None'))),
            'Update-Conflict Resolution': str(UPDATES.index(mapping.get('resolve-update-conflicts', 'None'))),
            'Synch. After Bulk Coupling': '1' if mapping.get('synch-after-coupling') == 'true' else '0',
            'Dependency Filter': mapping.get('depends-on', ''),
            'Create New in Case of No Match': '1' if mapping.get('create-new-on-no-match') == 'true' else '0'})
        for field in mapping.findall(NS + 'field'):
            key = mapping.get('name'), field.get('table-field', ''), field.get('integration-field', '')
            if key not in default_rows:
                continue
            own = field.get('direction', direction)
            fields.append({
                'No.': str(len(fields) + 1), 'Integration Table Mapping Name': mapping.get('name'),
                'Field No.': numbers['erp', erp, key[1]] if key[1] else '0',
                'Integration Table Field No.': numbers['crm', crm, key[2]] if key[2] else '0',
                'Direction': str(DIRECTIONS.index(own)), 'Constant Value': field.get('constant', ''),
                'Validate Field': '1' if field.get('validate-field') == 'true' else '0',
                'Validate Integration Table Fld': '0',
                'Clear Value on Failed Sync': '1' if field.get('clear-value-on-failed-sync') == 'true' else '0',
                'Status': '1' if field.get('status') == 'Disabled' else '0',
                'Not Null': '1' if field.get('not-null') == 'true' else '0', 'Transformation Rule': '',
                'Transformation Direction': '0',
                'Use For Match-Based Coupling': '1' if field.get('match') == 'true' else '0',
                'Case-Sensitive Matching': '0', 'Match Priority': '0'})
    return tables, fields


def element_name(name):
    return ''.join(c for c in name.replace('-', '_') if c.isalnum() or c == '_')[:30]


def write_package(path, tables, fields):
    root = xml.Element('DataList', Code='MAPPINGS', PackageName='Mappings')
    for number, name, records in ((5335, 'IntegrationTableMapping', tables), (5336, 'IntegrationFieldMapping', fields)):
        table = xml.SubElement(root, name + 'List')
        xml.SubElement(table, 'TableID').text = str(number)
        for record in records:
            node = xml.SubElement(table, name)
            for key, value in record.items():
                is_blob = key.endswith('Table Filter')
                xml.SubElement(node, element_name(key)).text = \
                    base64.b64encode(value.encode()).decode() if is_blob else value
    text = '<?xml version="1.0" encoding="UTF-16" standalone="yes"?>\r\n' + xml.tostring(root, encoding='unicode')
    with open(path, 'wb') as file:
        file.write(gzip.compress(b'\xff\xfe' + text.encode('utf-16-le'), mtime=0))


def write_csv(path, records):
    with open(path, 'w', encoding='utf-8', newline='') as file:
        writer = csv.DictWriter(file, records[0].keys())
        writer.writeheader()
        writer.writerows(records)


def meaning(setup):
    """What a setup says, but for what is disabled: comparable."""
    said = {}
    for mapping in setup:
        if mapping.tag not in (NS + 'mapping', NS + 'option-mapping') or mapping.get('enabled') == 'false':
            continue
        attributes = {key: value for key, value in mapping.attrib.items() if value not in ('None',)}
        attributes.setdefault('synch-only-coupled-records', 'true')
        fields = []
        for field in mapping.findall(NS + 'field'):
            own = dict(field.attrib)
            if own.get('direction') == mapping.get('direction'):
                del own['direction']
            if own.get('status') != 'Disabled':
                fields.append((sorted(own.items()), [xml.tostring(child).strip() for child in field]))
        filters = sorted((node.tag, node.get('field'), node.text) for node in mapping if node.tag.endswith('filter'))
        said[mapping.get('name')] = (attributes, fields, filters)
    return said


def read_setup(folder):
    return xml.parse(os.path.join(folder, 'couplet.xml')).getroot()


def difference(one, other):
    for name in sorted(set(one) | set(other)):
        if one.get(name) != other.get(name):
            return '%s:\n%s\n%s' % (name, one.get(name), other.get(name))
    return ''


def init_from(folder, name, tables, fields, as_csv=False):
    out = os.path.join(folder, name)
    if as_csv:
        paths = [out + '-5335.csv', out + '-5336.csv']
        write_csv(paths[0], tables)
        write_csv(paths[1], fields)
    else:
        paths = [out + '.rapidstart']
        write_package(paths[0], tables, fields)
    status, said = couplet('init', *(word for path in paths for word in ('--from', path)), out)
    return status, said, read_setup(out) if status == 0 else None


with tempfile.TemporaryDirectory() as work:
    for ownership in ('person', 'team'):
        default = os.path.join(work, ownership)
        couplet('init', '--ownership', ownership, default)
        expected = read_setup(default)
        mapped = to_business_central(expected)
        for as_csv in (False, True):
            status, said, got = init_from(work, '%s-%s' % (ownership, as_csv), *mapped, as_csv)
            why = said if got is None else difference(meaning(expected), meaning(got))
            tell(status == 0 and not why and 'notice' not in said, 'the default mappings (%s%s) give the default setup' %
                 (ownership, ', CSV' if as_csv else ''), why or said)

    tables, fields = to_business_central(expected)
    changed = copy.deepcopy(tables)
    rows = copy.deepcopy(fields)
    customer = next(table for table in changed if table['Name'] == 'CUSTOMER')
    customer.update({'Update-Conflict Resolution': '1', 'Deletion-Conflict Resolution': '2', 'Table Filter':
                     'VERSION(1) SORTING(Field1) WHERE(Field39=1(0),Field1=1(1..5|\'A,(B\'))',
                     'Synch. Only Coupled Records': '0'})
    changed = [table for table in changed if table['Name'] != 'VENDOR']
    rows = [row for row in rows if row['Integration Table Mapping Name'] != 'VENDOR']
    name = next(row for row in rows if row['Integration Table Mapping Name'] == 'CUSTOMER' and row['Field No.'] == '2')
    name.update({'Direction': '1', 'Use For Match-Based Coupling': '1', 'Match Priority': '2', 'Transformation Rule':
                 'UPPERCASE', 'Transformation Direction': '0'})
    rows = [row for row in rows if (row['Integration Table Mapping Name'], row['Field No.']) != ('CUSTOMER', '9')]
    rows.append(dict(name, **{'No.': '900', 'Field No.': '20', 'Integration Table Field No.': '39', 'Direction': '2',
                              'Transformation Rule': '', 'Use For Match-Based Coupling': '0'}))
    status, said, got = init_from(work, 'changed', changed, rows)
    tell(status == 0 and 'notice' not in said, 'changed mappings', said)
    mapping = next(node for node in got if node.get('name') == 'CUSTOMER')
    field = {(node.get('table-field'), node.get('integration-field')): node for node in mapping.findall(NS + 'field')}
    tell(mapping.get('resolve-update-conflicts') == 'SendUpdateToIntegration'
         and mapping.get('resolve-deletion-conflicts') == 'RemoveCoupling'
         and mapping.get('synch-only-coupled-records') == 'false', 'strategies', mapping.attrib)
    tell([(node.get('field'), node.text) for node in mapping.findall(NS + 'table-filter')]
         == [('Blocked', '0'), ('No.', "1..5|'A,(B'")], 'a view is taken apart', xml.tostring(mapping)[:900])
    own = field['Name', 'name']
    tell((own.get('direction'), own.get('match'), own.get('match-priority'), own.get('rule'), own.get('rule-direction'))
         == ('ToIntegrationTable', 'true', '2', 'UPPERCASE', 'ToIntegrationTable'), 'a changed field', own.attrib)
    tell(field['Phone No.', 'telephone1'].get('status') == 'Disabled', 'a field that is not there is disabled')
    tell(field['Credit Limit (LCY)', 'telephone2'].get('direction') == 'FromIntegrationTable', 'a new field is added')
    vendor = next(node for node in got if node.get('name') == 'VENDOR')
    tell(vendor.get('enabled') == 'false', 'a mapping that is not there is disabled')
    contact = next(node for node in got if node.get('name') == 'CONTACT')
    tell(contact.get('depends-on') == 'CUSTOMER', 'nobody depends on it', contact.attrib)
    tell([node.get('status') for node in contact.findall(NS + 'field') if node.get('table-field') == 'Company No.']
         == [None], 'a reference with one enabled mapping stays')

    # R126, every kind of condition, in the package as Business Central packs it: by number and by name, quoted or not.
    kinds = copy.deepcopy(tables)
    customer = next(table for table in kinds if table['Name'] == 'CUSTOMER')
    customer['Table Filter'] = ('VERSION(1) SORTING("No.") ORDER(Descending) WHERE(Field39=1(<>3),"No."=FILTER(10000..20000|'
                                '@c*&<>C9?),"Country/Region Code"=CONST(BE),Name=CONST(it\'s | or *),City=FILTER(<>\'\'),'
                                '"Credit Limit (LCY)"=FILTER(>=1000))')
    customer['Integration Table Filter'] = 'VERSION(1) SORTING(Field1) WHERE(Field54=1(0),Name=FILTER(A*|(B*&<>*x)))'
    item = next(table for table in kinds if table['Name'] == 'ITEM-PRODUCT')
    item['Table Filter'] = 'VERSION(1) SORTING(Field1)'
    status, said, got = init_from(work, 'kinds', kinds, fields)
    tell(status == 0 and 'notice' not in said, 'every kind of view', said)
    mapping = next(node for node in got if node.get('name') == 'CUSTOMER')
    want = [('Blocked', '<>3'), ('No.', '10000..20000|@c*&<>C9?'), ('Country/Region Code', 'BE'), ('Name', "'it''s | or *'"),
            ('City', "<>''"), ('Credit Limit (LCY)', '>=1000')]
    tell([(node.get('field'), node.text) for node in mapping.findall(NS + 'table-filter')] == want,
         'conditions by number and name', xml.tostring(mapping)[:1500])
    tell([(node.get('field').lower(), node.text) for node in mapping.findall(NS + 'integration-table-filter')]
         == [('statecode', '0'), ('name', 'A*|(B*&<>*x)')], 'conditions of the other side', xml.tostring(mapping)[:1500])
    mapping = next(node for node in got if node.get('name') == 'ITEM-PRODUCT')
    tell(mapping.findall(NS + 'table-filter') == [], 'a view without conditions is no filter')

    status, said = couplet('-s', os.path.join(work, 'kinds', 'couplet.xml'), 'check')
    lines = [line for line in said.splitlines() if line]
    tell(status == 3 and lines and all('there is no such file' in line for line in lines), 'the setup is understood: only exports are missing', said)

    unknown = copy.deepcopy(tables) + [dict(tables[0], Name='MINE', **{'Table ID': '50000'})]
    customer = next(table for table in unknown if table['Name'] == 'CUSTOMER')
    customer['Integration Table Filter'] = 'VERSION(1) SORTING(Field1) WHERE(Field54=1(0),Field9999=1(5))'
    rows = copy.deepcopy(fields) + [dict(name, **{'No.': '901', 'Field No.': '50001', 'Transformation Rule': ''}),
                                    dict(name, **{'No.': '902', 'Field No.': '20', 'Integration Table Field No.': '39',
                                                  'Transformation Rule': 'MINE'})]
    status, said, got = init_from(work, 'unknown', unknown, rows)
    text = open(os.path.join(work, 'unknown', 'couplet.xml'), encoding='utf-8').read()
    mapping = next(node for node in got if node.get('name') == 'CUSTOMER')
    tell(status == 0 and mapping.get('enabled') == 'false' and 'Field9999 = 5' in said and 'Field9999 = 5' in text,
         'an unknown filter disables its mapping', said)
    tell('field 50001' in said and 'field 50001' in text, 'an unknown field is a comment', said)
    tell('rule MINE' in said and 'rule MINE' in text, 'an unknown rule is a comment', said)
    tell('table 50000' in said and 'table 50000' in text, 'an unknown table is a comment', said)
    valid = subprocess.run(['xmllint', '--nonet', '--noout', '--schema', os.path.join(ROOT, 'schemas/setup.xsd'),
                            os.path.join(work, 'unknown', 'couplet.xml'), os.path.join(work, 'changed', 'couplet.xml')],
                           capture_output=True, text=True, check=False)
    tell(valid.returncode == 0, 'the setups are valid', valid.stderr)

    status, said = couplet('init', '--from', os.path.join(ROOT, 'tests/formats/real/MB800_OPENING.rapidstart'),
                           os.path.join(work, 'none'))
    tell(status == 3 and 'Integration Table Mapping' in said and not os.path.exists(os.path.join(work, 'none')),
         'a package without mappings is refused', said)
    status, said = couplet('init', '--from', os.path.join(work, 'unknown.rapidstart'), os.path.join(work, 'changed'))
    tell(status == 2 and 'exists already' in said, 'nothing is overwritten', said)
sys.exit(failed)
