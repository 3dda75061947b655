#!/usr/bin/env python3
"""What goes on around a run: around.py PROGRAM [ROUNDS]

Full disks and read-only folders, inputs that vanish or change while they are read, several
runs and commits at once, lock files of the dead and the living, links, the umask, hostile
environment variables, and the programs that are started (none).
"""
import concurrent.futures
import fcntl
import os
import re
import resource
import shutil
import stat
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import small  # noqa: E402

NOBODY = 65534
RESULTS = []


class Place:
    """A second world of its own for each test."""

    def __init__(self, program, root, name):
        self.program, self.root = program, root
        self.library = os.path.join(root, "fail.so")
        self.folder = os.path.join(root, name)
        shutil.copytree(os.path.join(root, "second"), self.folder)
        self.before = small.tree(self.folder)
        self.wrong = []

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def run(self, *args, prepare=None, env=None, command=None):
        return subprocess.run([*(command or [self.program]), *args], cwd=self.folder,
                              env=env or small.environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                              check=False, preexec_fn=prepare)

    def want(self, is_good, what):
        if not is_good:
            self.wrong.append(what)

    def want_status(self, result, *codes):
        self.want(result.returncode in codes, f"status {result.returncode}, not {codes[0]}: "
                  + result.stderr.decode(errors="replace")[-300:])

    def want_untouched(self, besides=()):
        now = small.tree(self.folder)
        names = [name for name in sorted(now.keys() | self.before.keys()) if now.get(name) != self.before.get(name)
                 and name not in small.STAYS and name.split("/")[0] not in besides]
        self.want(not names, "left or changed: " + " ".join(names))

    def want_whole(self, name="out"):
        found = {key: value for key, value in small.tree(self.path(name)).items()}
        self.want(found == self.reference(), f"{name} is not what it is elsewhere")

    def reference(self):
        return small.tree(os.path.join(self.root, "reference"))


def test(function):
    RESULTS.append(function)
    return function


# ---- Disks and folders

def private_mount(place, size, script):
    """The script in a mount namespace with a small disk at disk/; None where that is not allowed."""
    os.mkdir(place.path("disk"))
    result = place.run("-rm", "sh", "-c", f"mount -t tmpfs -o size={size} tmpfs disk || exit 99; {script}",
                       command=["unshare"])
    return None if result.returncode == 99 or b"unshare:" in result.stderr else result


@test
def a_full_disk(place):
    """At every size of the disk the folder is whole or absent, and the message says what to do."""
    ends = set()
    for pages in list(range(1, 40, 3)) + [200]:
        result = private_mount(place, f"{pages * 4}k", f"'{place.program}' -q sync -o disk/out 2>&1; code=$?; "
                               "[ -e disk/.out.couplet-staging ] && exit 50; "
                               "[ $code = 7 ] && [ -e disk/out ] && exit 51; "
                               "[ $code = 4 ] && { diff -r disk/out ../reference || exit 52; }; exit $code")
        os.rmdir(place.path("disk"))
        if result is None:
            return "no mount namespaces here"
        ends.add(result.returncode)
        place.want(result.returncode in (4, 7), f"{pages} pages: status {result.returncode}")
        if result.returncode == 7:
            place.want(b"make room there or choose another output folder" in result.stdout,
                       f"{pages} pages: says {result.stdout[-200:]}")
        place.want_untouched()
    place.want(ends == {4, 7}, f"statuses {ends}")
    return None


@test
def a_full_disk_under_the_ledger(place):
    result = private_mount(place, "200k", "cp -r couplet.xml erp crm ledger.csv disk; cd disk; "
                           f"'{place.program}' -q sync -o out 2>/dev/null; dd if=/dev/zero of=fill bs=4k 2>/dev/null; "
                           f"cp ledger.csv /dev/shm/before.$$; '{place.program}' commit out; code=$?; "
                           "cmp ledger.csv /dev/shm/before.$$ || code=50; rm /dev/shm/before.$$; "
                           "[ -e ledger.csv.new ] && code=51; rm fill; [ $code = 7 ] || exit $code; "
                           f"'{place.program}' commit out || exit 52; cmp ledger.csv out/ledger.csv || exit 53; exit 0")
    if result is None:
        return "no mount namespaces here"
    place.want_status(result, 0)
    return None


