#!/usr/bin/env python3
"""The reference planner: what part 4 of the specification decides, written from it alone and to be read.

planner.py SETUP STATE [--now MS] [--full] [--create] [--mapping NAME]... [--record MAPPING:KEY]... [--direction to|from]

It shares nothing with Couplet: it reads setup and exports with Python's own modules, keeps the values that both
sides agreed on as plain values in a state file of its own, and prints its decisions as JSON. compare.py lets it run
beside Couplet. Rule numbers are those of the specification. Not here: locales, time zones, transformation rules,
option mappings, formats other than CSV, guards, and the answers of resolve.
"""
import json
import os
import sys
import uuid
from collections import Counter, defaultdict

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from exports import CRM, ERP, FROM, TO, Setup, milliseconds  # noqa: E402
from values import convert, is_altered, is_bad, key, passes, read  # noqa: E402

NAMESPACE = uuid.UUID("8b3999b0-ae94-556a-8943-d9f5a249c947")  # Couplet's own (6.5)
SIDES = (ERP, CRM)
OTHER = {ERP: CRM, CRM: ERP}
SOURCE = {TO: ERP, FROM: CRM}
BACK = {TO: FROM, FROM: TO}
OWN = {ERP: "to", CRM: "from"}  # the group of one direction whose source the side is (4.3)
UNSEEN = "unseen"  # instead of a stamp: no export has shown the record yet
NEVER = "\0never"  # what equals no value
WAIT = "\1"  # before what stands for the key of a record that this run creates later (E34)
SETTLED, FAILED, SKIPPED, LEFT = "settled", "failed", "skipped", "left alone"


class Line:
    """A coupling: one line of the ledger (part 3), with values where the ledger has digests."""

    def __init__(self, mapping, erp_id="", crm_id="", erp_key="", state="coupled"):
        self.mapping, self.state, self.erp_key, self.skipped = mapping, state, erp_key, False
        self.id = {ERP: erp_id, CRM: crm_id}
        self.time = {ERP: None, CRM: None}
        self.result = {ERP: "", CRM: ""}  # of synchronizing to that side
        self.failure = {ERP: None, CRM: None}  # what failed, to be compared with the next failure (E30)
        self.groups = {}  # "erp-bi": [signature, {field mapping: value}]
        self.fields = {ERP: {}, CRM: {}}  # {field mapping: value}, of base="fields"
        self.replaced = {}  # side: [stamp, {field mapping: [value replaced, value written]}] (E11)
        self.written = {}  # of a pending line without identity: {field: value} (L4 c)

    def to_json(self):
        return dict(self.__dict__)

    @staticmethod
    def from_json(data):
        line = Line("")
        line.__dict__.update(json.loads(json.dumps(data)))
        return line

    @property
    def has_base(self):
        """Whether the ledger would hold anything for it: of a group without fields there is nothing to know (3.2)."""
        return any(bound for bound, _ in self.groups.values()) or any(self.fields.values()) or bool(self.replaced)

    def is_coupled(self):
        return self.state == "coupled"

    def is_pending(self):
        return self.state.startswith("pending")

    def is_half(self):
        return self.state in ("removed", "failed-create")


class Assessment:
    """What is known of a coupling's two records before the first job (4.3)."""

    def __init__(self):
        self.record = {ERP: None, CRM: None}
        self.changed = {}  # (side, group)
        self.field = {}  # (side, field mapping): whether it changed, where the base knows it by itself
        self.known = {}  # (side, group): the base knows it
        self.newer = {ERP: False, CRM: False}  # than the ledger time (E7 b)
        self.tells = {ERP: False, CRM: False}  # the stamp says changed, of what the base does not know (E10)
        self.is_unbased = False  # E15: fields that the base does not know differ, and no stamp tells
        self.has_base = False  # before this run
        self.stuck = set()  # bidirectional field mappings of which nobody can tell who edited when (E11)
        self.is_first = set()  # sides of which an export shows the created record for the first time
        self.untold = set()  # those in flight whose value is that of a side that no export shows (E11)
        self.outcome = {}  # by direction
        self.seen = {}  # by direction: values of the source's own group that the job saw (E26)
        self.absent = {}  # what was written to a record that no export shows
        self.is_new = False  # coupled in this run
        self.adopts_own = False  # also the groups of one direction (E27)


class Job:
    def __init__(self, mapping, direction):
        self.mapping, self.direction = mapping, direction
        self.src = SOURCE[direction]
        self.dst = OTHER[self.src]


class Transfer:
    """A value on its way (E20): what arrives, or why nothing does."""

    def __init__(self, value="", code=None, keep=False, leave=False, link=False, shortened=False):
        self.value, self.code, self.keep, self.leave = value, code, keep, leave
        self.link, self.shortened, self.wait = link, shortened, None
        self.missing = ""  # what a reference lacks
        self.in_vain = False  # it waited for a record that does not come (E34)


class Options:
    def __init__(self, now=None, full=False, create=False, mappings=(), records=(), direction=None):
        self.now, self.full, self.create, self.mappings = now, full, create, list(mappings)
        self.records, self.direction = list(records), direction


