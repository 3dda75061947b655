"""The small world with every feature (small/), and what is run in it: for fail.py and points.py.

A second run in it finds a ledger with bases, pending lines, failures and values in flight,
and edits on both sides since.
"""
import gzip
import os
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(os.path.dirname(HERE), "properties"))
from started import run_program  # noqa: E402

SMALL = os.path.join(HERE, "small")
# How many run side by side.
WORKERS = int(os.environ.get("WORKERS", 2))

# Edited between the first run and those that are watched.
EDITS = (
    ("erp/customers.xml", "<Name>Trey &amp; Søn</Name>", "<Name>Trey &amp; Daughters</Name>"),
    ("erp/contacts.xml", "ann@adatum.example", "ann.beebe@adatum.example"),
    ("crm/accounts.csv", "Trey & Søn,Gent", "Trey & Søn,Ghent"),
    ("crm/accounts.csv", "Litware,Luik", "Litware Inc.,Luik"),
    ("crm/contacts.csv", "dan@fabrikam.example,,,1/12/2026 5:00:00 AM",
     "dan.park@fabrikam.example,,,2/20/2026 5:00:00 AM"),
)

# What a killed run may leave behind, until the next one; and what stays for good.
STAGING = ".couplet-staging"
LEFTOVERS = ("ledger.csv.new", "ledger.csv.previous.new")
STAYS = ("ledger.csv.lock",)


class Scenario:
    """A command in the small world, after others; then those that finish what was cut off halfway."""

    def __init__(self, name, args, before=(), finish=(), halfway=(), is_first=False):
        self.name = name
        self.is_first = is_first    # in the world as it was before any run
        self.args = shlex.split(args)
        self.before = [shlex.split(line) for line in before]
        self.finish = [shlex.split(line) for line in finish]
        self.halfway = halfway      # files that may be there before all is done, with their final bytes


SYNC = ("sync -o out",)
SCENARIOS = (
    Scenario("sync", "sync -o out"),
    Scenario("first run", "sync -o out", is_first=True),
    Scenario("full run", "sync --full --keep-creating yes -o out"),
    Scenario("sync --commit", "sync --commit -o out", finish=("commit out",), halfway=("out", "ledger.csv.previous")),
    Scenario("commit", "commit out", SYNC, halfway=("ledger.csv.previous",)),
    Scenario("couple by match", "couple --mapping CURRENCY --mapping CUSTOMER --mapping CONTACT "
             "--create-unmatched --synch-after -o out", ("sync --full -o zero",)),
    Scenario("couple by hand", "couple CUSTOMER 50000 d1000000-0000-4000-8000-000000000004 -o out"),
    Scenario("uncouple", "uncouple CUSTOMER 20000 -o out"),
    Scenario("resolve", "resolve CUSTOMER 30000 --get -o out"),
    Scenario("undo", "undo out -o back", SYNC),
    Scenario("simulate", "simulate out -o after", SYNC),
    Scenario("verify", "verify out -o list.csv", SYNC),
    Scenario("report", "preview --report report.html"),
    Scenario("convert to CSV", "convert erp/customers.xml customers.csv"),
    Scenario("convert to XML", "convert crm/contacts.csv contacts.xml"),
    Scenario("convert to a package", "convert erp/customers.xml customers.rapidstart --setup couplet.xml --table Customer"),
    Scenario("convert to CMT", "convert crm/contacts.csv contacts.zip --setup couplet.xml --table contact"),
    Scenario("convert for the wizard", "convert crm/contacts.csv archives/ --setup couplet.xml --table contact --to wizard"),
    Scenario("convert to packed CSV", "convert crm/contacts.csv contacts.csv.gz"),
    Scenario("convert all of a package", "convert erp/customers.xml tables/"),
    Scenario("ledger export", "ledger export couplings.csv"),
    Scenario("ledger import", "ledger import couplings.csv -o imported.csv", ("ledger export couplings.csv",)),
    Scenario("init", "init new", halfway=("new",)),
    Scenario("preview", "preview --format json"),
    Scenario("check", "check"),
    Scenario("explain", "explain CUSTOMER 20000"),
    Scenario("errors", "errors out", SYNC),
    Scenario("diff", "diff out out2", SYNC + ("sync --full -o out2",)),
)


def environment(**more):
    env = {name: value for name, value in os.environ.items()
           if name not in ("SOURCE_DATE_EPOCH", "FAULT", "FAULT_LOG", "LD_PRELOAD")}
    env.update(more)
    return env


