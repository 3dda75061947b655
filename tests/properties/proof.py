"""From preview to proof (part 7): what verify, simulate and undo say of one output folder.

    simulates  nothing is left to do in the simulated world, and verify says all landed there (L5, L8)
    damaged    one value changed, one record left out, one twice: verify names exactly that (L5)
    undoes     undo, and its import: the mapped fields and the couplings are as they were (L9)
    undone     what was taken back is planned again by the next sync, and by one before the import of the undo,
               after which both imports leave nothing to do (L9, E11)
"""
import csv
import json
import os
import shutil
import uuid

from started import run_program
from world import World, plain

GUARDS = ["max-deletes", "max-blanked", "max-updates", "max-all-changed", "max-missing", "max-creates"]
# How many worlds are played side by side, and where: in memory, if that is possible, as nothing here depends on the disk.
WORKERS = int(os.environ.get("WORKERS", os.cpu_count() or 1))
SCRATCH = "/dev/shm" if os.access("/dev/shm", os.W_OK) and "COUPLET_TEST_DISK" not in os.environ else None
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "GLIBC_TUNABLES") if name in os.environ}
ALLOW = [arg for guard in GUARDS for arg in ("--allow", guard)]


def work_left(out, counters=("inserted", "modified", "deleted")):
    with open(os.path.join(out, "jobs.csv"), encoding="utf-8", newline="") as handle:
        jobs = list(csv.DictReader(handle))
    left = ["%s %s %s=%s" % (job["mapping"], job["direction"], what, job[what])
            for job in jobs for what in counters if job[what] != "0"]
    return "; ".join(left)


def written(out):
    """What the import files of a folder write, apart from ids and from the keys that it gave to new records."""
    with open(os.path.join(out, "changes.csv"), encoding="utf-8", newline="") as handle:
        lines = [line for line in csv.DictReader(handle) if line["action"] in ("create", "update", "link", "delete")]
    given = {line["erp_key"] for line in lines if line["action"] == "create" and line["side"] == "erp"}
    return {tuple("GIVEN" if line[name] in given and line[name] else line[name]
                  for name in ("mapping", "direction", "action", "erp_key", "crm_id", "field", "new")) for line in lines}


