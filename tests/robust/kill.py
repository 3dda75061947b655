#!/usr/bin/env python3
"""Runs that are killed: kill.py PROGRAM [COUNT]

In a world of some 3,000 records a side, `sync -o out` is killed (SIGKILL) at COUNT
moments spread over its duration and at the appearance of each file of its output, and
interrupted (SIGTERM, SIGINT) at a third as many.  Whatever the moment: `out` is not
there or has every byte of a run that nobody killed, no input is touched, and the same
command, run again without any cleaning, does what it always does and leaves nothing
else behind.  `commit out` and `sync --commit` are treated the same way: the ledger is
the old or the new one.
"""
import concurrent.futures
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

RECORDS = 1000          # of each table
MAPPINGS = (("CUSTOMER", "Customer", "account"), ("VENDOR", "Vendor", "supplier"), ("ITEM", "Item", "product"))
STAGING = ".out.couplet-staging"
BEFORE = "2026-01-12T09:00:00Z"
AFTER = "2026-02-20T14:30:00Z"
SIGNAL_CODES = {signal.SIGTERM: 143, signal.SIGINT: 130}


def table_setup(name, uid, key, fields):
    lines = [f'<table name="{name}"><source path="{name}.csv" format="csv"/>',
             f'<field name="{uid}" type="Guid" role="uid"/>',
             f'<field name="{key}" type="Code" length="20"' + (' role="key"/>' if key == "No." else "/>")]
    lines += [f'<field name="{field}" type="Text" length="100"/>' for field in fields]
    lines += ['<field name="Modified" type="DateTime" role="modified"/></table>']
    return lines


def setup_text():
    lines = ['<setup xmlns="urn:couplet:setup:1">', '<ledger path="ledger.csv"/>', '<erp kind="business-central">']
    for _, table, _ in MAPPINGS:
        lines += table_setup(table, "SystemId", "No.", ("Name", "City", "Contact"))
    lines += ["</erp>", '<crm kind="dataverse">']
    for _, _, table in MAPPINGS:
        lines += table_setup(table, f"{table}id", "number", ("name", "city", "contact"))
    lines += ["</crm>"]
    for name, table, integration_table in MAPPINGS:
        lines += [f'<mapping name="{name}" table="{table}" integration-table="{integration_table}" '
                  'direction="Bidirectional" synch-only-coupled-records="false">',
                  '<field table-field="No." integration-field="number"/>',
                  '<field table-field="Name" integration-field="name"/>',
                  '<field table-field="City" integration-field="city"/>',
                  '<field table-field="Contact" integration-field="contact"/>', "</mapping>"]
    return "\n".join(lines + ["</setup>", ""])


def guid(kind, number):
    return f"{kind:08x}-0000-4000-8000-{number:012x}"


def write(path, lines):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("\n".join(lines) + "\n")


def write_world(folder, rng, is_edited):
    """Both sides' exports: equal ones, or with edits on each side, new records and deleted ones."""
    for kind, (_, table, integration_table) in enumerate(MAPPINGS, 1):
        for side, name in enumerate((table, integration_table)):
            uid, key = ("SystemId", "No.") if side == 0 else (f"{name}id", "number")
            fields = "Name,City,Contact" if side == 0 else "name,city,contact"
            lines = [f"{uid},{key},{fields},Modified"]
            for number in range(RECORDS + (40 if is_edited else 0)):
                is_new = number >= RECORDS
                is_touched = is_new or (is_edited and rng.random() < 0.1)
                city = f"City {rng.randrange(1000)}" if is_touched else f"City {number}"
                lines.append(f"{guid(kind * 16 + side + (8 if is_new else 0), number)},"
                             f"{'N' if side and is_new else 'K'}{number},Name {number},{city},"
                             f"Contact {number},{AFTER if is_touched else BEFORE}")
            write(os.path.join(folder, name + ".csv"), lines)


