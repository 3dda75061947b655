#!/usr/bin/env python3
"""Runs what README.md shows: readme.py PROGRAM [--update]

Every ```console block is a session of a shell in a fresh copy of samples/ and of the
program, as `couplet`; the blocks of one section (## ...) go on where the one before
ended. A line `$ COMMAND` is run, and prints exactly the lines below it; a line `...`
stands for any lines. --update writes what was printed, where no `...` stands, into
the file; `git diff` is where it is judged.
"""
import os
import shutil
import subprocess
import sys
import tempfile

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FILE = os.path.join(REPOSITORY, "README.md")
END = "--- end of the command: "


class Session:
    """A shell's working folder and environment, from one command to the next."""

    def __init__(self, program, folder):
        self.folder = folder
        tools = os.path.join(folder, "bin")
        os.makedirs(tools)
        os.symlink(program, os.path.join(tools, "couplet"))
        shutil.copytree(os.path.join(REPOSITORY, "samples"), os.path.join(folder, "samples"))
        self.environment = {"PATH": tools + ":" + os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": folder}

    def run(self, command):
        done = subprocess.run(["bash", "-c", "cd \"$1\" || exit\n%s\necho \"%s$PWD\"" % (command, END), "bash", self.folder],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment, timeout=300)
        text, _, rest = done.stdout.decode(errors="replace").rpartition(END)
        self.folder = rest.strip() or self.folder
        return text.split("\n")[:-1]


def matches(shown, printed):
    """Whether the lines are those shown; `...` stands for any, also none."""
    if not shown:
        return not printed
    if shown[0] == "...":
        return any(matches(shown[1:], printed[skip:]) for skip in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and matches(shown[1:], printed[1:])


def play(lines, program, say, update):
    """Yields the lines of the file, with what was printed where --update asks for it."""
    session, inside, shown, command, place = None, False, [], None, 0

    def finish():
        if command is None:
            return shown
        printed = session.run(command)
        good = matches(shown, printed)
        say(good or update, "README.md:%d: %s" % (place, command), printed)
        return shown if good or "..." in shown else printed

    scratch = []
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            scratch.append(tempfile.mkdtemp(prefix="couplet-readme-"))
            session = Session(program, scratch[-1])
        if inside and (line.startswith("$ ") or line == "```"):
            yield from finish()
            shown, command, place = [], line[2:] if line != "```" else None, number
            inside = line != "```"
            yield line
        elif inside and command is not None:
            shown.append(line)
        else:
            inside = inside or line == "```console"
            yield line
    for folder in scratch:
        shutil.rmtree(folder)


def main():
    program, update = os.path.abspath(sys.argv[1]), "--update" in sys.argv
    results = []

    def say(good, name, printed):
        results.append(good)
        print("%s - %s" % ("ok" if good else "not ok", name))
        if not good:
            print("\n".join("  # printed: " + line for line in printed))

    with open(FILE, encoding="utf-8") as handle:
        lines = handle.read().split("\n")
    played = list(play(lines, program, say, update))
    if update and played != lines:
        with open(FILE, "w", encoding="utf-8") as handle:
            handle.write("\n".join(played))
    print("%d passed, %d failed" % (sum(results), len(results) - sum(results)))
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