def run(program, folder, args, **more):
    faults = {name: more.pop(name) for name in ("FAULT", "FAULT_LOG") if name in more}
    return run_program(program, args, folder, environment(**more), **faults)


def tree(folder):
    """Everything under a folder, with its mode and bytes."""
    found = {}
    for path, folders, names in os.walk(folder):
        for name in folders + names:
            full = os.path.join(path, name)
            info = os.lstat(full)
            content = None
            if stat.S_ISREG(info.st_mode):
                with open(full, "rb") as file:
                    content = file.read()
            elif stat.S_ISLNK(info.st_mode):
                content = os.readlink(full)
            found[os.path.relpath(full, folder)] = (info.st_mode, content)
    return found


def put_back(folder, wanted):
    """Makes a folder what it was, whatever has become of it."""
    found = tree(folder)
    for name in sorted(found.keys() - wanted.keys(), reverse=True):
        full = os.path.join(folder, name)
        if os.path.isdir(full) and not os.path.islink(full):
            os.rmdir(full)
        else:
            os.remove(full)
    for name in sorted(wanted):
        mode, content = wanted[name]
        if found.get(name) == wanted[name]:
            continue
        full = os.path.join(folder, name)
        if content is None:
            os.makedirs(full, exist_ok=True)
        else:
            with open(full, "wb") as file:
                file.write(content)
        os.chmod(full, stat.S_IMODE(mode))


def is_leftover(name):
    first = name.split("/")[0]
    return first.endswith(STAGING) or name in LEFTOVERS or name.endswith(".new")


def make_first(folder):
    """The small world, as it is before any run."""
    shutil.copytree(SMALL, folder)
    path = os.path.join(folder, "erp", "payment-terms.csv")
    with open(path, "rb") as file, open(path + ".gz", "wb") as packed:
        packed.write(gzip.compress(file.read(), mtime=0))
    os.remove(path)


def make_second(program, folder):
    """The same after its first run and the edits that follow it."""
    make_first(folder)
    result = run(program, folder, ["sync", "--commit", "-o", "first"])
    if result.returncode != 4:
        raise SystemExit("not ok - the small world: " + result.stderr.decode(errors="replace"))
    shutil.rmtree(os.path.join(folder, "first"))
    os.remove(os.path.join(folder, "ledger.csv.previous"))
    for name, old, new in EDITS:
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        assert text.count(old) == 1, (name, old)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text.replace(old, new))


class Stage:
    """A scenario in a folder of its own: what is there before it, and after it when nothing goes wrong."""

    def __init__(self, program, folder, scenario):
        self.program, self.folder, self.scenario = program, folder, scenario
        self.is_here = True
        for args in scenario.before:
            self.run(args)
        self.before = tree(folder)
        self.result = self.run(scenario.args)
        self.after = tree(folder)
        if self.result.returncode == 2:
            self.is_here = b"in this version" in self.result.stderr or b"unknown" in self.result.stderr
            self.why = self.result.stderr.decode(errors="replace").strip()
        self.reset()

    def run(self, args, **more):
        return run(self.program, self.folder, args, **more)

    def reset(self):
        put_back(self.folder, self.before)


def stages(program, root, scenarios=SCENARIOS):
    """A stage for each scenario that this version has; the others are told."""
    first, second = os.path.join(root, "first"), os.path.join(root, "second")
    make_first(first)
    make_second(program, second)
    for number, scenario in enumerate(scenarios):
        folder = os.path.join(root, f"stage{number}")
        shutil.copytree(first if scenario.is_first else second, folder)
        stage = Stage(program, folder, scenario)
        if stage.result.returncode in (0, 1, 4):
            yield stage
        elif stage.result.returncode == 2 and stage.is_here:
            print(f"# {scenario.name}: not in this version")
        else:
            raise SystemExit(f"not ok - {scenario.name}: status {stage.result.returncode}: " + stage.result.stderr.decode(errors="replace"))


def build(root, source, *flags):
    """Compiles a C file of this folder into a shared object."""
    made = os.path.join(root, source[:-2] + ".so")
    subprocess.run([os.environ.get("CC", "cc"), "-std=c17", "-D_GNU_SOURCE", "-O2", "-shared", "-fPIC", *flags, "-o",
                    made, os.path.join(HERE, source)], check=True)
    return made


def scratch():
    """Where the worlds are made: in memory if that is possible, as nothing here depends on the disk."""
    fast = "/dev/shm"
    folder = fast if os.access(fast, os.W_OK) and "COUPLET_TEST_DISK" not in os.environ else None
    return tempfile.TemporaryDirectory(prefix="couplet-robust-", dir=folder)
