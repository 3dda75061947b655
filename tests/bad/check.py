#!/usr/bin/env python3
"""Bad inputs and what the program says to them: check.py [--show] PROGRAM [NAME...]

cases.txt holds one case after another, each on top of the good world in base/:

  case NAME          begins a case
  args WORDS         the command line (sync -o out)
  status N           the exit status (3)
  env NAME=VALUE     an environment variable
  in FILE            what follows is about this file:
    - TEXT             text to replace, found exactly once; several lines follow each other
    + TEXT             what takes its place
  file FILE          the file holds only the lines that follow:
    : TEXT             one line
  append FILE        the same, behind what the file holds
  remove FILE        the file is not there
  rename FILE TO     the file has another name
  cut FILE N         only its first N bytes
  gzip FILE          the file is packed
  folder PATH, fifo PATH, link PATH TARGET
  ! TEXT             a line on standard error, without the beginning `couplet: ` of those that name no file and line

In TEXT, \\n \\r \\t \\\\ and \\xNN stand for the bytes that they name.  Blank lines and
lines that begin with # mean nothing.

Standard error must be these lines and no others, in this order; standard output must
be empty, and no file may be made, changed or removed.  A case with the usual command
line is tried with preview and check, too, which must say the same.  With --show the
messages are printed instead of compared.
"""
import concurrent.futures
import gzip
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT_ARGS = "sync -o out"


HAS_PLACE = re.compile(r"[^-:][^:]*:[0-9]+: ")

class BadTable(Exception):
    pass


