#!/usr/bin/env python3
"""Scenarios and cases under valgrind: memcheck.py PROGRAM [SHARE]

Every scenario of tests/robust/small.py and one golden case in SHARE (default 12): no error, nothing lost, and the
same status as without.
"""
import concurrent.futures
import glob
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "robust"))
import points  # noqa: E402
import small  # noqa: E402

VALGRIND = ["--quiet", "--leak-check=full", "--show-leak-kinds=definite,indirect",
            "--errors-for-leak-kinds=definite,indirect", "--error-exitcode=99"]


def check(name, program, folder, args, status):
    done = small.run("valgrind", folder, [*VALGRIND, program, *args])
    told = done.stderr.decode(errors="replace")
    if done.returncode == status and "==" not in "".join(line[:2] for line in told.splitlines()):
        return "ok - %s" % name
    return "not ok - %s: status %d, not %d\n%s" % (name, done.returncode, status, told[:1500])


def jobs(program, root, share):
    for stage in small.stages(program, root):
        yield stage.scenario.name, stage.folder, stage.scenario.args, stage.result.returncode
    cases = sorted(os.path.dirname(path) for path in glob.glob("tests/golden/*/args"))[::share]
    for scenario, folder in points.golden_scenarios(root, cases, is_any=True):
        before = small.tree(folder)
        status = small.run(program, folder, scenario.args).returncode
        small.put_back(folder, before)
        yield scenario.name, folder, scenario.args, status


def main():
    program, share = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 12
    if not shutil.which("valgrind"):
        print("ok - # SKIP no valgrind here")
        return 0
    failed = 0
    with small.scratch() as root, concurrent.futures.ThreadPoolExecutor(small.WORKERS) as pool:
        for line in pool.map(lambda job: check(job[0], program, *job[1:]), list(jobs(program, root, share))):
            failed += line.startswith("not")
            print(line, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