class Plan:
    """One attempt at a run. References in hopeless are known not to come (E34)."""

    def __init__(self, setup, state, options, hopeless):
        self.setup, self.options, self.hopeless = setup, options, hopeless
        self.lines = [Line.from_json(line) for line in state["lines"]]
        self.skipped = {id(line) for line in self.lines if line.skipped}  # E2: results are entered when the run ends
        self.series = dict(state["series"])
        self.now = options.now if options.now is not None else setup.newest_stamp()
        self.overlay = defaultdict(dict)  # effective values (E2): (side, table, uid) -> {field: value}
        self.assessed = {}
        self.counts = defaultdict(Counter)
        self.changes, self.findings = [], []
        self.to_come, self.created, self.waits = set(), {}, []
        self.waiting = None  # the record whose values are on their way
        self.claimed = set()
        self.keys_given = defaultdict(set)
        self.index()

    def index(self):
        self.by_id = {side: {} for side in SIDES}
        for line in self.lines:
            for side in SIDES:
                if line.id[side]:
                    self.by_id[side][line.mapping, line.id[side]] = line

    def add_line(self, line):
        self.lines.append(line)
        for side in SIDES:
            if line.id[side]:
                self.by_id[side][line.mapping, line.id[side]] = line

    def drop_line(self, line):
        self.lines = [other for other in self.lines if other is not line]
        self.index()

    # Small questions

    def record(self, mapping, side, uid):
        return mapping.table[side].by_uid.get(uid)

    def value(self, record, field):
        """The effective value (E2)."""
        table = record.table
        return self.overlay[table.side, table.name, record.uid].get(field.name, record.cells[field.name])

    def filtered_in(self, mapping, record):
        return all(passes(field, text, self.value(record, field)) for field, text in mapping.filters[record.table.side])

    def is_gone(self, mapping, side, uid):
        """Absent from a full export (E3, E7 e)."""
        return not mapping.table[side].is_delta and uid not in mapping.table[side].by_uid

    def count(self, job, what, kind="Synchronization"):
        self.counts[job.mapping.name if isinstance(job, Job) else job.name, kind,
                    job.direction if isinstance(job, Job) else ""][what] += 1

    def find(self, mapping, direction, code, line=None, record=None):
        erp_key, erp_id, crm_id = line and line.erp_key or "", line and line.id[ERP] or "", line and line.id[CRM] or ""
        if record is not None:
            erp_key = record.key if record.table.side == ERP else erp_key
            erp_id, crm_id = (record.uid, crm_id) if record.table.side == ERP else (erp_id, record.uid)
        self.findings.append((mapping.name, direction, code, erp_key, erp_id, crm_id))

    def change(self, mapping, direction, action, side, line, field="", base="", new=""):
        self.changes.append([mapping.name, direction, action, side, line, field, base, new])

    # The run (4.1)

    def run(self):
        chosen = [m for m in self.setup.mappings if self.is_chosen(m)]
        for mapping in chosen:
            self.housekeep(mapping)
        jobs = [Job(mapping, direction) for mapping in chosen for direction in mapping.directions()
                if not self.options.records or direction in [d for name, d, _ in self.named() if name == mapping.name]]
        self.to_come = {(job.mapping.name, job.direction) for job in jobs}
        for job in jobs:
            self.run_job(job)
            self.to_come.remove((job.mapping.name, job.direction))
        missing = self.with_followers({wait for wait in self.waits if not self.came(wait)})
        if missing - self.hopeless:
            return missing
        for mapping in chosen:
            self.settle(mapping)
        self.resolve_waits()
        return None

    def is_chosen(self, mapping):
        if self.options.records:
            return any(record.split(":")[0] == mapping.name for record in self.options.records)
        return not self.options.mappings or mapping.name in self.options.mappings

    # Housekeeping (E3)

    def housekeep(self, mapping):
        mine = [line for line in self.lines if line.mapping == mapping.name]
        self.confirm(mapping, [line for line in mine if line.is_pending()])
        for line in mine:
            if line.is_half() and any(line.id[s] and self.is_gone(mapping, s, line.id[s]) for s in SIDES):
                self.drop_line(line)  # E28, E31: its record has disappeared
            elif line.is_coupled() and all(self.is_gone(mapping, side, line.id[side]) for side in SIDES):
                self.find(mapping, "", "deleted-both", line)
                self.change(mapping, "", "uncouple", "", line)
                self.count(mapping, "uncoupled", "Confirmation")
                self.drop_line(line)
            elif not line.is_pending():
                record = self.record(mapping, ERP, line.id[ERP])
                if record:
                    line.erp_key = record.key
                if line.is_coupled():
                    self.assess(mapping, line)
                    self.adopt(mapping, line)
        for line in mine:
            src = next((d for d in mapping.directions()), None) if len(mapping.directions()) == 1 else None
            if src and line.is_coupled() and line in self.lines and self.is_gone(mapping, SOURCE[src], line.id[SOURCE[src]]):
                self.find(mapping, "", "deleted-source", line)  # E17

    # Pending lines (L4)

    def confirm(self, mapping, lines):
        open_lines = []
        for line in lines:
            side = line.state.partition("-")[2]
            record = self.find_created(mapping, line, side)
            if record:
                self.confirm_as(mapping, line, side, record)
            elif side == ERP and not line.id[ERP] and not line.erp_key:
                open_lines.append(line)
        self.confirm_by_values(mapping, open_lines)
        for line in lines:
            src = OTHER[line.state.partition("-")[2]] if line.is_pending() else None
            if src and self.is_gone(mapping, src, line.id[src]):
                self.find(mapping, "", "pending", line)

    def find_created(self, mapping, line, side):
        table = mapping.table[side]
        if line.id[side] and line.id[side] in table.by_uid:  # (a)
            return table.by_uid[line.id[side]]
        if side == ERP:  # (b)
            return table.by_key.get(line.erp_key) if line.erp_key else None
        keys = mapping.table[ERP].key_fields
        for fm in mapping.moving(TO):
            if fm.field[ERP] and [fm.field[ERP].name] == keys and not fm.references and fm.constant is None:
                wanted = self.transfer(mapping, fm, TO, line.erp_key).value
                found = [record for record in table.records if record.cells[fm.field[CRM].name] == wanted
                         and record.stamp is not None and record.stamp >= line.time[CRM]]
                if wanted and len(found) == 1 and not self.is_taken(mapping, CRM, found[0].uid):
                    return found[0]
        return None

    def is_taken(self, mapping, side, uid):
        line = self.by_id[side].get((mapping.name, uid))
        return line is not None and not line.is_half()

    def confirm_as(self, mapping, line, side, record):
        line.id[side], line.state, line.written = record.uid, "coupled", {}
        if side == ERP:
            line.erp_key = record.key
        for half in [h for h in self.lines if h.mapping == mapping.name and h.is_half() and h.id[side] == record.uid]:
            self.drop_line(half)  # E28: it ends when its record is coupled
        self.index()
        if side not in line.replaced:
            line.replaced[side] = [UNSEEN, {}]
        self.count(mapping, "coupled", "Confirmation")
        self.change(mapping, "", "confirm", "", line)

    def confirm_by_values(self, mapping, lines):
        """(c): by match fields or else all values written; one candidate for one line."""
        table = mapping.table[ERP]
        hits = {}
        for line in lines:
            hits[id(line)] = [record for record in table.records if record.stamp is not None
                              and record.stamp > line.time[ERP] and not self.is_taken(mapping, ERP, record.uid)
                              and self.looks_like(mapping, line, record)]
        claims = Counter(record.uid for found in hits.values() for record in found)
        for line in lines:
            found = hits[id(line)]
            if len(found) == 1 and claims[found[0].uid] == 1:
                self.confirm_as(mapping, line, ERP, found[0])
            elif found:
                self.find(mapping, "", "several-matches", line)
                self.claimed.update((mapping.name, ERP, record.uid) for record in found)

    @staticmethod
    def looks_like(mapping, line, record):
        """But for outer blanks and case: a ledger that keeps a digest of the values cannot tell a cut."""
        shown = {field.name: record.cells[field.name] for field in Plan.identifying(mapping)}
        return {name: key(mapping.table[ERP].fields[name], text.strip()).casefold() for name, text in shown.items()} == {
            name: key(mapping.table[ERP].fields[name], text.strip()).casefold() for name, text in line.written.items()}

    @staticmethod
    def identifying(mapping):
        """The ERP fields that a created record is found by: of the match fields, else all that are mapped."""
        keys = mapping.table[ERP].key_fields  # which the ERP gave by itself
        match = [fm.field[ERP] for fm in mapping.fields if fm.match and fm.field[ERP] and fm.field[ERP].name not in keys]
        return match or [fm.field[ERP] for fm in mapping.moving(FROM) if fm.field[ERP].name not in keys]

    # Changed or not (4.3)

    def assess(self, mapping, line):
        a = self.assessed[id(line)] = Assessment()
        a.has_base = line.has_base
        for side in SIDES:
            record = a.record[side] = self.record(mapping, side, line.id[side])
            if record:
                self.look_at_stamp(mapping, line, a, side, record)
        for side in SIDES:
            if a.record[side]:
                self.look_in_flight(mapping, line, a, side)
        for side in SIDES:
            if a.record[side]:
                for group in ("bi", OWN[side]):
                    self.compare_group(mapping, line, a, side, group)
        for side in SIDES:
            if side in line.replaced and a.record[side]:
                self.write_anew(mapping, line, a, side)
        for side in SIDES:
            if side in line.replaced and a.record[side] and (not line.replaced[side][1] or side in a.is_first):
                self.land(mapping, line, a, side)
        if a.stuck:
            a.changed[ERP, "bi"] = a.changed[CRM, "bi"] = True

    @staticmethod
    def look_at_stamp(mapping, line, a, side, record):
        """E7 b, E10; E13: what the integration user did is Couplet's own echo."""
        time = line.time[side]
        a.newer[side] = record.stamp is not None and (time is None or record.stamp > time)
        a.tells[side] = time is None or record.stamp is None or record.stamp - time >= 10
        from_only = any(fm.group == "from" and fm.constant is None for fm in mapping.fields)
        if side == CRM and mapping.integration_user and mapping.direction == "Bidirectional" and not from_only \
                and not line.has_base and record.modified_by == mapping.integration_user:
            a.tells[side] = False

    def look_in_flight(self, mapping, line, a, side):
        """E11: written fields that still show the replaced value, or where no export showed it, not what was written."""
        if side not in line.replaced:
            return
        record, (stamp, fields) = a.record[side], line.replaced[side]
        by_signature = {fm.signature: fm for fm in mapping.fields}
        is_unseen = any(old is None for old, _ in fields.values())
        for signature in list(fields):
            fm = by_signature.get(signature)
            field = fm and fm.field[side]
            if not fm or not is_unseen and key(field, record.cells[field.name]) != key(field, fields[signature][0]):
                del fields[signature]
            elif is_unseen:
                fields[signature][1] = self.not_shown(mapping, fm, a, side)
                if fields[signature][1] is None:
                    del fields[signature]
        is_moved = a.tells[side] and a.newer[side] if is_unseen else stamp not in (UNSEEN, record.stamp)
        if stamp == UNSEEN:
            a.is_first.add(side)
        line.replaced[side][0] = record.stamp if stamp == UNSEEN and fields else stamp
        for signature, (_, written) in list(fields.items()):
            fm = by_signature[signature]
            if is_moved and fm.group == "bi":
                a.stuck.add(signature)
            elif is_moved and is_unseen:
                del fields[signature]
            elif fm.group == "bi" and not a.record[OTHER[side]]:
                a.untold.add(signature)
            else:
                self.overlay[side, record.table.name, record.uid][fm.field[side].name] = written

    def not_shown(self, mapping, fm, a, side):
        """Written while no export showed it: the value that its source makes now, if the record shows another one."""
        if not a.record[OTHER[side]]:
            return None
        shown = a.record[side].cells[fm.field[side].name]
        value, result = self.carry(mapping, fm, TO if side == CRM else FROM, a.record[OTHER[side]])
        if result.code or result.keep or result.leave or is_altered(fm.field[side], result.value, shown) or \
                self.is_equal(mapping, fm, TO if side == CRM else FROM, value, result, shown):
            return None
        return result.value

    def write_anew(self, mapping, line, a, side):
        """E11: what is in flight, and made of a value that changed since, as finely as the base knows."""
        src, record = OTHER[side], a.record[side]
        for fm in mapping.fields:
            if fm.signature not in line.replaced[side][1] or fm.signature in a.stuck or fm.constant is not None \
                    or not a.record[src]:
                continue
            is_changed = self.mark(a, src, fm)
            if is_changed or is_changed is None and fm.group != "bi" and a.changed[src, OWN[src]]:
                self.overlay[side, record.table.name, record.uid][fm.field[side].name] = NEVER

    def compare_group(self, mapping, line, a, side, group):
        """E10, by content; where the base does not know, by stamps."""
        fms, bound = mapping.group(group)
        known, values = line.groups.get(side + "-" + group, [None, {}])
        shown = {fm.signature: key(fm.field[side], self.value(a.record[side], fm.field[side])) for fm in fms}
        entries = line.fields[side] if group == "bi" or mapping.by_field else {}
        for fm in fms:
            if fm.signature in line.fields[side]:
                a.field[side, fm.signature] = fm.signature not in a.untold \
                    and shown[fm.signature] != key(fm.field[side], line.fields[side][fm.signature])
        flying = [fm.signature for fm in fms if fm.signature not in a.stuck
                  and fm.signature in line.replaced.get(side, [None, {}])[1]]
        if bound == "":
            a.known[side, group], a.changed[side, group] = True, False
        elif entries and (known != bound or flying):  # field by field; what is in flight is no edit
            unknown = [fm for fm in fms if fm.signature not in entries and fm.signature not in flying]
            has_constant = any(fm.constant is not None and fm.group == group for fm in mapping.fields)
            a.known[side, group] = not unknown and not has_constant
            a.changed[side, group] = bool(unknown or not fms) and a.tells[side] or any(
                a.field.get((side, fm.signature)) for fm in fms if fm.signature not in flying)
        else:
            a.known[side, group] = known == bound
            a.changed[side, group] = a.tells[side] if known != bound else \
                any(shown[fm.signature] != key(fm.field[side], values[fm.signature]) for fm in fms)

    @staticmethod
    def mark(a, side, fm):
        """Whether a side changed the field, as finely as the base knows; None where it does not know."""
        group = "bi" if fm.group == "bi" else OWN[side]
        if (side, fm.signature) in a.field:
            return a.field[side, fm.signature]
        return a.changed[side, group] if a.known[side, group] else None

    def land(self, mapping, line, a, side):
        """
        E11: the import has landed, perhaps altered (E12). That of a new record landed in the export that first
        shows it, also while the links, which have a file of their own, are in flight (E12, E34).
        """
        fms, _ = mapping.group("bi")
        if not line.replaced[side][1]:
            del line.replaced[side]
        self.keep_fields(mapping, line)
        record = a.record[side]
        if record.stamp is not None:
            line.time[side] = max(line.time[side] or record.stamp, record.stamp)
        a.tells[side] = False
        for group in ("bi", OWN[side]):
            if not a.known[side, group]:
                a.changed[side, group] = any(a.field.get((side, fm.signature)) for fm in mapping.group(group)[0])
        base = {**line.groups.get(side + "-bi", [None, {}])[1], **line.fields[side]}
        differing = [fm for fm in fms if key(fm.field[side], base.get(fm.signature, NEVER))
                     != key(fm.field[side], record.cells[fm.field[side].name])]
        if not differing or not a.record[OTHER[side]] or a.changed[OTHER[side], "bi"] or not a.known[side, "bi"]:
            return  # of a source that no export shows nobody knows whether it changed
        if all(is_altered(fm.field[side], base[fm.signature], record.cells[fm.field[side].name]) for fm in differing):
            self.find(mapping, "", "altered-by-destination", line)
            self.remember(mapping, line, side, "bi", {fm.signature: record.cells[fm.field[side].name] for fm in fms})
            a.changed[side, "bi"] = False
            a.field.update({(side, fm.signature): False for fm in fms if (side, fm.signature) in a.field})

    def remember(self, mapping, line, side, group, values):
        """Sets the base of a group of a side."""
        line.groups[side + "-" + group] = [mapping.group(group)[1], dict(values)]
        line.fields[side].update(values)

    @staticmethod
    def keep_fields(mapping, line):
        """3.2: field by field with base="fields", and what goes both ways as long as something is in flight."""
        kept = {fm.signature for fm in mapping.fields if mapping.by_field or line.replaced and fm.group == "bi"}
        for side in SIDES:
            line.fields[side] = {name: value for name, value in line.fields[side].items() if name in kept}

    def group_values(self, mapping, side, group, record):
        return {fm.signature: self.value(record, fm.field[side]) for fm in mapping.group(group)[0]}

    def adopt(self, mapping, line):
        """E27: adopting a base, for the next run: the tests of this one go by the ledger as it was (E2)."""
        a = self.assessed[id(line)]
        if None in a.record.values() or all(a.known[side, "bi"] for side in SIDES) and line.has_base:
            return
        if any(a.tells[side] and self.is_source(mapping, side, line) for side in SIDES):
            return
        unknown = [fm for fm in mapping.group("bi")[0] if not any((side, fm.signature) in a.field for side in SIDES)]
        if any(not self.agree(mapping, fm, a, mapping.directions()) for fm in mapping.group("bi")[0]):
            if any(not self.agree(mapping, fm, a, mapping.directions()) for fm in unknown):
                a.is_unbased = True
                self.find(mapping, "", "unbased-difference", line)
            return
        has_base = line.has_base
        a.adopts_own = not has_base
        for side in SIDES:
            for group in ("bi",) if has_base else ("bi", OWN[side]):
                self.remember(mapping, line, side, group, self.group_values(mapping, side, group, a.record[side]))
        self.keep_fields(mapping, line)

    @staticmethod
    def is_source(mapping, side, line):
        """Of anything that adopting would touch; the stamp of another side tells nothing."""
        return any(mapping.group(group)[1] for group in (("bi",) if line.has_base else ("bi", OWN[side])))

    def agree(self, mapping, fm, a, directions):
        values = {side: self.value(a.record[side], fm.field[side]) for side in SIDES}
        for direction in directions:
            src = SOURCE[direction]
            self.waiting = a.record[src].uid
            result = self.transfer(mapping, fm, direction, values[src], True)
            if self.is_equal(mapping, fm, direction, values[src], result, values[OTHER[src]]):
                return True
            self.waits += [result.wait] if result.wait else []  # E34: in vain, it is unresolved, and E33 tells what of it
        return False

    # Selection (4.2)

    def run_job(self, job):
        table = job.mapping.table[job.src]
        self.counts[job.mapping.name, "Synchronization", job.direction]
        for record in sorted(table.records, key=lambda r: (r.key if job.src == ERP else r.uid).encode()):
            line = self.by_id[job.src].get((job.mapping.name, record.uid))
            if line and line.is_pending():
                if self.options.records and (job.mapping.name, job.direction, record) in self.named():
                    self.find(job.mapping, job.direction, "pending", line, record)
                continue
            if line and not line.is_half():
                if self.selects(job, line, record):
                    self.decide(job, line, record)
            elif self.selects_new(job, line, record):
                self.create(job, line, record)

    def named(self, records=None):
        """--record: (mapping, direction, source record)."""
        found = []
        for text in records or self.options.records:
            name, _, wanted = text.partition(":")
            mapping = self.setup.by_name[name]
            for side, direction in ((ERP, TO), (CRM, FROM)):
                table = mapping.table[side]
                record = table.by_key.get(read(table.field(table.key_fields[0]), wanted)) or table.by_uid.get(wanted.lower())
                if not record:
                    continue
                line = self.by_id[side].get((name, record.uid))
                way = {"to": TO, "from": FROM}.get(self.options.direction)
                if mapping.direction != "Bidirectional":
                    way = mapping.direction
                if way and way != direction:
                    record = line and self.record(mapping, OTHER[side], line.id[OTHER[side]])
                    if not record:
                        continue
                found.append((name, way or direction, record))
        return found

    def is_forced(self):
        return self.options.full or bool(self.options.records)

    def selects(self, job, line, record):
        a = self.assessed.get(id(line))
        if self.options.records:
            return self.is_named(job, record)
        has_failed = line.result[job.dst] == "Failure" and id(line) not in self.skipped
        if has_failed:
            return True  # E7 c, whatever the filters say
        if not self.filtered_in(job.mapping, record):
            return False
        own = OWN[job.src]
        return (self.options.full or a is None
                or a.changed[job.src, "bi"] or a.changed[job.src, own]  # (a)
                or a.newer[job.src]  # (b)
                or not a.has_base and line.time == {ERP: None, CRM: None}  # (d)
                or self.is_gone(job.mapping, job.dst, line.id[job.dst])  # (e)
                or a.has_base and not a.known[job.src, own])  # (f)

    def is_named(self, job, record):
        if (job.mapping.name, job.direction, record) not in self.named():
            return False
        if not self.filtered_in(job.mapping, record):
            self.find(job.mapping, job.direction, "filtered-out", self.by_id[job.src].get((job.mapping.name, record.uid)), record)
            return False
        return True

    def selects_new(self, job, line, record):
        """E8, E9, E28."""
        if (job.mapping.name, job.src, record.uid) in self.created:
            return False
        if (job.mapping.name, job.src, record.uid) in self.claimed:  # L4
            if self.options.records and (job.mapping.name, job.direction, record) in self.named():
                self.find(job.mapping, job.direction, "pending", line, record)
            return False
        if self.options.records:
            return self.is_named(job, record)
        if line and line.state == "removed" and not (self.options.full and self.options.create):
            return False
        return self.may_create(job.mapping) and self.filtered_in(job.mapping, record)

    def may_create(self, mapping):
        return self.options.full or self.options.create or not mapping.only_coupled

    # Decision (4.4)

    def decide(self, job, line, record):
        mapping, a = job.mapping, self.assessed.get(id(line)) or self.assess_new(job, line)
        if id(line) in self.skipped:  # D1
            return self.end(job, line, SKIPPED)
        if self.is_gone(mapping, job.dst, line.id[job.dst]):  # D4
            return self.resolve_deletion(job, line, record)
        moving = mapping.moving(job.direction)
        if self.is_forced() or a.is_new:  # D5
            return self.write(job, line, record, moving, forced=True)
        own = OWN[job.src]
        is_whole = a.record[job.dst] is None
        carried = moving if is_whole else [fm for fm in moving if self.is_carried(job, line, a, fm)]
        if not is_whole and a.changed[job.src, "bi"] and a.changed[job.dst, "bi"]:
            differing = [fm for fm in mapping.group("bi")[0] if not self.agree(mapping, fm, a, [job.direction])]
            if differing:  # D7
                return self.resolve_conflict(job, line, record, differing, carried)
        if not a.changed[job.src, "bi"] and not a.changed[job.src, own] and a.known[job.src, own]:
            return self.end(job, line, SETTLED, "unchanged", record)  # D6
        return self.write(job, line, record, carried)  # D8, or D6 with E15

    def is_carried(self, job, line, a, fm):
        """D8: the changed groups of the source, and constants; E15: what the base does not know."""
        own = OWN[job.src]
        if fm.constant is not None:
            return True
        if fm.group != "bi":
            return a.changed[job.src, own] or not a.known[job.src, own] and (job.src, fm.signature) not in a.field
        if a.is_unbased and a.field and not any((side, fm.signature) in a.field for side in SIDES):
            return False
        return a.changed[job.src, "bi"]

    def assess_new(self, job, line):
        self.assess(job.mapping, line)
        return self.assessed[id(line)]

    def write(self, job, line, record, fms, forced=False, loser=()):
        """Transfers these fields and writes those that differ. loser: fields of the side that a strategy overrides."""
        mapping, a = job.mapping, self.assessed[id(line)]
        there = a.record[job.dst]
        if there is None and (a.untold or a.stuck & set(line.replaced.get(job.src, [None, {}])[1])):
            # E11: it came from what no export shows
            self.find(mapping, job.direction, "pending", line)
            return self.end(job, line, SKIPPED)
        failures, writes, is_left, is_not_carried, is_sure = [], [], False, False, False
        for fm in mapping.moving(job.direction):
            if fm not in fms:
                continue
            value, result = self.carry(mapping, fm, job.direction, record)
            is_left |= result.leave
            if result.code:
                failures.append(self.failure(job, fm, value, result))
                is_sure |= not result.in_vain
            elif there is None and not result.keep:
                writes.append((fm, result))
            elif there is not None and job.dst == ERP and self.is_key(mapping, fm):
                if not self.is_equal(mapping, fm, FROM, value, result, self.value(there, fm.field[ERP])):
                    is_not_carried = True
            elif there is not None and not self.is_equal(mapping, fm, job.direction, value, result, self.value(there, fm.field[job.dst])):
                writes.append((fm, result))
        if failures and (is_sure or not is_left):  # E33 is silent on both: what fails is told
            return self.fail(job, line, failures)
        if is_left:
            return self.end(job, line, LEFT)
        if is_not_carried:
            self.find(mapping, job.direction, "not-carried", line)
        self.waits += [result.wait for _, result in writes if result.wait]
        for fm, result in writes:
            field = fm.field[job.dst]
            word = self.base_word(job, line, a, fm)
            self.change(mapping, job.direction, "link" if result.link else "update", job.dst, line, field.name, word, result.value)
            if result.shortened:
                self.tell_shortened(job, line, field, word, result.value)
            if (forced or loser) and fm.group == "bi" and there is not None and self.is_lost(line, a, job, fm):
                self.find(mapping, job.direction, "lost-edit", line)
                self.change(mapping, job.direction, "lost-edit", job.dst, line, field.name, word, result.value)
        if there is not None and writes and all(result.link for _, result in writes):
            self.write_beside_links(job, line, there)
        if there is not None:
            self.overlay[job.dst, there.table.name, there.uid].update({fm.field[job.dst].name: r.value for fm, r in writes})
        else:
            a.absent = {fm.signature: r.value for fm, r in writes}
        return self.end(job, line, SETTLED, "modified" if writes else "unchanged", record)

    def write_beside_links(self, job, line, there):
        """E11: a link file holds links alone, and moves the stamp: what is in flight is written once more."""
        a, (_, fields) = self.assessed[id(line)], line.replaced.get(job.dst, [None, {}])
        for fm in job.mapping.moving(job.direction):
            field = fm.field[job.dst]
            if fm.signature in fields and fm.signature not in a.stuck and self.value(there, field) != NEVER:
                self.change(job.mapping, job.direction, "update", job.dst, line, field.name, "same", self.value(there, field))

    @staticmethod
    def is_key(mapping, fm):
        """E19: the key of an ERP record that exists never changes."""
        return fm.field[ERP] is not None and fm.field[ERP].name in mapping.table[ERP].key_fields

    def tell_shortened(self, job, line, field, word, value):
        self.find(job.mapping, job.direction, "shortened", line)
        self.change(job.mapping, job.direction, "shortened", job.dst, line, field.name, word, value)

    @staticmethod
    def is_lost(line, a, job, fm):
        """E16: an edit that is overwritten, or possibly so where the base knows only groups."""
        if fm.signature in a.stuck and fm.signature in line.replaced.get(job.src, [None, {}])[1]:
            return True  # E11: on its way to the source, and perhaps not taken there: changed on both sides
        is_changed = Plan.mark(a, job.dst, fm)
        return a.changed[job.dst, "bi"] if is_changed is None else is_changed

    @staticmethod
    def base_word(job, line, a, fm):
        """What the destination's value is against the base, as finely as the base knows (6.3)."""
        if not a.record[job.dst]:
            return "unknown"
        if fm.signature in line.replaced.get(job.dst, [None, {}])[1] and fm.signature not in a.stuck:
            return "same"  # in flight (E11): what the export shows is no edit
        is_changed = Plan.mark(a, job.dst, fm) if fm.group == "bi" else None
        return {None: "unknown", True: "changed", False: "same"}[is_changed]

    def end(self, job, line, outcome, counter=None, record=None):
        """Counts the record and notes how the job ended for its coupling."""
        a = self.assessed.get(id(line)) or self.assess_new(job, line)
        a.outcome[job.direction] = outcome
        if outcome == SKIPPED:
            self.count(job, "skipped")
            if id(line) in self.skipped:
                self.find(job.mapping, job.direction, "repeated-failure", line)
        elif counter:
            self.count(job, counter)
        if outcome == SETTLED:
            a.seen[job.direction] = self.group_values(job.mapping, job.src, OWN[job.src], record)

    def fail(self, job, line, failures):
        """E30."""
        for number, failure in enumerate(failures):
            if number == 0 or failure[0] != "update-conflict":  # a conflict is one finding for all its fields
                self.find(job.mapping, job.direction, failure[0], line)
        if line.result[job.dst] == "Failure" and line.failure[job.dst] == [list(f) for f in failures]:
            line.skipped = True
            self.find(job.mapping, job.direction, "repeated-failure", line)
            self.count(job, "skipped")
        else:
            self.count(job, "failed")
        line.result[job.dst], line.failure[job.dst] = "Failure", [list(f) for f in failures]
        if line.is_coupled():
            self.assessed[id(line)].outcome[job.direction] = FAILED

    # Update conflicts (4.5)

    def resolve_conflict(self, job, line, record, differing, carried):
        mapping, a = job.mapping, self.assessed[id(line)]
        strategy = mapping.update_conflicts
        if strategy == "MergeFields":
            return self.merge(job, line, record, differing, carried)
        winner = {"SendUpdateToIntegration": TO, "GetUpdateFromIntegration": FROM}.get(strategy)
        if winner == job.direction:
            return self.write(job, line, record, mapping.moving(job.direction), loser=differing)
        if winner and self.other_job_comes(job, line):
            self.find(mapping, job.direction, "update-conflict", line)
            return self.end(job, line, SKIPPED)
        return self.fail(job, line, self.conflict(job, a, differing))

    def conflict(self, job, a, fms):
        return [("update-conflict", fm.field[job.src].name, [self.value(a.record[s], fm.field[s]) for s in SIDES]) for fm in fms]

    def other_job_comes(self, job, line):
        """Whether the other job processes the record in this run: same run, passes the filters, not skipped."""
        other = Job(job.mapping, BACK[job.direction])
        record = self.assessed[id(line)].record[other.src]
        return id(line) not in self.skipped and not self.options.records and (
            line.result[other.dst] == "Failure" or self.filtered_in(job.mapping, record))

    def merge(self, job, line, record, differing, carried):
        a = self.assessed[id(line)]
        clashing = [fm for fm in differing if fm.signature in a.stuck
                    or any((side, fm.signature) not in a.field for side in SIDES)
                    or a.field[job.src, fm.signature] and a.field[job.dst, fm.signature]]
        if clashing:
            return self.fail(job, line, self.conflict(job, a, clashing))
        return self.write(job, line, record, [fm for fm in carried if fm.group != "bi" or self.mark(a, job.src, fm)])

    # Deletion conflicts (4.6)

    def resolve_deletion(self, job, line, record):
        mapping = job.mapping
        if mapping.deletions == "None":
            return self.fail(job, line, [("deleted-destination", "", "")])
        if mapping.deletions == "RestoreRecords":
            return self.create(job, line, record)
        self.change(mapping, job.direction, "uncouple", "", line)
        self.count(job, "unchanged")
        self.drop_line(line)
        rest = Line(mapping.name, state="removed", erp_key=line.erp_key if job.src == ERP else "")
        rest.id[job.src] = line.id[job.src]
        self.add_line(rest)
        return None

    # Insert (4.7)

    def create(self, job, line, record, can_link=True):
        mapping = job.mapping
        if line and line.state == "removed":  # E28: it was named, or creating is forced
            self.drop_line(line)
            line = None
        if line and id(line) in self.skipped:  # D1 comes before D2: the first line that fits (E14)
            self.find(mapping, job.direction, "repeated-failure", line)
            return self.count(job, "skipped")
        if not self.may_create(mapping) and not (line and line.is_coupled()):  # D2
            self.find(mapping, job.direction, "filtered-out", line, record)  # the code is not told by the specification
            return self.count(job, "skipped")
        values, links, failures, shortened, waits, is_left, is_sure = {}, {}, [], [], [], False, False
        for fm in mapping.moving(job.direction):
            value, result = self.carry(mapping, fm, job.direction, record, can_link)
            is_left |= result.leave
            if result.code:
                failures.append(self.failure(job, fm, value, result))
                is_sure |= not result.in_vain
            elif result.link:
                links[fm.signature] = result.value
                waits += [result.wait] if result.wait else []
            elif not result.keep:
                values[fm.field[job.dst].name] = result.value
                shortened += [(fm.field[job.dst], result.value)] if result.shortened else []
        for _, filters, sets in sorted(mapping.templates[job.dst], key=lambda t: t[0]):
            if all(passes(field, text, self.value(record, field)) for field, text in filters):
                values.update({field.name: read(field, text) for field, text in sets})
                break
        if failures and (is_sure or not is_left):
            return self.fail_create(job, line, record, failures)
        if is_left:
            return None
        self.waits += waits
        new = Line(mapping.name, state="pending-" + job.dst)
        new.id[job.src] = record.uid
        new.erp_key = record.key if job.src == ERP else ""
        if job.dst == CRM:
            return self.create_row(job, line, record, new, values, links, shortened)
        code = self.give_key(mapping, line, new, values)
        if code:
            return self.fail_create(job, line, record, [(code, "", new.erp_key)])
        if not new.erp_key and links and can_link:
            return self.create(job, line, record, can_link=False)  # a link could not name it
        return self.created_as(job, line, record, new, values, links, shortened)

    def create_row(self, job, line, record, new, values, links, shortened):
        """E19: the row's uid, and the row that has it already."""
        mapping = job.mapping
        new.id[CRM] = line.id[CRM] if line and line.is_coupled() else \
            str(uuid.uuid5(NAMESPACE, mapping.name.upper() + "/" + record.uid))
        there = mapping.table[CRM].by_uid.get(new.id[CRM])
        if not there:
            return self.created_as(job, line, record, new, values, links, shortened)
        if self.is_taken(mapping, CRM, there.uid):
            return self.fail_create(job, line, record, [("key-in-use", "", "")])
        for half in (line, self.by_id[CRM].get((mapping.name, there.uid))):
            if half:
                self.drop_line(half)
        new.state = "coupled"
        self.add_line(new)
        self.find(mapping, job.direction, "key-in-use", new)
        self.change(mapping, job.direction, "couple", "", new)
        self.count(job, "coupled")
        self.assess(mapping, new)
        return self.write(job, new, record, mapping.moving(job.direction), forced=True)

    def give_key(self, mapping, line, new, values):
        """E18: mapped, else from the number series, else deferred; E17: the former one."""
        table = mapping.table[ERP]
        taken = set(table.by_key) | self.keys_given[table.name] | {
            other.erp_key for other in self.lines if other.state == "pending-erp" and other.erp_key
            and self.setup.by_name[other.mapping].table[ERP] is table}
        if line and line.is_coupled():
            new.erp_key = line.erp_key
            if len(table.key_fields) == 1:
                values[table.key_fields[0]] = line.erp_key
        else:
            parts = [values.get(name, "") for name in table.key_fields]
            if table.series and not values.get(table.series[0]):
                number = self.next_number(table, taken | {record.cells[table.series[0]] for record in table.records})
                values[table.series[0]] = number
                parts = [values.get(name, "") for name in table.key_fields]
            elif any(parts) and not all(parts):
                return "blank-key"
            new.erp_key = ",".join(parts) if all(parts) else ""
        if new.erp_key and new.erp_key in taken:
            return "key-in-use"
        if new.erp_key:
            self.keys_given[table.name].add(new.erp_key)
        if table.uid_fields == table.key_fields:
            new.id[ERP] = new.erp_key
        return None

    def next_number(self, table, taken):
        """2.1: the longest run of digits counts up, the last of the longest."""
        _, start, increment = table.series
        number = self.series.get(table.name)
        while True:
            number = start if number is None else count_up(number, increment)
            if read(table.field(table.series[0]), number) not in taken:
                self.series[table.name] = number
                return read(table.field(table.series[0]), number)

    def created_as(self, job, line, record, new, values, links, shortened):
        """The pending line, with the base of what was written (L4, E26)."""
        mapping = job.mapping
        if line:
            new.result, new.failure = dict(line.result), dict(line.failure)
            new.time = dict(line.time)
            self.keep_constants(mapping, line, new, job.src)
            self.drop_line(line)
            for change in self.changes:
                change[4] = new if change[4] is line else change[4]
        new.time[job.src], new.time[job.dst] = record.stamp, self.now
        new.result[job.dst], new.failure[job.dst] = "Success", None
        linked = {fm.field[job.dst].name: links[fm.signature] for fm in mapping.fields if fm.signature in links}
        effective = {**values, **linked}
        for group in ("bi", OWN[job.src]):
            self.remember(mapping, new, job.src, group, self.group_values(mapping, job.src, group, record))
        for group in ("bi", OWN[job.dst]):
            self.remember(mapping, new, job.dst, group, {
                fm.signature: effective.get(fm.field[job.dst].name, read(fm.field[job.dst], "")) for fm in mapping.group(group)[0]})
        if links:
            new.replaced[job.dst] = [UNSEEN, {signature: ["", value] for signature, value in links.items()}]
        if job.dst == ERP and not new.erp_key:
            new.written = {field.name: effective.get(field.name, read(field, "")) for field in self.identifying(mapping)}
        self.keep_fields(mapping, new)
        self.add_line(new)
        self.created[mapping.name, job.src, record.uid] = new
        self.created[mapping.name, job.dst, new.id[job.dst]] = new
        self.count(job, "inserted")
        fields = mapping.table[job.dst].fields
        shown = {name: value for name, value in values.items() if value != ""}
        for name, value in shown.items():
            self.change(mapping, job.direction, "create", job.dst, new, name, "unknown", value)
        if not shown:
            self.change(mapping, job.direction, "create", job.dst, new)
        for name, value in linked.items():
            self.change(mapping, job.direction, "link", job.dst, new, fields[name].name, "unknown", value)
        for field, value in shortened:
            self.tell_shortened(job, new, field, "unknown", value)

    @staticmethod
    def keep_constants(mapping, line, new, side):
        """E11, E17: constants in flight stay so; what else was written came from the record that is gone."""
        stamp, fields = line.replaced.get(side, [None, {}])
        constants = {fm.signature for fm in mapping.fields if fm.constant is not None}
        kept = {signature: values for signature, values in fields.items() if signature in constants}
        if kept:
            new.replaced[side] = [stamp, kept]

    def fail_create(self, job, line, record, failures):
        """E31."""
        if not line:
            line = Line(job.mapping.name, state="failed-create")
            line.id[job.src] = record.uid
            line.erp_key = record.key if job.src == ERP else ""
            self.add_line(line)
        return self.fail(job, line, failures)

    # Transfer and equality (4.8)

    def carry(self, mapping, fm, direction, record, can_link=True):
        """(source value, what becomes of it); a constant has no source (E25)."""
        if fm.constant is not None:
            target = fm.field[OTHER[SOURCE[direction]]]
            return fm.constant, Transfer(read(target, fm.constant))
        value = self.value(record, fm.field[SOURCE[direction]])
        self.waiting = record.uid
        return value, self.transfer(mapping, fm, direction, value, can_link)

    @staticmethod
    def failure(job, fm, value, result):
        """What E30 compares; a blank is told as the key that it stands for."""
        if job.direction == TO:
            value = value or fm.blank_as or ""
        return result.code, fm.field[job.src].name, value, result.missing

    def transfer(self, mapping, fm, direction, value, can_link=False):
        source, target = fm.field[SOURCE[direction]], fm.field[OTHER[SOURCE[direction]]]
        result = Transfer()
        if value.startswith(WAIT):
            return Transfer(keep=True)
        if is_bad(value):
            result.code = "not-convertible"
        elif fm.references:
            result = self.refer(mapping, fm, direction, value, can_link)
        elif fm.value_map:
            result.value, result.code = self.map_value(fm, source, target, direction, value)
        else:
            result.value, result.code, result.shortened = convert(source, target, value)
        if result.code and fm.not_null and result.code in ("unresolved-reference", "several-links"):
            return Transfer(keep=True)
        if result.code and fm.clear:
            return Transfer(read(target, ""))
        if result.code in ("unresolved-reference", "several-links") and fm.ignore:
            return Transfer(leave=True)
        if not result.code and result.value == "" and fm.not_null:
            return Transfer(keep=True)
        return result

    def map_value(self, fm, source, target, direction, value):
        default = None
        for erp, crm in self.setup.value_maps[fm.value_map]:
            one, other = (erp, crm) if direction == TO else (crm, erp)
            if other == "*":
                continue
            if one == "*":
                default = default or other
            elif key(source, read(source, one)) == key(source, value):
                return read(target, other), None
        return (read(target, default), None) if default is not None else ("", "not-mapped")

    def equal(self, mapping, fm, direction, value, there):
        return self.is_equal(mapping, fm, direction, value, self.transfer(mapping, fm, direction, value, True), there)

    def is_equal(self, mapping, fm, direction, value, result, there):
        """E24: transferred, or for a bidirectional field transferred back."""
        source, target = fm.field[SOURCE[direction]], fm.field[OTHER[SOURCE[direction]]]
        if result.keep or there.startswith(WAIT):
            return True  # E34: what waits is made of the other side's value
        if result.code or result.leave:
            return False
        if key(target, result.value) == key(target, there):
            return True
        if fm.direction != "Bidirectional" or fm.constant is not None or is_bad(there):
            return False
        back = self.transfer(mapping, fm, BACK[direction], there)
        return not (back.code or back.keep or back.leave) and key(source, back.value) == key(source, value)

    # References (4.11)

    def refer(self, mapping, fm, direction, value, can_link):
        if direction == TO:
            if value == "" and not fm.blank_as:
                return Transfer("")
            value = value or read(fm.field[ERP], fm.blank_as)
        elif value == "":
            return Transfer("")
        code, missing, in_vain = "unresolved-reference", "", False
        for reference in fm.references:
            result = self.resolve(mapping, fm, reference, direction, value, can_link)
            if result.code is None:
                if direction == FROM and fm.blank_as and result.value == read(fm.field[ERP], fm.blank_as):
                    result.value = ""
                return result
            if result.code == "several-links":
                code = result.code
            missing, in_vain = result.missing, in_vain or result.in_vain
        result = Transfer(code=code)
        result.missing, result.in_vain = missing, in_vain
        return result

    def resolve(self, mapping, fm, reference, direction, value, can_link):
        """E32, E34: one candidate."""
        other = self.setup.by_name.get(reference.mapping)
        if not other or not other.enabled:
            return Transfer(code="unresolved-reference")
        if direction == TO and reference.link_table:
            value, code = self.follow(reference, reference.link_from, reference.link_to, value)
            if code:
                return self.no_link(reference, code, value)
        side = SOURCE[direction]
        record = other.table[ERP].by_key.get(value) if direction == TO else other.table[CRM].by_uid.get(value)
        line = self.by_id[side].get((other.name, record.uid if record else value))
        if direction == TO and not record:
            line = next((l for l in self.lines if l.mapping == other.name and l.erp_key == value and not l.is_half()), None)
        wait = (other.name, direction, record.uid, mapping.name, self.waiting, fm.signature) if record else None
        can_wait = can_link and record and wait not in self.hopeless and (other.name, direction) in self.to_come
        if line and not line.is_half() and not (can_wait and self.is_restored_later(other, line, direction)):
            name = line.id[CRM] if direction == TO else self.key_of(other, line)
            is_link = other is mapping and any(line is new for new in self.created.values())
            if name and not (is_link and (not can_link or wait in self.hopeless)):
                result = self.named_by(reference, fm, direction, name, is_link)
                result.wait = wait if is_link else None
                return result
        elif can_wait and direction in other.directions() and (line and line.is_coupled() or self.may_create(other)):
            result = Transfer(WAIT + "\1".join(part or "" for part in wait), link=True)
            result.wait = wait
            return result
        result = Transfer(code="unresolved-reference")
        result.missing, result.in_vain = other.name + " " + value, wait in self.hopeless
        return result

    def is_restored_later(self, mapping, line, direction):
        """E17: the record is deleted, and made anew by a job that comes later."""
        dst = OTHER[SOURCE[direction]]
        return line.is_coupled() and mapping.deletions == "RestoreRecords" and direction in mapping.directions() \
            and id(line) not in self.skipped and self.is_gone(mapping, dst, line.id[dst])

    def key_of(self, mapping, line):
        record = self.record(mapping, ERP, line.id[ERP])
        return record.key if record else line.erp_key

    def named_by(self, reference, fm, direction, name, is_link):
        if direction == FROM and reference.link_table:
            found, code = self.follow(reference, reference.link_to, reference.link_from, name)
            if code:
                return self.no_link(reference, code, name)
            name = found
        field = fm.field[CRM if direction == TO else ERP]
        return Transfer(read(field, name), link=is_link)

    @staticmethod
    def no_link(reference, code, value):
        result = Transfer(code=code)
        result.missing = reference.link_table + " " + value
        return result

    def follow(self, reference, start, end, value):
        """The link table; several different results are unresolved (E33)."""
        table = self.setup.table(ERP, reference.link_table)
        found = {record.cells[end] for record in table.records if record.cells[start] == value and record.cells[end]
                 and all(passes(table.field(name), text, record.cells[name]) for name, text in reference.filters)}
        if len(found) > 1:
            return "", "several-links"
        return (found.pop(), None) if found else ("", "unresolved-reference")

    def with_followers(self, missing):
        """Who waits for a record that is not made, because it waits in vain, waits in vain too."""
        missing, todo = set(missing), list(missing)
        while todo:
            _, direction, _, name, uid, signature = todo.pop()
            fm = next(fm for fm in self.setup.by_name[name].fields if fm.signature == signature)
            if fm.clear or fm.not_null or (name, SOURCE[direction], uid) not in self.created:
                continue
            for wait in self.waits:
                one = next(fm for fm in self.setup.by_name[wait[3]].fields if fm.signature == wait[5])
                if wait[:3] == (name, direction, uid) and wait not in missing and len(one.references) == 1:
                    missing.add(wait)
                    todo.append(wait)
        return missing

    def came(self, wait):
        name, direction, uid, *_ = wait
        line = self.by_id[SOURCE[direction]].get((name, uid))
        return line is not None and not line.is_half() and (direction == TO or self.linked_key(wait, line) != "")

    def linked_key(self, wait, line):
        """The key of the record that came, back through the link table (E32)."""
        fm = next(fm for fm in self.setup.by_name[wait[3]].fields if fm.signature == wait[5])
        reference = next(reference for reference in fm.references if reference.mapping == wait[0])
        if not reference.link_table or not line.erp_key:
            return line.erp_key
        return self.follow(reference, reference.link_to, reference.link_from, line.erp_key)[0]

    def resolve_waits(self):
        """Puts the keys of created records where their place is kept."""
        def real(text):
            if not text.startswith(WAIT):
                return text
            wait = text[1:].split("\1")
            line = self.by_id[SOURCE[wait[1]]][wait[0], wait[2]]
            return line.id[CRM] if wait[1] == TO else self.linked_key(wait, line)

        for change in self.changes:
            change[7] = real(change[7])
        for line in self.lines:
            for _, values in line.groups.values():
                values.update({name: real(value) for name, value in values.items()})
            for values in line.fields.values():
                values.update({name: real(value) for name, value in values.items()})
            for _, values in line.replaced.values():
                values.update({name: [old, real(new)] for name, (old, new) in values.items()})

    # Settling (4.9)

    def settle(self, mapping):
        for line in [line for line in self.lines if line.mapping == mapping.name and line.is_coupled()]:
            a = self.assessed.get(id(line))
            for direction in mapping.directions():  # E26: Skip and Fail change no base
                if a and a.adopts_own and a.outcome.get(direction) in (FAILED, SKIPPED, LEFT):
                    side = SOURCE[direction]
                    line.groups.pop(side + "-" + OWN[side], None)
                    for fm in mapping.group(OWN[side])[0]:
                        line.fields[side].pop(fm.signature, None)
            settled = [d for d in mapping.directions() if a and a.outcome.get(d) == SETTLED]
            if settled:
                self.settle_line(mapping, line, a, settled)

    def settle_line(self, mapping, line, a, settled):
        for direction in settled:
            self.remember(mapping, line, SOURCE[direction], OWN[SOURCE[direction]], a.seen[direction])
            dst = OTHER[SOURCE[direction]]
            line.result[dst], line.failure[dst] = "Success", None
        for side in SIDES:  # adopted as it is, unless its job tried and did not; an added field mapping waits for its job
            way = TO if side == ERP else FROM
            if a.record[side] and not a.known[side, OWN[side]] and not a.tells[side] and not a.has_base \
                    and a.outcome.get(way) not in (FAILED, SKIPPED, LEFT):
                self.remember(mapping, line, side, OWN[side], self.group_values(mapping, side, OWN[side], a.record[side]))
        values = {side: self.effective(mapping, a, side) for side in SIDES}
        fms = mapping.group("bi")[0]
        left = [d for d in mapping.directions() if a.outcome.get(d) in (FAILED, SKIPPED, LEFT)]
        agreed = [fm for fm in fms if any(  # E26: what one job keeps with not-null ends no conflict of the other
            self.equal(mapping, fm, d, values[SOURCE[d]][fm.signature], values[OTHER[SOURCE[d]]][fm.signature])
            for d in left or mapping.directions())]
        if all(fm in agreed or FROM in settled and self.is_key(mapping, fm) for fm in fms):
            agreed = fms  # E19: a key that is not carried is no difference
            for side in SIDES:
                self.remember(mapping, line, side, "bi", values[side])
        for side in SIDES:
            if a.record[side] and a.known[side, "bi"] and not a.changed[side, "bi"]:
                # 3.2: what the export shows is what was agreed on, field by field, also where the sides differ (E12)
                line.fields[side] = {**line.groups.get(side + "-bi", [None, {}])[1], **line.fields[side]}
            self.keep_replaced(mapping, line, a, side)
            line.fields[side].update({fm.signature: values[side][fm.signature] for fm in agreed})
        for side in SIDES:
            is_source = side in [SOURCE[d] for d in settled]
            others = [a.outcome.get(d) for d in mapping.directions() if d not in settled]
            record = a.record[side]
            if record and record.stamp is not None and (is_source or not any(others)):
                line.time[side] = max(line.time[side] or record.stamp, record.stamp)
        self.keep_fields(mapping, line)

    def effective(self, mapping, a, side):
        """The bidirectional values of a side; of one that no export shows, those that were written."""
        if a.record[side]:
            return self.group_values(mapping, side, "bi", a.record[side])
        return {fm.signature: a.absent.get(fm.signature, "") for fm in mapping.group("bi")[0]}

    def keep_replaced(self, mapping, line, a, side):
        """E26: for each field written, what was replaced, and the stamp."""
        record = a.record[side]
        if not record:
            if a.absent:
                line.replaced[side] = [None, {signature: [None, value] for signature, value in a.absent.items()}]
            return
        if a.untold:
            return  # it is in flight as before
        fields = {}
        for fm in mapping.moving(TO if side == CRM else FROM):
            field = fm.field[side]
            shown, now = record.cells[field.name], self.value(record, field)
            if now == NEVER:
                now = line.replaced[side][1][fm.signature][1]
            if key(field, shown) != key(field, now):
                fields[fm.signature] = [shown, now]
        line.replaced.pop(side, None)
        if fields:
            line.replaced[side] = [record.stamp, fields]


