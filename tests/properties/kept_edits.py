"""No lost edit (part 8), beside the histories of random_worlds.py.

What people enter between two runs into a mapped field, on a side that is its source, is followed from run to run:
until the other side has it (E24), until it is listed as lost edit (E16), until people enter something else there or
delete the record. A run that does neither must tell why: the record failed, is skipped, or is left alone; an edit that
such a run forgets is lost in a later one, which has no reason left. This is no planner: whether a value is written is
read off changes.csv and, where they are applied, the import files; only where nothing is written values are compared.
"""
import csv
import os
import sys
import xml.etree.ElementTree as ET
from collections import Counter

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "oracle"))
from exports import CRM, ERP, FROM, NS, TO, Setup  # noqa: E402
from values import convert, is_bad, key, passes, read, upper  # noqa: E402

SIDES = (ERP, CRM)
OTHER = {ERP: CRM, CRM: ERP}
WAY = {ERP: TO, CRM: FROM}
# Notices that say why a record, or a field of it, stays as it is.
LEFT = {"unbased-difference", "pending", "unresolved-reference", "several-links", "filtered-out", "deleted-source",
        "update-conflict", "several-matches"}
# Those that say so once and for all.
FINAL = {"not-carried", "altered-by-destination"}
# What becomes of an edit; `wait` is: until the world's end there is a reason, which errors.csv or the ledger tells.
VERDICTS = ("followed", "arrived", "listed as lost edits", "told as not carried", "replaced or deleted by people", "wait", "lost")