@test
def a_limit_on_file_size(place):
    for size in (0, 1, 100, 1000, 5000, 20000):
        result = place.run("-q", "sync", "-o", "out",
                           prepare=lambda size=size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        place.want_status(result, 7)
        place.want(b"make room there" in result.stderr, "says " + result.stderr.decode()[-200:])
        place.want_untouched()


@test
def too_little_memory(place):
    """With any limit on address space: the same, or status 7 without anything left."""
    ends = set()
    for megabytes in list(range(8, 120, 4)) + [2000]:
        size = megabytes << 20
        result = place.run("-q", "sync", "-o", "out",
                           prepare=lambda size=size: resource.setrlimit(resource.RLIMIT_AS, (size, size)))
        if result.returncode == 127 or b"shared librar" in result.stderr:
            continue    # the program was not even loaded
        ends.add(result.returncode)
        if result.returncode == 4:
            place.want_whole()
            shutil.rmtree(place.path("out"))
        else:
            place.want(result.returncode == 7, f"{megabytes} MiB: status {result.returncode}: "
                       + result.stderr.decode(errors="replace")[-200:])
        place.want_untouched()
    place.want(4 in ends, f"statuses {ends}")


def as_nobody():
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


@test
def a_folder_that_may_not_be_written(place):
    os.chmod(place.folder, 0o555)
    place.before = small.tree(place.folder)
    result = place.run("-q", "sync", "-o", "out", prepare=as_nobody)
    place.want_status(result, 7)
    place.want(b"Permission denied; check the path and its permissions" in result.stderr, "says otherwise")
    place.want_untouched()
    os.chmod(place.folder, 0o755)


@test
def a_ledger_that_may_not_be_replaced(place):
    place.run("-q", "sync", "-o", "out")
    for path, folders, names in os.walk(place.path("out")):
        for name in folders + names:
            os.chmod(os.path.join(path, name), 0o755)
    os.chmod(place.path("out"), 0o755)
    os.chmod(place.folder, 0o555)
    place.before = small.tree(place.folder)
    result = place.run("commit", "out", prepare=as_nobody)
    place.want_status(result, 7)
    place.want(b"the ledger was not changed" in result.stderr, "says otherwise: " + result.stderr.decode())
    place.want_untouched()
    os.chmod(place.folder, 0o755)


@test
def inputs_that_may_only_be_read(place):
    """L2: everything that is read may belong to somebody else."""
    for path, folders, names in os.walk(place.folder):
        for name in names:
            os.chmod(os.path.join(path, name), 0o444)
        for name in folders:
            os.chmod(os.path.join(path, name), 0o555)
    os.mkdir(place.path("mine"))
    os.chmod(place.path("mine"), 0o777)
    place.before = small.tree(place.folder)
    result = place.run("-q", "sync", "-o", "mine/out", prepare=as_nobody)
    place.want_status(result, 4)
    found = small.tree(place.path("mine", "out"))
    place.want(found == place.reference(), "out is not what it is elsewhere")
    place.want_untouched(("mine",))


# ---- Inputs that move

@test
def an_input_that_vanishes(place):
    """At every opening for reading: told, and nothing written."""
    number = 0
    while True:
        number += 1
        result = place.run("-q", "sync", "-o", "out", env=small.environment(
            FAULT=f"open:{number}:2", LD_PRELOAD=place.library))
        if os.path.exists(place.path("out")):
            place.want_status(result, 4)
            place.want_whole()
            shutil.rmtree(place.path("out"))
            if number > 60:
                break
            continue
        place.want_status(result, 7, 3)
        place.want(len(result.stderr) > 20, f"open {number}: says nothing")
        place.want_untouched()


@test
def an_input_that_grows_while_it_is_read(place):
    told = 0
    for number in range(1, 60):
        result = place.run("-q", "sync", "-o", "out", env=small.environment(
            FAULT=f"read:{number}:grow", LD_PRELOAD=place.library))
        now = small.tree(place.folder)
        grown = [name for name, value in place.before.items() if now.get(name) != value]
        if grown and grown != ["couplet.xml"] and not os.path.exists(place.path("out")):
            place.want_status(result, 7, 3)
            told += b"changed while it was read" in result.stderr
        elif grown == ["ledger.csv"]:
            # It had been read by then: what was made from it is stale.
            place.want_status(place.run("-q", "commit", "out"), 6)
        elif grown and grown != ["couplet.xml"]:
            # Only looked at till then: what was read, and published, is the file as it is now.
            place.run("-q", "sync", "-o", "again")
            place.want(small.tree(place.path("out")) == small.tree(place.path("again")),
                       f"read {number}: {grown} grew, and a folder was published that is not of it")
        small.put_back(place.folder, place.before)
    place.want(told >= 10, f"told only {told} times")


@test
def a_ledger_that_is_committed_meanwhile(place):
    """6: the folder that was made from the ledger before is stale, and says so."""
    place.run("-q", "sync", "-o", "one")
    place.run("-q", "sync", "--full", "-o", "two")
    place.want_status(place.run("commit", "one"), 0)
    result = place.run("commit", "two")
    place.want_status(result, 6)
    place.want(b"is stale" in result.stderr, "does not say that it is stale")
    place.want(small.tree(place.folder)["ledger.csv"][1] == small.tree(place.folder)["one/ledger.csv"][1],
               "the ledger is not that of the first folder")


@test
def a_damaged_output_folder(place):
    """One byte of any file of the folder: nothing is taken from it, and the file is named (L3)."""
    place.run("-q", "sync", "-o", "out")
    place.before = small.tree(place.folder)
    for name, (_, content) in sorted(place.before.items()):
        if not content or not name.startswith("out/") or name == "out/manifest.xml":
            continue
        with open(place.path(name), "wb") as file:
            middle = len(content) // 2
            file.write(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1:])
        for args in (["commit", "out"], ["verify", "out"], ["undo", "out", "-o", "back"],
                     ["simulate", "out", "-o", "after"]):
            result = place.run(*args)
            place.want_status(result, 3)
            place.want(name.encode() in result.stderr, f"{name}: not named by {args[0]}")
        small.put_back(place.folder, place.before)
    place.want_untouched()