def count_up(number, increment):
    runs, start = [], None
    for i, c in enumerate(number + " "):
        if c.isdigit():
            start = i if start is None else start
        elif start is not None:
            runs.append((start, i))
            start = None
    start, end = max(runs, key=lambda run: (run[1] - run[0], run[0]))
    return number[:start] + str(int(number[start:end]) + increment).rjust(end - start, "0") + number[end:]


def plan(setup, state, options):
    """The plan of a run; attempts are repeated until no reference waits in vain (E34)."""
    hopeless = set()
    while True:
        attempt = Plan(setup, state, options, hopeless)
        missing = attempt.run()
        if not missing:
            return attempt
        hopeless |= missing


def is_sayable(setup, state, options):
    """Whether each named record has a source in its direction (1.3: else exit status 2)."""
    attempt = Plan(setup, state, options, set())
    return all(attempt.named([text]) for text in options.records)


def new_state():
    return {"lines": [], "series": {}}


def state_of_ledger(rows):
    """The state of a ledger without bases, such as an imported one (E27)."""
    lines = []
    for row in rows:
        line = Line(row["mapping"], row["erp_id"], row["crm_id"], row["erp_key"], row["state"])
        line.time = {side: milliseconds(row[side + "_modified_on"]) for side in SIDES}
        line.result = {side: row[side + "_result"] for side in SIDES}
        line.skipped = row["skipped"] == "true"
        lines.append(line.to_json())
    return {"lines": lines, "series": {}}