def write_couplings(folder):
    lines = ["mapping,erp_id,crm_id,erp_key,state,erp_modified_on,crm_modified_on,erp_result,crm_result,skipped,"
             "erp_failure,crm_failure,erp_job,crm_job,base"]
    for kind, (name, _, _) in enumerate(MAPPINGS, 1):
        lines += [f"{name},{guid(kind * 16, n)},{guid(kind * 16 + 1, n)},K{n},coupled,{BEFORE},{BEFORE},,,,,,,,"
                  for n in range(RECORDS)]
    write(os.path.join(folder, "ledger.csv"), lines)


def tree(folder):
    """Every file under a folder, with its bytes."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            full = os.path.join(path, name)
            with open(full, "rb") as file:
                found[os.path.relpath(full, folder)] = file.read()
    return found


def read(path):
    with open(path, "rb") as file:
        return file.read()


class World:
    """A folder with inputs, and what a run that nobody kills makes of them."""

    def __init__(self, program, root):
        self.program = program
        self.folder = os.path.join(root, "world")
        os.mkdir(self.folder)
        rng = random.Random(7)
        write(os.path.join(self.folder, "couplet.xml"), [setup_text()])
        write_world(self.folder, rng, False)
        write_couplings(self.folder)
        self.must("sync", "--full", "-o", "first")
        os.replace(os.path.join(self.folder, "first", "ledger.csv"), os.path.join(self.folder, "ledger.csv"))
        shutil.rmtree(os.path.join(self.folder, "first"))
        write_world(self.folder, rng, True)
        self.inputs = tree(self.folder)
        self.status = self.run("sync", "-o", "out").returncode
        self.output = tree(os.path.join(self.folder, "out"))
        if self.status not in (0, 4) or len(self.output) < 8:
            sys.exit("not ok - world: the run writes too little")
        self.durations = {}
        shutil.rmtree(os.path.join(self.folder, "out"))

    def environment(self):
        return {name: value for name, value in os.environ.items()
                if name not in ("SOURCE_DATE_EPOCH", "COUPLET_SETUP")}

    def start(self, folder, args):
        return subprocess.Popen([self.program, *args], cwd=folder, env=self.environment(), stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run(self, *args, folder=None):
        return subprocess.run([self.program, *args], cwd=folder or self.folder, env=self.environment(),
                              stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=120)

    def must(self, *args, folder=None):
        result = self.run(*args, folder=folder)
        if result.returncode not in (0, 4):
            sys.exit(f"not ok - world: {' '.join(args)}: {result.stderr.decode(errors='replace')}")

    def measure(self, name, args, prepare):
        """How long a command takes when nobody kills it."""
        seconds = []
        for _ in range(5):
            prepare(self.folder)
            begin = time.monotonic()
            self.must(*args)
            seconds.append(time.monotonic() - begin)
        prepare(self.folder)
        self.durations[name] = statistics.median(seconds)


class Lane:
    """A copy of the world in which one run after another is killed."""

    def __init__(self, world, root, number):
        self.world = world
        self.folder = os.path.join(root, f"lane{number}")
        shutil.copytree(world.folder, self.folder)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def run(self, *args):
        return self.world.run(*args, folder=self.folder)

    def input_faults(self):
        found = tree(self.folder)
        return [f"input {name} was changed" for name, content in self.world.inputs.items()
                if found.get(name) != content]

    def reset(self):
        """Back to the inputs alone; whatever is there besides goes."""
        for name in os.listdir(self.folder):
            if name not in self.world.inputs:
                path = self.path(name)
                if os.path.isdir(path):
                    shutil.rmtree(path)
                else:
                    os.remove(path)
        if read(self.path("ledger.csv")) != self.world.inputs["ledger.csv"]:
            with open(self.path("ledger.csv"), "wb") as file:
                file.write(self.world.inputs["ledger.csv"])

    def wait_and_send(self, process, moment, number):
        """Sends the signal after so many seconds, or when a file has appeared."""
        if isinstance(moment, float):
            time.sleep(moment)
        else:
            watched = self.path(STAGING, moment)
            while process.poll() is None and not os.path.lexists(watched):
                pass
        if process.poll() is None:
            process.send_signal(number)
        return process.wait(60)

    def left_over(self):
        allowed = set(self.world.inputs) | {"out", "ledger.csv.lock", "ledger.csv.previous"}
        return [name for name in os.listdir(self.folder) if name not in allowed]

    def check_code(self, code, number, is_published):
        """The exit status that a signal leaves; the one of a run that was done before the signal came."""
        if number == signal.SIGKILL:
            return []
        if is_published:
            return [] if code in (0, self.world.status) else [f"status {code}, but the work was done"]
        # Before the program has begun to listen the system ends it, which a shell tells by the same number.
        if code in (-number, SIGNAL_CODES[number]):
            return []
        return [f"status {code} without a result"]

    def check_output(self):
        """The output folder: absent, or whole."""
        if not os.path.lexists(self.path("out")):
            return False, []
        found = tree(self.path("out"))
        return True, [f"out/{name} differs from that of a whole run" for name in self.world.output.keys() | found.keys()
                      if found.get(name) != self.world.output.get(name)]

    def run_again(self, is_published):
        result = self.run("sync", "-o", "out")
        wanted = 2 if is_published else self.world.status
        wrong = [] if result.returncode == wanted else [f"run again: status {result.returncode}, not {wanted}: "
                                                        + result.stderr.decode(errors="replace")[:200]]
        _, differing = self.check_output()
        wrong += ["run again: " + line for line in differing]
        if not os.path.isdir(self.path("out")):
            wrong.append("run again: no output folder")
        return wrong + [f"run again: {name} is left over" for name in self.left_over()]

    def kill_sync(self, moment, number):
        self.reset()
        code = self.wait_and_send(self.world.start(self.folder, ["sync", "-o", "out"]), moment, number)
        is_published, wrong = self.check_output()
        wrong += self.check_code(code, number, is_published) + self.input_faults()
        if number != signal.SIGKILL:
            wrong += [f"{name} is left over" for name in self.left_over()]
        return wrong + self.run_again(is_published)

    def check_ledger(self):
        """Whether the ledger is the new one; the old one is kept whole or not yet kept."""
        old, new = self.world.inputs["ledger.csv"], self.world.output["ledger.csv"]
        ledger = read(self.path("ledger.csv")) if os.path.exists(self.path("ledger.csv")) else None
        wrong = [] if ledger in (old, new) else ["the ledger is neither the old nor the new one"]
        if os.path.exists(self.path("ledger.csv.previous")) and read(self.path("ledger.csv.previous")) != old:
            wrong.append("ledger.csv.previous is not the old ledger")
        elif ledger == new and not os.path.exists(self.path("ledger.csv.previous")):
            wrong.append("the old ledger is lost")
        return ledger == new, wrong

    def commit_again(self):
        result = self.run("commit", "out")
        is_new, wrong = self.check_ledger()
        if result.returncode != 0 or not is_new:
            wrong.append(f"commit again: status {result.returncode}: " + result.stderr.decode(errors="replace")[:200])
        wrong += [f"commit again: {name} is left over" for name in self.left_over()]
        return wrong + [f"input {name} was changed" for name, content in self.world.inputs.items()
                        if name != "ledger.csv" and read(self.path(name)) != content]

    def kill_commit(self, moment, number):
        self.reset()
        if self.run("sync", "-o", "out").returncode != self.world.status:
            return ["the run before commit fails"]
        code = self.wait_and_send(self.world.start(self.folder, ["commit", "out"]), moment, number)
        is_new, wrong = self.check_ledger()
        wrong += self.check_code(code, number, is_new)
        if number != signal.SIGKILL:
            wrong += [f"{name} is left over" for name in self.left_over()]
        return wrong + self.commit_again()

    def kill_sync_commit(self, moment, number):
        self.reset()
        code = self.wait_and_send(self.world.start(self.folder, ["sync", "--commit", "-o", "out"]), moment, number)
        is_published, wrong = self.check_output()
        is_new, ledger_wrong = self.check_ledger()
        wrong += ledger_wrong
        if is_new and not is_published:
            wrong.append("the ledger is new, but its folder is not there")
        if number != signal.SIGKILL and not is_published:
            wrong += self.check_code(code, number, is_published)
        if not is_published:
            wrong += self.run_again(is_published)
        return wrong + self.commit_again()


def clear(folder):
    shutil.rmtree(os.path.join(folder, "out"), ignore_errors=True)


def moments(rng, count, duration):
    """Spread evenly, each within its own part of the time; a little over the end, too."""
    step = duration * 1.08 / max(count, 1)
    return [step * (i + rng.random()) for i in range(count)]


def tasks(world, count):
    rng = random.Random(20260301)
    third, few = max(count // 3, 3), max(count // 5, 3)
    sync, commit = world.durations["sync"], world.durations["commit"]
    for moment in moments(rng, count, sync):
        yield "sync, SIGKILL", "kill_sync", moment, signal.SIGKILL
    for name in sorted(world.output):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
            yield f"sync, {number.name}", "kill_sync", name, number
    for number in (signal.SIGTERM, signal.SIGINT):
        for moment in moments(rng, third, sync):
            yield f"sync, {number.name}", "kill_sync", moment, number
    for moment in moments(rng, third, commit):
        yield "commit, SIGKILL", "kill_commit", moment, signal.SIGKILL
    for number in (signal.SIGTERM, signal.SIGINT):
        for moment in moments(rng, few, commit):
            yield f"commit, {number.name}", "kill_commit", moment, number
    for moment in moments(rng, few, world.durations["both"] - sync):
        yield "sync --commit, SIGKILL", "kill_sync_commit", sync + moment, signal.SIGKILL


def work_off(lane, queue):
    results = []
    for what, method, moment, number in queue:
        wrong = getattr(lane, method)(moment, number)
        when = f"after {moment * 1000:.1f} ms" if isinstance(moment, float) else f"with {moment}"
        results.append((f"{what} {when}", wrong))
    return results


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) == 3 else 150
    with tempfile.TemporaryDirectory(prefix="couplet-kill-") as root:
        world = World(program, root)
        world.measure("sync", ["sync", "-o", "out"], clear)
        world.measure("both", ["sync", "--commit", "-o", "out"], lambda folder: (clear(folder), restore(world)))
        world.must("sync", "-o", "out")
        world.measure("commit", ["commit", "out"], lambda folder: restore(world))
        clear(world.folder)
        queue = list(tasks(world, count))
        lanes = [Lane(world, root, number) for number in range(int(os.environ.get("WORKERS", 2)))]
        with concurrent.futures.ThreadPoolExecutor(len(lanes)) as pool:
            results = list(pool.map(work_off, lanes, [queue[number::len(lanes)] for number in range(len(lanes))]))
    results = [result for lane in results for result in lane]
    failed = sum(bool(wrong) for _, wrong in results)
    for name, wrong in results:
        print(f"not ok - {name}: " + "; ".join(wrong) if wrong else f"ok - {name}")
    print(f"{len(results) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def restore(world):
    """The old ledger, and nothing of a commit."""
    for name in ("ledger.csv.lock", "ledger.csv.previous"):
        if os.path.exists(os.path.join(world.folder, name)):
            os.remove(os.path.join(world.folder, name))
    with open(os.path.join(world.folder, "ledger.csv"), "wb") as file:
        file.write(world.inputs["ledger.csv"])


if __name__ == "__main__":
    main()