# ---- Several at once

@test
def commits_at_once(place):
    """Of the same folder: all end well; of different ones: one wins, the others are stale."""
    for round_number in range(place.rounds):
        small.put_back(place.folder, place.before)
        for number in range(3):
            place.run("-q", "--now", f"2026-03-0{number + 1}T00:00:00Z", "sync", "-o", f"out{number}")
        with concurrent.futures.ThreadPoolExecutor(9) as pool:
            results = list(pool.map(lambda number: place.run("-q", "commit", f"out{number % 3}"), range(9)))
        statuses = [result.returncode for result in results]
        now = small.tree(place.folder)
        winners = [number for number in range(3) if now[f"out{number}/ledger.csv"][1] == now["ledger.csv"][1]]
        place.want(len(winners) == 1, f"round {round_number}: {winners} won")
        for number, status in enumerate(statuses):
            place.want(status == (0 if winners and number % 3 == winners[0] else 6),
                       f"round {round_number}: commit of out{number % 3}: status {status}")
        place.want(now["ledger.csv.previous"][1] == place.before["ledger.csv"][1], "previous is not the old ledger")
        place.want(not [name for name in now if small.is_leftover(name)], "something is left over")


@test
def runs_at_once(place):
    """Into one folder: one publishes it, whole; the others say that they did not."""
    for round_number in range(place.rounds):
        small.put_back(place.folder, place.before)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            results = list(pool.map(lambda _: place.run("-q", "sync", "-o", "out"), range(6)))
        statuses = sorted(result.returncode for result in results)
        place.want(statuses.count(4) == 1 and set(statuses) <= {2, 4, 7}, f"round {round_number}: statuses {statuses}")
        place.want_whole()
        place.want_untouched(("out",))


@test
def the_lock_of_a_dead_commit(place):
    place.run("-q", "sync", "-o", "out")
    with open(place.path("ledger.csv.lock"), "w", encoding="utf-8") as file:
        file.write("12345\n")
    for name in ("ledger.csv.new", "ledger.csv.previous.new"):
        with open(place.path(name), "w", encoding="utf-8") as file:
            file.write("half a ledger\n")
    place.want_status(place.run("-q", "commit", "out"), 0)
    now = small.tree(place.folder)
    place.want(now["ledger.csv"][1] == now["out/ledger.csv"][1], "not committed")
    place.want("ledger.csv.new" not in now and "ledger.csv.previous.new" not in now, "something is left over")


