#!/usr/bin/env python3
"""check.py COUPLET - real files are read, and what is written in any format is read back the same; prints TAP

Real files are listed in real.txt, with what another reader counts in them. They are in real/, or among the samples.
"""
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile

import count

HERE = os.path.dirname(os.path.abspath(__file__))
COUPLET = os.path.abspath(sys.argv[1])
failed = False


def tell(ok, name, why=''):
    global failed
    failed |= not ok
    print(('ok - ' if ok else 'not ok - ') + name)
    if not ok and why:
        print('\n'.join('  # ' + line for line in why.splitlines()))


def couplet(*args, cwd=None):
    done = subprocess.run([COUPLET, *args], capture_output=True, cwd=cwd, check=False)
    return done.returncode, done.stdout, done.stderr.decode('utf-8', 'replace')


def read_csv(path):
    with open(path, encoding='utf-8-sig', newline='') as file:
        return [row for row in csv.reader(file) if row]


# Real files

def read_list():
    files = {}
    with open(os.path.join(HERE, 'real.txt'), encoding='utf-8') as lines:
        for line in lines:
            if line.strip() and not line.startswith('#'):
                path, table, records, fields = line.rstrip('\n').split('\t')
                files.setdefault(path, []).append((table, records, fields))
    return files


def find_real(path):
    for folder, name in (('real', path), ('real', os.path.basename(path)),
                         ('../../samples/cronus-full/erp', os.path.basename(path))):
        inside = os.path.join(HERE, folder, name)
        if os.path.exists(inside):
            return inside
    raise SystemExit('not ok - real file %s: it is not here' % path)


def check_table(path, table, records, fields, folder):
    out = os.path.join(folder, 'out.csv')
    args = ['convert', path, out] + ([] if table == '-' else ['--table', table])
    status, _, err = couplet(*args)
    if status != 0:
        return err
    rows = read_csv(out)
    os.remove(out)
    links, members = count.passed_over(path, table)
    for number, what in ((links, 'many-to-many links'), (members, 'members of party lists')):
        if (': %d %s are passed over' % (number, what) in err) != (number > 0):
            return '%s: %d %s: %s' % (table, number, what, err)
    if (len(rows) - 1, len(rows[0])) != (int(records), int(fields)):
        return '%d records, %d fields' % (len(rows) - 1, len(rows[0]))
    return ''


def check_refused(path, message, folder):
    status, _, err = couplet('convert', path, os.path.join(folder, 'out.csv'))
    if status != 3 or message not in err or os.listdir(folder):
        return 'status %d: %s' % (status, err)
    return ''


def check_counts(path, tables):
    """What real.txt says is what the other reader counts."""
    counted = sorted((table or '-', records, fields) for table, records, fields in count.of_file(path))
    told = sorted((table, int(records), int(fields)) for table, records, fields in tables)
    return '' if counted == told else 'counted %s' % counted


def check_real():
    for path, tables in read_list().items():
        found = find_real(path)
        why = ''
        with tempfile.TemporaryDirectory() as folder:
            for table, records, fields in tables:
                if records == 'refused':
                    why = why or check_refused(found, fields, folder)
                else:
                    why = why or check_table(found, table, records, fields, folder)
        if tables[0][1] != 'refused':
            why = why or check_counts(found, tables)
        tell(not why, 'real file ' + path, why)


# There and back

SETUP = '''<setup xmlns="urn:couplet:setup:1">
  <ledger path="ledger.csv"/>
  <erp name="ERP" kind="business-central" locale="%s" time-zone="Europe/Brussels">
    <table name="Nasty Table" id="50000">
      <source path="in.csv" format="csv"/>
      <field name="No." type="Code" length="20" role="key"/>
      <field name="E-Mail 2" type="Text"/>
      <field name="% Discount" type="Decimal"/>
      <field name="Count" type="Integer"/>
      <field name="Blocked" type="Boolean"/>
      <field name="Day" type="Date"/>
      <field name="Moment" type="DateTime"/>
      <field name="Clock" type="Time"/>
      <field name="Term" type="DateFormula"/>
      <field name="Row" type="Guid"/>
      <field name="Kind" type="Option"><option value="0" name=" "/><option value="7" name="All, or none"/></field>
    </table>
  </erp>
  <crm name="CRM" kind="dataverse">
    <table name="account">
      <source path="x.csv"/>
      <field name="accountid" type="Guid" role="uid"/>
      <field name="name" type="Text" length="160"/>
      <field name="creditlimit" type="Decimal"/>
      <field name="numberofemployees" type="Integer"/>
      <field name="donotemail" type="Boolean"/>
      <field name="openedon" type="DateTime"/>
      <field name="industrycode" type="Option"><option value="7" name="All, or none"/></field>
    </table>
  </crm>
</setup>
'''
LOCALES = {
    'invariant': (['', '0', '-1234.5', '0.125', '99999999.99'], ['', 'true', 'false'], ['', '2026-03-01', '1999-12-31'],
                  ['', '2026-03-01T09:30:00Z', '2026-07-01T00:00:00.250Z'], ['', '09:30:00', '23:59:59.500']),
    'nl-BE': (['', '0', '-1234,5', '0,125'], ['', 'Ja', 'Nee'], ['', '1/03/2026', '31/12/1999'],
              ['', '1/03/2026 09:30:00', '31/12/1999 23:59:59'], ['', '09:30:00']),
}
TEXTS = ['', 'plain', ' blanks ', 'two\nlines', 'two\r\nlines', 'tab\there', '"quoted", with; marks|', "it's", '<b>&amp;</b>',
         ']]>', 'é ü ß Ø', '中文 \U0001f600', '=1+1', '0012', '{braces}', 'x' * 2000, '<30D>', 'true', '2026-03-01',
         'a\u00a0b', 'e\u0301', '   ']


