#!/usr/bin/env python3
"""What a run refuses to write to or to read from: refuse.py PROGRAM

Each case is a small world with something in the way.  The exit status and every line
on standard error must be the expected ones, and nothing may be made, changed or
removed by it, inside the world or where its links lead.
"""
import fcntl
import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BASE = os.path.join(HERE, "..", "bad", "base")
STAGING = ".out.couplet-staging"


def picture(folder):
    """All that is in a folder, with modes and bytes; times where nothing may be written at all."""
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


class World:
    """A world to be spoilt, and a folder beside it."""

    def __init__(self, program, root):
        self.program = program
        self.folder = os.path.join(root, "world")
        self.beside = os.path.join(root, "beside")
        shutil.copytree(BASE, self.folder)
        os.mkdir(self.beside)
        self.limits = {}
        self.closed = ()

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def put(self, name, text="keep me\n"):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def replace(self, name, old, new):
        with open(self.path(name), encoding="utf-8") as file:
            text = file.read()
        assert text.count(old) == 1, old
        self.put(name, text.replace(old, new))

    def instead_of(self, name, make):
        os.remove(self.path(name))
        make(self.path(name))

    def prepare(self):
        """In the child: limits, and standard streams that are closed."""
        for what, most in self.limits.items():
            resource.setrlimit(what, (most, most))
        for descriptor in self.closed:
            os.close(descriptor)

    def run(self, args):
        env = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
        return subprocess.run([self.program, *args], cwd=self.folder, env=env, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=60, check=False, preexec_fn=self.prepare)


CASES = []


def case(args, status, *messages):
    """Registers a case: what is in the way, and what must be said to it."""
    def register(spoil):
        CASES.append((spoil.__name__.replace("_", "-"), spoil, args.split(), status, messages))
        return spoil
    return register


NOTHING_PUBLISHED = "check the path and its permissions, then run again: nothing was published"


@case("-q sync -o .", 2, ".: exists and is not empty; name a new folder, or remove it first")
def output_is_the_folder_of_all_inputs(world):
    pass


@case("-q sync -o erp", 2, "erp: exists and is not empty; name a new folder, or remove it first")
def output_is_the_folder_of_exports(world):
    pass


@case("-q sync -o crm/accounts.csv", 2, "crm/accounts.csv: exists and is no folder; name a new folder")
def output_is_an_export(world):
    pass


@case("-q --ledger out/ledger.csv --new-ledger sync -o out", 2,
      "out: out/ledger.csv lies inside the output folder; choose another folder with -o")
def ledger_would_lie_in_the_output(world):
    pass


@case("-q --new-ledger sync -o ../beside", 2,
      "../beside: ledger.csv lies inside the output folder; choose another folder with -o")
def ledger_is_a_link_into_the_output(world):
    world.instead_of("ledger.csv", lambda path: os.symlink(os.path.join(world.beside, "ledger.csv"), path))


@case("-q sync -o out", 3, 'couplet.xml:13: table Customer: source "erp/customers-out.csv": this is a folder; '
      "name its files, as in folder/*.csv")
def an_earlier_output_among_the_exports(world):
    os.mkdir(world.path("erp", "customers-out.csv"))


@case("-q sync -o out", 2, "out: is a symbolic link; name the folder itself, or a new one")
def output_is_a_link_to_an_empty_folder(world):
    os.symlink(world.beside, world.path("out"))


@case("-q sync -o out/", 2, "out: is a symbolic link; name the folder itself, or a new one")
def output_is_a_link_with_a_slash(world):
    os.symlink(world.beside, world.path("out"))


@case("-q sync -o out", 2, "out: is a symbolic link; name the folder itself, or a new one")
def output_is_a_link_to_nothing(world):
    os.symlink("nowhere", world.path("out"))


@case("-q sync -o out", 2, "out: exists and is not empty; name a new folder, or remove it first")
def output_is_a_link_to_exports(world):
    os.symlink("erp", world.path("out"))


@case("-q sync -o out", 2, "out: exists and is not empty; name a new folder, or remove it first")
def output_is_not_empty(world):
    os.mkdir(world.path("out"))
    world.put("out/notes.txt")


@case("-q sync -o out", 2, "out: exists and is not empty; name a new folder, or remove it first")
def output_holds_a_hidden_file(world):
    os.mkdir(world.path("out"))
    world.put("out/.notes")


@case("-q sync -o out", 2, "out: exists and is no folder; name a new folder")
def output_is_a_file(world):
    world.put("out")