@test
def the_lock_of_a_living_commit(place):
    place.run("-q", "sync", "-o", "out")
    with open(place.path("ledger.csv.lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with subprocess.Popen([place.program, "-q", "commit", "out"], cwd=place.folder, env=small.environment()) as commit:
            time.sleep(0.3)
            place.want(commit.poll() is None, "does not wait")
            place.want(small.tree(place.folder)["ledger.csv"] == place.before["ledger.csv"], "did not wait")
            fcntl.flock(lock, fcntl.LOCK_UN)
            place.want(commit.wait(30) == 0, "does not go on")
    place.want(small.tree(place.folder)["ledger.csv"][1] == small.tree(place.folder)["out/ledger.csv"][1], "not committed")


# ---- Links and modes

@test
def a_ledger_behind_a_link(place):
    """The ledger itself is replaced, not the link."""
    os.mkdir(place.path("elsewhere"))
    os.rename(place.path("ledger.csv"), place.path("elsewhere", "ledger.csv"))
    os.symlink("elsewhere/ledger.csv", place.path("ledger.csv"))
    place.run("-q", "sync", "-o", "out")
    place.want_status(place.run("-q", "commit", "out"), 0)
    now = small.tree(place.folder)
    place.want(os.path.islink(place.path("ledger.csv")), "the link is gone")
    place.want(now["elsewhere/ledger.csv"][1] == now["out/ledger.csv"][1], "not committed")


@test
def links_where_commit_writes(place):
    """What somebody put there is not followed."""
    with open(place.path("precious"), "w", encoding="utf-8") as file:
        file.write("keep me\n")
    place.run("-q", "sync", "-o", "out")
    for name in ("ledger.csv.new", "ledger.csv.previous.new", "ledger.csv.previous"):
        if os.path.lexists(place.path(name)):
            os.remove(place.path(name))
        os.symlink("precious", place.path(name))
    place.want_status(place.run("-q", "commit", "out"), 0)
    now = small.tree(place.folder)
    place.want(now["precious"][1] == b"keep me\n", "a file behind a link was written to")
    place.want(now["ledger.csv"][1] == now["out/ledger.csv"][1], "not committed")


@test
def links_where_files_are_written(place):
    for name in ("list.csv", "report.html", "new.csv"):
        os.symlink("precious", place.path(name))
    place.run("-q", "sync", "-o", "out")
    for args in (["verify", "out", "-o", "list.csv"], ["preview", "--report", "report.html"],
                 ["convert", "crm/contacts.csv", "new.csv"]):
        place.want_status(place.run(*args), 2)
    place.want(not os.path.exists(place.path("precious")), "a link was followed")


@test
def output_for_nobody_else(place):
    """Personal data: 0700 and 0600 whatever the umask; a ledger keeps its mode, a first one is private."""
    for mask in (0, 0o22, 0o77):
        shutil.rmtree(place.path("out"), ignore_errors=True)
        place.run("-q", "sync", "-o", "out", prepare=lambda mask=mask: os.umask(mask))
        place.want(stat.S_IMODE(os.lstat(place.path("out")).st_mode) == 0o700, f"umask {mask:o}: out")
        for name, (mode, _) in small.tree(place.path("out")).items():
            wanted = 0o700 if stat.S_ISDIR(mode) else 0o600
            place.want(stat.S_IMODE(mode) == wanted, f"umask {mask:o}: {name} has mode {stat.S_IMODE(mode):o}")
    os.chmod(place.path("ledger.csv"), 0o640)
    place.want_status(place.run("-q", "commit", "out", prepare=lambda: os.umask(0)), 0)
    for name in ("ledger.csv", "ledger.csv.previous"):
        place.want(stat.S_IMODE(os.lstat(place.path(name)).st_mode) == 0o640, f"{name} has another mode than before")
    os.remove(place.path("ledger.csv"))
    place.run("-q", "--new-ledger", "sync", "-o", "first", prepare=lambda: os.umask(0))
    place.want_status(place.run("-q", "commit", "first", prepare=lambda: os.umask(0)), 0)
    place.want(stat.S_IMODE(os.lstat(place.path("ledger.csv")).st_mode) == 0o600, "a first ledger is not private")


@test
def standard_output_without_a_reader(place):
    """Who stops reading stops no commit."""
    reader, writer = os.pipe()
    os.close(reader)
    subprocess.run([place.program, "sync", "--commit", "-o", "out"], cwd=place.folder, env=small.environment(),
                   stdout=writer, stderr=subprocess.DEVNULL, timeout=60, check=False)
    os.close(writer)
    now = small.tree(place.folder)
    place.want(now["ledger.csv"][1] == now.get("out/ledger.csv", (0, None))[1], "not committed")


# ---- Environment and programs

HOSTILE = {
    "LC_ALL": "tr_TR.UTF-8", "LANG": "nl_BE.UTF-8", "LANGUAGE": "nl", "TZ": "Pacific/Kiritimati", "HOME": "/nonexistent",
    "POSIXLY_CORRECT": "1", "XML_CATALOG_FILES": "/nonexistent", "XML_DEBUG_CATALOG": "1", "SGML_CATALOG_FILES": "/x",
    "COUPLET_SETUP": "/nonexistent", "COUPLET_LEDGER": "/nonexistent", "COUPLET": "x", "IFS": "/", "PATH": "",
    "COLUMNS": "1", "LINES": "1", "http_proxy": "http://127.0.0.1:9", "TMPDIR": "/nonexistent", "TERM": "xterm",
    "MALLOC_PERTURB_": "165", "OUTPUT_CHARSET": "UTF-16", "PWD": "/", "OLDPWD": "/", "ENV": "/nonexistent", "UID": "0",
}


@test
def only_the_documented_environment(place):
    for name, env in (("hostile", HOSTILE), ("empty", {})):
        result = place.run("-q", "sync", "-o", "out", env=env)
        place.want_status(result, 4)
        place.want_whole()
        shutil.rmtree(place.path("out"))
        place.want(result.stdout == b"", f"{name}: prints something")
    result = place.run("sync", "-o", "out", env=dict(HOSTILE, SOURCE_DATE_EPOCH="0"))
    place.want_status(result, 4)
    place.want(small.tree(place.path("out")) != place.reference(), "SOURCE_DATE_EPOCH has no effect")


@test
def no_other_program(place):
    """No shell, no helper: one execve for each command, and nothing is connected to."""
    if not shutil.which("strace"):
        return "no strace here"
    log = os.path.join(place.root, "strace")
    for args in (["sync", "--commit", "-o", "out"], ["verify", "out", "-o", "list.csv"], ["check"], ["help", "sync"],
                 ["simulate", "out", "-o", "after"], ["preview", "--report", "r.html"], ["init", "new"]):
        place.run("-f", "-o", log, "-e", "trace=execve,execveat,fork,vfork,socket,connect", place.program, *args,
                  command=["strace"])
        with open(log, encoding="utf-8", errors="replace") as file:
            calls = [line for line in file if re.search(r"(execve|execveat|fork|vfork|socket|connect)\(", line)]
        place.want(len(calls) == 1, f"{args[0]}: " + " / ".join(calls[1:3]))
    return None


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    failed = 0
    with small.scratch() as root:
        os.chmod(root, 0o755)
        small.build(root, "fail.c")
        small.make_second(program, os.path.join(root, "second"))
        subprocess.run([program, "-q", "sync", "-o", "../reference"], cwd=os.path.join(root, "second"),
                       env=small.environment(), stderr=subprocess.DEVNULL, check=False)
        for function in RESULTS:
            name = function.__name__.replace("_", "-")
            place = Place(program, root, name)
            place.rounds = int(sys.argv[2]) if len(sys.argv) == 3 else 3
            skipped = function(place)
            failed += bool(place.wrong)
            if place.wrong:
                print(f"not ok - {name}: " + "; ".join(place.wrong[:4]).replace("\n", " / "))
            else:
                print(f"ok - {name}" + (f" # skip {skipped}" if skipped else ""))
            sys.stdout.flush()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