def state_of(done):
    return {"lines": [line.to_json() for line in done.lines], "series": done.series}


def decisions(done):
    """What a run decided, in a form that can be compared."""
    changes = []
    for mapping, direction, action, side, line, name, base, new in done.changes:
        if name:
            new = key(done.setup.by_name[mapping].table[side].field(name), new)
        changes.append([mapping, direction, action, side, line.erp_key, line.id[ERP], line.id[CRM], name, base, new])
    return {
        "jobs": {" ".join(job): dict(counts) for job, counts in done.counts.items() if any(counts.values())},
        "changes": sorted(changes),
        "findings": sorted(list(finding) for finding in set(done.findings)),
    }


def main():
    setup_path, state_path, *rest = sys.argv[1:]
    options = Options()
    while rest:
        flag = rest.pop(0)
        if flag in ("--full", "--create"):
            setattr(options, flag[2:], True)
        elif flag == "--now":
            options.now = milliseconds(rest.pop(0))
        elif flag == "--direction":
            options.direction = rest.pop(0)
        else:
            getattr(options, {"--mapping": "mappings", "--record": "records"}[flag]).append(rest.pop(0))
    state = new_state()
    if os.path.exists(state_path):
        with open(state_path, encoding="utf-8") as handle:
            state = json.load(handle)
    done = plan(Setup(setup_path), state, options)
    with open(state_path, "w", encoding="utf-8") as handle:
        json.dump(state_of(done), handle, indent=1, ensure_ascii=False)
    json.dump(decisions(done), sys.stdout, indent=1, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