def write_csv(path, rows):
    with open(path, 'w', encoding='utf-8', newline='') as file:
        csv.writer(file).writerows(rows)


def first_difference(rows, got):
    for row, (one, other) in enumerate(zip(rows, got)):
        for name, a, b in zip(rows[0], one, other):
            if a != b:
                return 'record %d, %s: %r became %r' % (row, name, a[:60], b[:60])
    return '%d records became %d' % (len(rows), len(got))


def there_and_back(name, rows, formats, folder, setup=(), table='Nasty Table'):
    write_csv(os.path.join(folder, 'in.csv'), rows)
    for ending, to in formats:
        there, back = os.path.join(folder, 'there' + ending), os.path.join(folder, 'back.csv')
        for path in (there, back):
            if os.path.exists(path):
                os.remove(path)
        named = ('--table', table) if setup else ()
        status, _, why = couplet(*setup, 'convert', 'in.csv', there, *to, *named, cwd=folder)
        if status == 0:
            status, _, why = couplet(*setup, 'convert', there, 'back.csv', *named, cwd=folder)
        got = read_csv(back) if status == 0 else []
        if status == 0 and got != rows:
            why = first_difference(rows, got)
        tell(status == 0 and got == rows, '%s as %s and back' % (name, ending + ' '.join(to)), why)


def check_texts():
    generator = random.Random(5)
    names = ['No', 'Name', 'Remark', 'City']
    rows = [names] + [['%05d' % i] + [generator.choice(TEXTS) for _ in names[1:]] for i in range(400)]
    with tempfile.TemporaryDirectory() as folder:
        there_and_back('texts', rows, [('.csv', ()), ('.csv.gz', ()), ('.xml', ()), ('.xml.gz', ()),
                                       ('.sheet', ('--to', 'spreadsheet'))], folder)


def check_types(locale):
    generator = random.Random(7)
    numbers, flags, days, moments, clocks = LOCALES[locale]
    texts = [text for text in TEXTS if text.strip() or not text]
    rows = [['No.', 'E-Mail 2', '% Discount', 'Count', 'Blocked', 'Day', 'Moment', 'Clock', 'Term', 'Row', 'Kind']]
    for i in range(300):
        rows.append(['A%05d' % i, generator.choice(texts), generator.choice(numbers), generator.choice(['', '0', '-7', '42']),
                     generator.choice(flags), generator.choice(days), generator.choice(moments), generator.choice(clocks),
                     generator.choice(['', '30D', 'CM+1M']),
                     generator.choice(['', '0b0b0b0b-0000-4000-8000-000000000001']),
                     generator.choice([' ', 'All, or none'])])
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'couplet.xml'), 'w', encoding='utf-8') as file:
            file.write(SETUP.replace('%s', locale))
        there_and_back('types in ' + locale, rows, [('.csv', ()), ('.xml', ()), ('.sheet', ('--to', 'spreadsheet')),
                                                    ('.rapidstart', ())], folder, ('-s', 'couplet.xml'))


def check_cmt():
    """Blanks are not written there, and read as blank again."""
    generator = random.Random(9)
    rows = [['accountid', 'name', 'creditlimit', 'numberofemployees', 'donotemail', 'openedon', 'industrycode']]
    for i in range(300):
        rows.append(['0b0b0b0b-0000-4000-8000-%012d' % i, generator.choice(TEXTS), generator.choice(['', '0', '-1234.5', '0.125']),
                     generator.choice(['', '0', '-7', '42']), generator.choice(['', 'true', 'false']),
                     generator.choice(['', '2026-03-01T09:30:00Z', '1999-12-31T23:59:59.250Z']),
                     generator.choice(['', 'All, or none'])])
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'couplet.xml'), 'w', encoding='utf-8') as file:
            file.write(SETUP.replace('%s', 'invariant'))
        there_and_back('rows', rows, [('.zip', ())], folder, ('-s', 'couplet.xml'), 'account')


def check_couplings():
    """3.5: import, export, import gives the same ledger, in every format that couplings are written in."""
    case = os.path.join(HERE, '../golden/p35-ledger-import-csv')
    for name in ('out.csv', 'out.csv.gz', 'out.xml', 'out.rapidstart'):
        with tempfile.TemporaryDirectory() as folder:
            for file in ('couplet.xml', 'couplings.csv'):
                shutil.copy(os.path.join(case, file), folder)
            why = ''
            for args in (('import', 'couplings.csv', '-o', 'ledger.csv'), ('export', name), ('import', name, '-o', 'again.csv')):
                status, _, err = couplet('ledger', *args, cwd=folder)
                why = why or (err if status not in (0, 4) else '')
            if not why:
                ledger, again = (read_csv(os.path.join(folder, file)) for file in ('ledger.csv', 'again.csv'))
                why = '' if len(ledger) > 3 and ledger == again else first_difference(ledger, again)
            tell(not why, 'couplings imported, exported as %s and imported' % name, why)


check_real()
check_texts()
check_couplings()
check_cmt()
for each in LOCALES:
    check_types(each)
sys.exit(failed)
