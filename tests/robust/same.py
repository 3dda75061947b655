#!/usr/bin/env python3
"""Same input, same bytes: same.py PROGRAM [OTHER-PROGRAM...] -- CASE...

Each golden case runs with one thread as it is, and then with 2, 4 and 8 threads, in other
locales and time zones, with exports read 1, 7 and 65,536 bytes at a time, and with each
other program (built by another compiler): the same folder, output, messages and status.
Locales that the system lacks are made for the occasion.
"""
import concurrent.futures
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import points  # noqa: E402
import small  # noqa: E402

LOCALES = ("nl_BE", "tr_TR")
CHUNKS = (1, 7, 65536)


def make_locales(root):
    """A folder with the locales, for LOCPATH; None where they cannot be made."""
    folder = os.path.join(root, "locales")
    os.mkdir(folder)
    for name in LOCALES:
        try:
            subprocess.run(["localedef", "-i", name, "-f", "UTF-8", os.path.join(folder, name + ".UTF-8")],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        except FileNotFoundError:
            return None
        if not os.path.isdir(os.path.join(folder, name + ".UTF-8")):
            return None
    return folder


def variants(program, others, library, locales):
    """Name, program, options before the arguments, environment."""
    for threads in (2, 4, 8):
        yield f"{threads} threads", program, ["-j", str(threads)], {}
    yield "locale C", program, ["-j", "1"], {"LC_ALL": "C"}
    for name in LOCALES if locales else ():
        yield f"locale {name}", program, ["-j", "1"], {"LC_ALL": name + ".UTF-8", "LANG": name, "LOCPATH": locales}
    for zone in ("America/St_Johns", "Pacific/Kiritimati"):
        yield f"zone {zone}", program, ["-j", "1"], {"TZ": zone}
    for chunk in CHUNKS if library else ():
        yield (f"read {chunk} at a time", program, ["-j", "1"],
               {"FAULT": f"read:1:most{chunk}+", "LD_PRELOAD": library})
    for number, other in enumerate(others, 2):
        yield f"program {number}", other, ["-j", "1"], {}


def run(program, folder, args, more):
    result = small.run(program, folder, args, **more)
    return result.returncode, result.stdout, result.stderr, small.tree(folder)


def try_case(program, others, library, locales, scenario, folder):
    before = small.tree(folder)
    wanted = run(program, folder, ["-j", "1", *scenario.args], {})
    wrong = []
    done = 0
    for name, other, options, more in variants(program, others, library, locales):
        small.put_back(folder, before)
        found = run(other, folder, [*options, *scenario.args], more)
        done += 1
        if found != wanted:
            where = [part for part, a, b in zip(("status", "output", "messages", "files"), wanted, found) if a != b]
            wrong.append(f"{name}: other " + " ".join(where))
    shutil.rmtree(folder)
    return done, wrong


def main():
    if "--" not in sys.argv or len(sys.argv) < 4:
        sys.exit(__doc__)
    split = sys.argv.index("--")
    program, *others = [os.path.abspath(path) for path in sys.argv[1:split]]
    total = bad = 0
    with small.scratch() as root:
        library = small.build(root, "fail.c") if os.uname().machine == "x86_64" else None
        locales = make_locales(root)
        if not locales:
            print("# no localedef here: locales are not tried")
        cases = list(points.golden_scenarios(root, sys.argv[split + 1:], is_any=True))
        with concurrent.futures.ThreadPoolExecutor(small.WORKERS) as pool:
            results = pool.map(lambda case: (case[0].name, *try_case(program, others, library, locales, *case)), cases)
            for name, done, wrong in results:
                total, bad = total + done, bad + len(wrong)
                if wrong:
                    print(f"not ok - {name}: " + "; ".join(wrong))
    print(f"{'not ok' if bad else 'ok'} - {total} runs in other ways, {bad} differ")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