@case("-q sync -o out", 2, "out: exists and is no folder; name a new folder")
def output_is_a_pipe(world):
    os.mkfifo(world.path("out"))


@case("-q sync -o nowhere/out", 7,
      f"nowhere: no output folder can be made here: No such file or directory; {NOTHING_PUBLISHED}")
def parent_is_missing(world):
    pass


@case("-q sync -o ledger.csv/out", 7,
      f"ledger.csv/out: cannot be looked at: Not a directory; {NOTHING_PUBLISHED}")
def parent_is_a_file(world):
    pass


@case("-q sync -o parent/out", 7,
      f"parent: no output folder can be made here: Permission denied; {NOTHING_PUBLISHED}")
def parent_is_read_only(world):
    os.mkdir(world.path("parent"))
    os.chmod(world.path("parent"), 0o555)


@case("-q sync -o ..", 2, "..: exists and is not empty; name a new folder, or remove it first")
def output_is_the_parent(world):
    pass


@case("-q sync -o out", 7, "out: another run is writing this output folder; wait for it, or choose another")
def another_run_is_at_work(world):
    os.mkdir(world.path(STAGING))
    world.put(STAGING + "/ledger.csv", "half a ledger\n")
    world.lock = os.open(world.path(STAGING), os.O_RDONLY)
    fcntl.flock(world.lock, fcntl.LOCK_EX)


@case("-q sync -o out", 7,
      f"{STAGING}/ledger.csv: cannot be written: File too large; make room there or choose another output folder, "
      "then run again: nothing was published")
def no_room_for_a_file(world):
    world.limits[resource.RLIMIT_FSIZE] = 1024


@case("-q sync -o out", 7)
def too_few_open_files(world):
    world.limits[resource.RLIMIT_NOFILE] = 6


@case("-q sync -o out", 3,
      'couplet.xml:37: table account: source "crm/accounts.csv": this is a folder; name its files, as in folder/*.csv')
def export_is_a_folder(world):
    world.instead_of("crm/accounts.csv", os.mkdir)


@case("-q sync -o out", 3,
      'couplet.xml:37: table account: source "crm/accounts.csv": this is not a file; Couplet reads plain files only')
def export_is_a_pipe(world):
    world.instead_of("crm/accounts.csv", os.mkfifo)


@case("-q sync -o out", 3,
      'couplet.xml:37: table account: source "crm/accounts.csv": this is not a file; Couplet reads plain files only')
def export_is_a_device(world):
    world.instead_of("crm/accounts.csv", lambda path: os.symlink("/dev/null", path))


@case("-q sync -o out", 7, "crm/accounts.csv: cannot be opened: Permission denied; check the path, its permissions and "
      "the disk")
def export_may_not_be_read(world):
    os.chmod(world.path("crm/accounts.csv"), 0)


@case("-q sync -o out", 3, "couplet.xml: this is a folder; name the setup file with --setup")
def setup_is_a_folder(world):
    world.instead_of("couplet.xml", os.mkdir)


@case("-q sync -o out", 3, "couplet.xml: this is not a file; name the setup file with --setup")
def setup_is_a_pipe(world):
    world.instead_of("couplet.xml", os.mkfifo)


@case("-q sync -o out", 3, "ledger.csv: this is a folder; name the ledger, which is a plain file")
def ledger_is_a_folder(world):
    world.instead_of("ledger.csv", os.mkdir)


@case("-q sync -o out", 3, "ledger.csv: this is not a file; name the ledger, which is a plain file")
def ledger_is_a_pipe(world):
    world.instead_of("ledger.csv", os.mkfifo)


@case("-q --new-ledger sync -o out", 3, "ledger.csv: this is not a file; name the ledger, which is a plain file")
def ledger_is_a_device(world):
    world.instead_of("ledger.csv", lambda path: os.symlink("/dev/null", path))


@case("-q commit out", 3, "out/manifest.xml: there is none; name a folder that couplet sync wrote")
def commit_of_an_empty_folder(world):
    os.mkdir(world.path("out"))


@case("-q commit out", 3)
def commit_of_a_changed_folder(world):
    world.run(["-q", "sync", "-o", "out"])
    with open(world.path("out", "ledger.csv"), "a", encoding="utf-8") as file:
        file.write("CUSTOMER,,,,watermark,,,,,,,,,,\n")