class Proof:
    """One folder `out` that a run wrote in `folder`, whose setup is named relative to it."""

    def __init__(self, program, folder, setup, out):
        self.program, self.folder, self.setup, self.out = program, folder, setup, out

    def run(self, *args):
        done = run_program(self.program, args, self.folder, ENVIRONMENT)
        self.said = done.stderr.decode(errors="replace").strip()[:300]
        return done

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def simulate(self):
        shutil.rmtree(self.path("simulated"), ignore_errors=True)
        made = self.run("simulate", "-s", self.setup, self.out, "-o", "simulated")
        return None if made.returncode == 0 else "simulate ended with %d: %s" % (made.returncode, self.said)

    def not_landed(self):
        """What verify names, as (result, key or id, field); None with a reason when it failed."""
        done = self.run("verify", "-s", "simulated/couplet.xml", self.out, "--format", "json")
        if done.returncode not in (0, 1):
            return None
        changes = json.loads(done.stdout)["changes"]
        return [(change["result"], change["crm_id"] or change["erp_key"], change["field"])
                for change in changes if change["result"] != "landed"]

    def lands(self, args):
        """All landed, and a run with these arguments has nothing to do there."""
        wrong = self.not_landed()
        if wrong is None:
            return "verify failed: " + self.said
        if wrong:
            return "verify: %s" % wrong[:3]
        return self.nothing_left(args) if args else None

    def nothing_left(self, args):
        shutil.rmtree(self.path("simulated-out"), ignore_errors=True)
        done = self.run(*args, "-s", "simulated/couplet.xml", "-o", "simulated-out")
        if done.returncode not in (0, 4):
            return "second run ended with %d: %s" % (done.returncode, self.said)
        return work_left(self.path("simulated-out")) or None

    def created_row(self, choose):
        """A row of the CRM that this folder created with some value of its own: its change and its place."""
        with open(self.path(self.out, "changes.csv"), encoding="utf-8", newline="") as handle:
            creates = [row for row in csv.DictReader(handle) if row["action"] == "create" and row["side"] == "crm"]
        world = World(self.path("simulated", "couplet.xml"))
        found = []
        for row in creates:
            for (side, _), table in world.tables.items():
                place = table.find_text(row["crm_id"], row["field"]) if side == "crm" else None
                if place:
                    found.append((row, table, *place))
        return (world, *choose(found)) if found else None

    def damaged(self, choose):
        """Three damages, one after the other, each told by its name and by nothing else."""
        kept = self.path("kept")
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.path("simulated"), kept)
        for damage in (self.change_value, self.leave_out, self.add_twice):
            place = self.created_row(choose)
            if not place:
                break
            expected = damage(*place)
            wrong = self.not_landed()
            shutil.rmtree(self.path("simulated"))
            shutil.copytree(kept, self.path("simulated"))
            if expected and damage == self.add_twice and wrong:  # of equal creates any may be the one
                wrong = [(result, expected[0][1], field) for result, _, field in wrong]
            # A record that was created and then linked is missing for both changes.
            if expected and (wrong is None or sorted(set(wrong)) != sorted(expected)):
                return "%s: %s, expected %s (%s)" % (damage.__name__, wrong, expected, self.said)
        return None

    @staticmethod
    def change_value(_world, row, _table, file, cells, at):
        cells[at] = "damaged"
        file.write()
        return [("overwritten", row["crm_id"], row["field"])]

    @staticmethod
    def leave_out(_world, row, _table, file, cells, at):
        if [other[at] for other in file.rows].count(cells[at]) > 1:
            return None  # a row that looks the same may be taken for it (L4 b)
        file.rows.remove(cells)
        file.write()
        return [("missing", row["crm_id"], "")]

    @staticmethod
    def add_twice(_world, row, table, file, cells, _at):
        if not table.role("modified"):
            return None  # nothing tells a second record from one that was there before
        twin = list(cells)
        twin[table.position(file, table.role("uid")[0])] = str(uuid.uuid5(uuid.NAMESPACE_URL, row["crm_id"]))
        file.rows.append(twin)
        file.write()
        return [("twice", row["crm_id"], "")]

    def undoes(self, before):
        """Takes the run back in the simulated world; the world before is compared with the one after."""
        for name in ("back", "undone"):
            shutil.rmtree(self.path(name), ignore_errors=True)
        done = self.run("undo", "-s", "simulated/couplet.xml", self.out, "-o", "back", "--delete-created", *ALLOW)
        if done.returncode not in (0, 4):
            return "undo ended with %d: %s" % (done.returncode, self.said)
        made = self.run("simulate", "-s", "simulated/couplet.xml", "back", "-o", "undone")
        if made.returncode != 0:
            return "simulate after undo ended with %d: %s" % (made.returncode, self.said)
        with open(self.path("back", "errors.csv"), encoding="utf-8", newline="") as handle:
            kept = [row for row in csv.DictReader(handle) if row["code"] == "kept"]
        return None if kept else before.difference(World(self.path("undone", "couplet.xml")))

    def undone(self, args):
        """After undoes(): the next run decides as the one that was taken back did."""
        first = written(self.path(self.out))
        again = self.sync_in("undone", args, "undone-out")
        if isinstance(again, str):
            return again
        if first != again:
            return "planned again after the undo: %s, at first: %s" % tuple(
                [sorted(a - b)[:3] for a, b in ((again, first), (first, again))])
        # Records that are deleted again are coupled with nothing until that is imported.
        return None if any(line[2] == "delete" for line in written(self.path("back"))) else self.overtakes(args)

    def overtakes(self, args):
        """The undo is committed and a sync runs before it is imported: what was taken back goes out anew."""
        shutil.rmtree(self.path("overtaken"), ignore_errors=True)
        shutil.copytree(self.path("simulated"), self.path("overtaken"))
        world = World(self.path("overtaken", "couplet.xml"))
        shutil.copy(self.path("back", "ledger.csv"), world.ledger)
        made = self.sync_in("overtaken", args, "first")
        if isinstance(made, str):
            return made
        for out in ("back", os.path.join("overtaken", "first")):
            world = World(self.path("overtaken", "couplet.xml"))
            world.apply(self.path(out))
        shutil.copy(self.path("overtaken", "first", "ledger.csv"), world.ledger)
        left = self.sync_in("overtaken", args, "second")
        if isinstance(left, str):
            return left
        return "left after an undo and a sync before its import: %s" % sorted(left)[:3] if left else None

    def sync_in(self, folder, args, out):
        """What a sync in a world writes, or what went wrong."""
        target = os.path.join(folder, out)
        shutil.rmtree(self.path(target), ignore_errors=True)
        done = self.run(*args, "-s", folder + "/couplet.xml", *ALLOW, "-o", target)
        if done.returncode not in (0, 4):
            return "sync in %s ended with %d: %s" % (folder, done.returncode, self.said)
        return written(self.path(target))