def unescape(text):
    """The bytes that a TEXT of the table stands for."""
    simple = {"n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\"}
    out = b""
    at = 0
    while at < len(text):
        if text[at] != "\\":
            out += text[at].encode()
            at += 1
        elif text[at + 1 : at + 2] == "x":
            out += bytes([int(text[at + 2 : at + 4], 16)])
            at += 4
        else:
            out += simple[text[at + 1 : at + 2]]
            at += 2
    return out


class Case:
    def __init__(self, name, line):
        self.name = name
        self.line = line
        self.args = DEFAULT_ARGS
        self.status = 3
        self.env = {}
        self.steps = []
        self.messages = []

    def take(self, word, text):
        """One line of the table that belongs to this case."""
        last = self.steps[-1] if self.steps else [None]
        if word == "args":
            self.args = text
        elif word == "status":
            self.status = int(text)
        elif word == "env":
            name, _, value = text.partition("=")
            self.env[name] = value
        elif word == "!":
            self.messages.append(text if HAS_PLACE.match(text) else "couplet: " + text)
        elif word == "in":
            self.steps.append(["in", text, []])
        elif word == "-" and last[0] == "in":
            if not last[2] or last[2][-1][1]:
                last[2].append(([], []))
            last[2][-1][0].append(unescape(text))
        elif word == "+" and last[0] == "in" and last[2]:
            last[2][-1][1].append(unescape(text))
        elif word in ("file", "append"):
            self.steps.append([word, text, []])
        elif word == ":" and last[0] in ("file", "append"):
            last[2].append(unescape(text) + b"\n")
        elif word in ("remove", "rename", "cut", "gzip", "folder", "fifo", "link"):
            self.steps.append([word, *text.split()])
        else:
            raise BadTable(f"case {self.name}: what is {word!r}?")


def read_cases(path):
    cases = []
    with open(path, encoding="utf-8") as table:
        for number, line in enumerate(table, 1):
            line = line.rstrip("\n")
            if not line.strip() or line.startswith("#"):
                continue
            word, _, text = line.lstrip().partition(" ")
            if word == "case":
                if any(case.name == text for case in cases):
                    raise BadTable(f"line {number}: a second case {text}")
                cases.append(Case(text, number))
            else:
                cases[-1].take(word, text)
    return cases


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def write_bytes(path, content):
    with open(path, "wb") as file:
        file.write(content)


def replace(case, path, pairs):
    content = read_bytes(path)
    for old, new in pairs:
        old = b"\n".join(old)
        found = content.count(old)
        if found != 1:
            raise BadTable(f"case {case.name}: {old!r} is there {found} times")
        content = content.replace(old, b"\n".join(new))
    write_bytes(path, content)


def expand(case, folder):
    """Makes the world of a case."""
    shutil.copytree(os.path.join(HERE, "base"), folder)
    for word, name, *rest in case.steps:
        path = os.path.join(folder, name)
        if word == "in":
            replace(case, path, rest[0])
        elif word == "file":
            write_bytes(path, b"".join(rest[0]))
        elif word == "append":
            write_bytes(path, read_bytes(path) + b"".join(rest[0]))
        elif word == "remove":
            os.remove(path)
        elif word == "rename":
            os.rename(path, os.path.join(folder, rest[0]))
        elif word == "cut":
            write_bytes(path, read_bytes(path)[: int(rest[0])])
        elif word == "gzip":
            write_bytes(path, gzip.compress(read_bytes(path), mtime=0))
        elif word == "folder":
            os.mkdir(path)
        elif word == "fifo":
            os.mkfifo(path)
        else:
            os.symlink(rest[0], path)


def picture(folder):
    """All that is in a folder, with its bytes and times."""
    found = {}
    for path, folders, names in os.walk(folder):
        for name in folders + names:
            full = os.path.join(path, name)
            info = os.lstat(full)
            content = read_bytes(full) if stat.S_ISREG(info.st_mode) else None
            found[os.path.relpath(full, folder)] = (info.st_mode, info.st_mtime_ns, content)
    return found


def run(program, case, folder, args):
    env = {"PATH": os.environ.get("PATH", ""), **case.env}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    return subprocess.run([program, *args], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=60, check=False)


def compare(case, result, before, after):
    """What is wrong, in one line each."""
    wrong = []
    said = result.stderr.decode("utf-8", "backslashreplace").splitlines()
    if result.returncode != case.status:
        wrong.append(f"status {result.returncode}, not {case.status}")
    wrong += [f"not said: {line}" for line in case.messages if line not in said]
    wrong += [f"said: {line}" for line in said if line not in case.messages]
    if not wrong and said != case.messages:
        wrong.append("said in another order, or twice: " + " / ".join(said))
    if result.stdout and case.status not in (0, 4):
        wrong.append(f"standard output holds {result.stdout[:60]!r}")
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            wrong.append(f"{name} was " + ("changed" if name in before and name in after else
                                           "made" if name in after else "removed"))
    return wrong


def commands(case):
    yield shlex.split(case.args)
    if case.args == DEFAULT_ARGS:
        yield ["preview"]
        yield ["check"]


def try_case(program, case):
    wrong = []
    with tempfile.TemporaryDirectory(prefix="couplet-bad-") as root:
        folder = os.path.join(root, "world")
        try:
            expand(case, folder)
            before = picture(folder)
            for args in commands(case):
                result = run(program, case, folder, args)
                for line in compare(case, result, before, picture(folder)):
                    if line not in wrong:
                        wrong.append(line)
        except BadTable as error:
            wrong.append(str(error))
        except subprocess.TimeoutExpired:
            wrong.append("does not end")
    return wrong


def show(program, case):
    with tempfile.TemporaryDirectory(prefix="couplet-bad-") as root:
        folder = os.path.join(root, "world")
        expand(case, folder)
        result = run(program, case, folder, next(commands(case)))
    print(f"case {case.name}  status {result.returncode}")
    print(result.stderr.decode("utf-8", "backslashreplace"), end="")


def main():
    words = sys.argv[1:]
    is_show = bool(words) and words[0] == "--show"
    if is_show:
        words = words[1:]
    if not words:
        sys.exit(__doc__)
    program = os.path.abspath(words[0])
    cases = [case for case in read_cases(os.path.join(HERE, "cases.txt"))
             if not words[1:] or any(word in case.name for word in words[1:])]
    if is_show:
        for case in cases:
            show(program, case)
        return
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, wrong in zip(cases, pool.map(lambda case: try_case(program, case), cases)):
            failed += bool(wrong)
            print(f"not ok - {case.name}: " + "; ".join(wrong) if wrong else f"ok - {case.name}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