@case("-q commit out", 3, "out/changes.csv: is missing; restore the folder or run again")
def commit_of_a_folder_with_a_file_missing(world):
    world.run(["-q", "sync", "-o", "out"])
    os.remove(world.path("out", "changes.csv"))


@case("-q commit out", 6)
def commit_after_the_ledger_has_changed(world):
    world.run(["-q", "sync", "-o", "out"])
    world.replace("ledger.csv", ",C00010,series", ",C00020,series")


@case("-q commit out", 7)
def commit_without_room(world):
    world.run(["-q", "sync", "-o", "out"])
    world.limits[resource.RLIMIT_FSIZE] = 1024


@case("-q preview --report out.html", 2, "out.html: exists already; name a new file, or remove it first")
def report_over_a_file(world):
    world.put("out.html")


@case("-q preview --report ledger.csv", 2, "ledger.csv: exists already; name a new file, or remove it first")
def report_over_an_input(world):
    pass


@case("-q preview --report out.html", 2, "out.html: exists already; name a new file, or remove it first")
def report_through_a_link(world):
    os.symlink(os.path.join(world.beside, "elsewhere.html"), world.path("out.html"))


@case("-q preview --report nowhere/out.html", 7)
def report_into_a_folder_that_is_not_there(world):
    pass


@case("-q preview --report out.html", 7)
def report_without_room(world):
    world.limits[resource.RLIMIT_FSIZE] = 1024


@case("-q sync --mask --mask-key /dev/zero -o out", 2)
def mask_key_without_end(world):
    pass


@case("-q sync --mask --mask-key erp -o out", 7)
def mask_key_is_a_folder(world):
    pass


# These make their output; nothing may get lost or in the way.

@case("-q sync -o out", 0)
def staging_folder_of_a_killed_run(world):
    os.mkdir(world.path(STAGING))
    world.put(STAGING + "/ledger.csv", "half a ledger\n")


@case("-q sync -o out", 0)
def staging_name_is_a_link(world):
    with open(os.path.join(world.beside, "precious.txt"), "w", encoding="utf-8") as file:
        file.write("keep me\n")
    os.symlink(world.beside, world.path(STAGING))


@case("-q sync -o out", 0)
def output_is_an_empty_folder(world):
    os.mkdir(world.path("out"))


@case("-q sync -o out", 0)
def standard_streams_are_closed(world):
    world.closed = (0, 1, 2)


def try_case(program, spoil, args, status, messages, reference):
    wrong = []
    with tempfile.TemporaryDirectory(prefix="couplet-refuse-") as root:
        world = World(program, root)
        spoil(world)
        before, beside = picture(world.folder), picture(world.beside)
        result = world.run(args)
        after = picture(world.folder)
        said = result.stderr.decode("utf-8", "backslashreplace").splitlines()
        if result.returncode != status:
            wrong.append(f"status {result.returncode}, not {status}")
        if (messages or not status) and [line.removeprefix("couplet: ") for line in said] != list(messages):
            wrong.append("said " + " / ".join(said))
        if status and not said:
            wrong.append("said nothing")
        after.pop("ledger.csv.lock", None)
        if status == 0:
            made = {name: content for name, content in after.items() if name.split("/")[0] == "out"}
            if {name: content for name, (_, content) in made.items()} != reference:
                wrong.append("the output is not what it is elsewhere")
            before = {name: value for name, value in before.items() if name.split("/")[0] not in ("out", STAGING)}
            after = {name: value for name, value in after.items() if name not in made}
        wrong += [f"{name} is not as it was" for name in sorted(before.keys() | after.keys())
                  if before.get(name) != after.get(name)]
        if picture(world.beside) != beside:
            wrong.append("something beside was changed")
    return wrong


def make_reference(program):
    with tempfile.TemporaryDirectory(prefix="couplet-refuse-") as root:
        world = World(program, root)
        world.run(["-q", "sync", "-o", "out"])
        return {name: content for name, (_, content) in picture(world.folder).items() if name.split("/")[0] == "out"}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    reference = make_reference(program)
    passed = failed = 0
    for name, spoil, args, status, messages in CASES:
        # Nothing is forbidden to root.
        if os.geteuid() == 0 and name in ("parent-is-read-only", "export-may-not-be-read"):
            continue
        wrong = try_case(program, spoil, args, status, messages, reference)
        passed += not wrong
        failed += bool(wrong)
        print(f"not ok - {name}: " + "; ".join(wrong) if wrong else f"ok - {name}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