def rows(*path):
    with open(os.path.join(*path), encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def canonical(name):
    """A uid as identities are compared."""
    return name.strip().strip("{}").casefold()


def at(row):
    """The record that a row of changes.csv writes."""
    return row["mapping"], row["side"], canonical(row[row["side"] + "_id"])


def names_field(row, edit):
    """Whether a finding is of an edit's field, or of its whole record."""
    return not row["field"] or bool({edit.field.name, edit.there.name} & set(row["field"].split("|")))


class Look:
    """The exports, the ledger and what is in flight, as a run finds or leaves them."""

    def __init__(self, setup_path):
        self.setup = Setup(setup_path)
        self.root = ET.parse(setup_path).getroot()
        self.records = {(side, name): {canonical(record.uid): record for record in table.records}
                        for (side, name), table in self.setup.tables.items()}

    def record(self, mapping, side, uid):
        return self.records[side, self.mapping(mapping).table[side].name].get(uid)

    def mapping(self, name):
        return self.setup.by_name[name]

    def by_key(self, row):
        """A new record that is told by the key that it was given."""
        table = self.mapping(row["mapping"]).table[row["side"]]
        return next((record for record in table.records if row["side"] == ERP and record.key == row["erp_key"]), None)

    def field_mapping(self, mapping, signature):
        return next(fm for fm in self.mapping(mapping).fields if fm.signature == signature)

    def sources(self):
        """(name of the mapping, field mapping, side) of all that people's edits are synchronized of."""
        for mapping in self.setup.mappings:
            for fm in mapping.fields:
                for side in SIDES:
                    if fm.constant is None and fm.goes(WAY[side]) and mapping.direction in ("Bidirectional", WAY[side]):
                        yield mapping.name, fm, side

    def rule(self, mapping, fm):
        """The transformation rules of a field mapping, first to last."""
        of = next(child for child in self.root.findall("c:mapping", NS) if child.get("name") == mapping)
        code = next(child.get("rule") for child in of.findall("c:field", NS)
                    if all(fm.field[side] and child.get(name) == fm.field[side].name
                           for side, name in ((ERP, "table-field"), (CRM, "integration-field"))))
        while code:
            rule = next(child for child in self.root.findall("c:transformation-rule", NS) if child.get("code") == code)
            yield rule
            code = rule.get("next")


class Edit:
    """A value that people entered into a field of a record."""

    def __init__(self, mapping, fm, side, uid, value):
        self.mapping, self.fm, self.side, self.uid, self.value = mapping, fm, side, uid, value
        self.field, self.there = fm.field[side], fm.field[OTHER[side]]
        self.place = mapping, fm.signature, side, uid
        self.why = "no run"  # what the last run told of it

    def __str__(self):
        return "%s %s %s = %r" % (self.mapping, self.uid, self.field.name, self.value)


class Ran:
    """What a run says of itself."""

    def __init__(self, out, args):
        self.ledger, self.changes, self.findings = (rows(out, name) for name in ("ledger.csv", "changes.csv", "errors.csv"))
        self.creates = any(arg in ("--full", "--create", "--create-unmatched") for arg in args)

    def line(self, edit):
        return next((line for line in self.ledger if line["mapping"] == edit.mapping
                     and canonical(line[edit.side + "_id"]) == edit.uid), None)

    def written(self, edit, side, *actions):
        """The rows of changes.csv that write the edit's field on one of the sides of its record."""
        return [row for row in self.of(self.changes, edit) if row["side"] == side and row["action"] in actions
                and row["field"] == edit.fm.field[side].name]

    def of(self, table, edit):
        return [row for row in table if row["mapping"] == edit.mapping and canonical(row[edit.side + "_id"]) == edit.uid]


class KeptEdits:
    def __init__(self, folder):
        self.setup_path = os.path.join(folder, "couplet.xml")
        self.open = {}  # place: edit that is still to arrive
        self.sent = {}  # place: (edit, the row of changes.csv that writes it), until an export shows it
        self.flight = {}  # (mapping, field mapping, side, uid): the value that was written and not imported
        self.counts = Counter()
        self.problems = []
        self.look = Look(self.setup_path)
        for edit in self.entered(None, self.look):
            self.follow(edit)

    # What people do

    @staticmethod
    def entered(before, after):
        """What differs between two looks; of a new record all that is not blank."""
        for mapping, fm, side in after.sources():
            field = fm.field[side]
            for uid, record in after.records[side, after.mapping(mapping).table[side].name].items():
                old = before and before.record(mapping, side, uid)
                if key(field, record.cells[field.name]) != key(field, old.cells[field.name] if old else ""):
                    yield Edit(mapping, fm, side, uid, record.cells[field.name])

    def follow(self, edit):
        self.counts["followed"] += 1
        self.open[edit.place] = edit

    def ended(self):
        """How many edits there were, and what became of them."""
        waits = Counter("wait: " + edit.why for edit in self.open.values())
        return self.counts + waits + Counter({"wait": len(self.open)})

    def people(self):
        """Before a run: what was entered, and what was deleted, since the last look."""
        now = Look(self.setup_path)
        for edit in self.entered(self.look, now):
            if self.open.pop(edit.place, None):
                self.counts[VERDICTS[4]] += 1
            self.sent.pop(edit.place, None)
            self.follow(edit)
            if key(edit.field, self.flight.get(edit.place)) == key(edit.field, edit.value):
                self.counts["arrived"] += 1  # it is what was on its way there from the other side
                del self.open[edit.place]
        self.forget_shown(now)
        for kept in (self.open, self.sent, self.flight):
            for place in [place for place in kept if not now.record(place[0], place[2], place[3])]:
                self.counts[VERDICTS[4]] += kept is self.open
                del kept[place]
        self.look = now

    def forget_shown(self, now):
        """A cell that shows something else than before is not in flight any more, and what was sent there has landed."""
        for place in list(self.flight):
            mapping, signature, side, uid = place
            name = now.field_mapping(mapping, signature).field[side].name
            old, new = self.look.record(mapping, side, uid), now.record(mapping, side, uid)
            if old and new and old.cells[name] != new.cells[name]:
                del self.flight[place]
                self.sent = {at: (edit, row) for at, (edit, row) in self.sent.items()
                             if at[:2] != place[:2] or row["side"] != side or canonical(row[side + "_id"]) != uid}

    # What runs do

    def ran(self, out, args=(), is_whole=True):
        """After a run whose ledger is committed; one that is not whole leaves alone what it is not asked for."""
        run = Ran(out, args)
        for place, edit in list(self.open.items()):
            verdict = self.verdict(run, edit)
            if verdict in VERDICTS[1:4] or verdict == "lost" and (is_whole or self.is_overwritten(run, edit)):
                self.counts[verdict] += 1
                del self.open[place]
                if verdict == "lost":
                    self.problems.append("lost edit: %s" % edit)
        for place, (edit, _) in list(self.sent.items()):
            if self.is_overwritten(run, edit):
                del self.sent[place]
                if not run.written(edit, edit.side, "lost-edit"):
                    self.counts["lost"] += 1
                    self.counts["arrived"] -= 1
                    self.problems.append("lost edit, though written before: %s" % edit)
        self.take_off(run)

    @staticmethod
    def is_overwritten(run, edit):
        return any(key(edit.field, read(edit.field, row["new"])) != key(edit.field, edit.value)
                   for row in run.written(edit, edit.side, "update", "link"))

    def verdict(self, run, edit):
        if self.is_overwritten(run, edit):
            return VERDICTS[2] if run.written(edit, edit.side, "lost-edit") else "lost"
        written = run.written(edit, OTHER[edit.side], "create", "update", "link")
        if written:
            self.sent[edit.place] = edit, written[-1]
            return "arrived"
        if self.is_there(run, edit):
            return "arrived"
        if any(row["code"] in FINAL and names_field(row, edit) for row in run.of(run.findings, edit)):
            return VERDICTS[3]
        edit.why = self.reason(run, edit)
        return "waits" if edit.why else "lost"

    def take_off(self, run):
        """What a run wrote is in flight, and what was in flight to where it came from is not any more."""
        for row in run.changes:
            if row["action"] not in ("update", "link"):
                continue
            for fm in self.look.mapping(row["mapping"]).fields if row["mapping"] in self.look.setup.by_name else ():
                if fm.field[row["side"]] and fm.field[row["side"]].name == row["field"]:
                    places = {side: (row["mapping"], fm.signature, side, canonical(row[side + "_id"])) for side in SIDES}
                    self.flight[places[row["side"]]] = read(fm.field[row["side"]], row["new"])
                    self.flight.pop(places[OTHER[row["side"]]], None)

    def imported(self, out):
        """The import files of a folder were applied: what was sent is there, and what changed so is no edit of people."""
        now = Look(self.setup_path)
        written = [row for row in rows(out, "changes.csv") if row["side"]]
        touched = {at(row) for row in written}
        for place, (edit, row) in list(self.sent.items()):
            if row not in written and at(row) not in touched:
                continue
            del self.sent[place]
            record = now.record(*at(row)) or now.by_key(row)
            field = now.field_mapping(*place[:2]).field[row["side"]]  # as it is declared by now: options may have come
            if record and key(field, record.cells[field.name]) != key(field, read(field, row["new"])):
                self.problems.append("%s is not in the import file" % edit)
        self.flight = {place: value for place, value in self.flight.items() if (place[0], place[2], place[3]) not in touched}
        self.look = now

    # Whether it is there already

    def is_there(self, run, edit):
        """Whether the other side has the value, or a new record has its blank (E24)."""
        line = run.line(edit)
        carried = self.carry(run, edit.mapping, edit.fm, edit.side, edit.value)
        if carried == "" and any(row["action"] == "create" for row in run.of(run.changes, edit)):
            return True
        if edit.fm.not_null and carried in ("", None) and line:
            return True
        uid = canonical(line[OTHER[edit.side] + "_id"]) if line else ""
        record = uid and self.look.record(edit.mapping, OTHER[edit.side], uid)
        if not record:
            return False
        there = self.flight.get((edit.mapping, edit.fm.signature, OTHER[edit.side], uid), record.cells[edit.there.name])
        if carried is not None and key(edit.there, carried) == key(edit.there, there):
            return True
        back = self.carry(run, edit.mapping, edit.fm, OTHER[edit.side], there) if edit.fm.direction == "Bidirectional" else None
        return back is not None and key(edit.field, back) == key(edit.field, edit.value)

    def carry(self, run, mapping, fm, side, value):
        """The value on the other side (E20); None where there is none."""
        if is_bad(value):
            return None
        for rule in self.look.rule(mapping, fm):
            value = apply_rule(rule, value)
        if fm.references:
            found = self.refer(run, fm, side, value)
        elif fm.value_map:
            found = self.look_up(fm, side, value)
        else:
            found, code, _ = convert(fm.field[side], fm.field[OTHER[side]], value)
            found = None if code else found
        return "" if found is None and fm.clear else found

    def look_up(self, fm, side, value):
        source, there = fm.field[side], fm.field[OTHER[side]]
        for pair in self.look.setup.value_maps[fm.value_map]:
            entry = dict(zip(SIDES, pair))
            if entry[side] == "*" or key(source, read(source, entry[side])) == key(source, value):
                return read(there, entry[OTHER[side]])
        return None

    def refer(self, run, fm, side, value):
        """The partner of the record that is named, as the ledger of the run knows it (E32)."""
        if value == "":
            return "" if not fm.blank_as or side == CRM else self.partner_of(run, fm.references[0].mapping, ERP, fm.blank_as)
        for reference in fm.references:
            for name in self.linked(reference, value) if side == ERP else [value]:
                found = self.partner_of(run, reference.mapping, side, name)
                if found is None:
                    continue
                if side == ERP:
                    return found
                if fm.blank_as and found == fm.blank_as:
                    return ""
                return next((link.cells[reference.link_from] for link in self.link_records(reference)
                             if link.cells[reference.link_to] == found), None) if reference.link_table else found
        return None

    def link_records(self, reference):
        return self.look.setup.tables[ERP, reference.link_table].records

    def linked(self, reference, value):
        if not reference.link_table:
            return [value]
        return [link.cells[reference.link_to] for link in self.link_records(reference) if link.cells[reference.link_from] == value]

    def partner_of(self, run, mapping, side, name):
        """The CRM uid of a record with this key, or the key of one with this uid."""
        for line in run.ledger:
            if line["mapping"] == mapping and line[("erp_key" if side == ERP else "crm_id")].strip() == name:
                found = line["crm_id" if side == ERP else "erp_key"]
                if found and line["state"] in ("coupled", "pending-erp", "pending-crm"):
                    return found
        return None

    # Why it waits

    def reason(self, run, edit):
        for row in run.of(run.findings, edit):
            if row["severity"] in ("error", "conflict") and row["direction"] in ("", WAY[edit.side]):
                return row["code"]
            if row["code"] in LEFT and names_field(row, edit):
                return row["code"]
        mapping, line = self.look.mapping(edit.mapping), run.line(edit)
        record = self.look.record(edit.mapping, edit.side, edit.uid)
        flown = {fm.field[edit.side].name: self.flight[at] for fm in mapping.fields
                 for at in [(edit.mapping, fm.signature, edit.side, edit.uid)] if at in self.flight}
        written = {row["field"]: row["new"] for row in run.of(run.changes, edit) if row["side"] == edit.side}
        for cells in (record.cells, {**record.cells, **flown, **written}):  # E2: a job may have written what fails now
            if not all(fits(field, text, cells[field.name]) for field, text in mapping.filters[edit.side]):
                return "filtered"
        if any(fm.ignore and fm.goes(WAY[edit.side]) and self.carry(run, edit.mapping, fm, edit.side,
                                                                    record.cells[fm.field[edit.side].name]) is None
               for fm in mapping.fields if fm.constant is None):
            return "ignored"  # E33
        if line is None or line["state"] == "failed-create":
            is_claimed = any(each["state"].startswith("pending") and not each[edit.side + "_id"]
                             for each in run.ledger if each["mapping"] == edit.mapping)
            return "claimed" if is_claimed else None if run.creates or not mapping.only_coupled else "not created"
        return "skipped" if line["skipped"] else line["state"] if line["state"] != "coupled" else None


def fits(field, expression, value):
    """A filter of these worlds: values.passes() knows no wildcards."""
    if expression.startswith("<>") and expression.endswith("*"):
        return not value.startswith(expression[2:-1])
    return passes(field, expression, value)


def apply_rule(rule, text):
    kind = rule.get("type")
    if kind == "Replace":
        return text.replace(rule.get("find"), rule.get("replace") or "")
    if kind == "Prefix":
        return rule.get("text") + text
    return {"Uppercase": upper, "Trim": str.strip}[kind](text)
