"""Starts the program, or has it served: run_program(program, args, folder).

A path that ends with /served names the program that is loaded once and plays each run in a child (served.c): it is
started once in each thread that asks for it, for each environment. Any other is started for each run.
"""
import multiprocessing.util
import os
import subprocess
import tempfile
import threading

SERVERS = {}
MOST_SECONDS = 600  # longer than a machine sleeps
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def run_program(program, args, folder, environment=None, **more):
    """What subprocess.run() tells of one run in this folder: returncode, stdout and stderr in bytes."""
    environment = dict(os.environ if environment is None else environment)
    if os.path.basename(program) != "served":
        return subprocess.run([program, *args], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=MOST_SECONDS, check=False, env={**environment, **more})
    who = os.getpid(), threading.get_ident(), program, *sorted(environment.items())
    if who not in SERVERS:
        SERVERS[who] = Server(program, environment)
    return SERVERS[who].run(args, folder, more)


class Server:
    def __init__(self, program, environment):
        self.said = tempfile.TemporaryDirectory(prefix="couplet-said-", dir=MEMORY)
        self.paths = [os.path.join(self.said.name, name) for name in ("output", "errors")]
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env={**environment, "LD_BIND_NOW": "1"})
        multiprocessing.util.Finalize(self, self.end, exitpriority=1)  # at the end of a worker, too

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.said.cleanup()

    def run(self, args, folder, more):
        pairs = ["%s=%s" % pair for pair in more.items()]
        body = b"".join(os.fsencode(word) + b"\0" for word in (folder, *self.paths, *pairs, "couplet", *args))
        self.process.stdin.write(b"%d\n%s" % (len(body), body))
        self.process.stdin.flush()
        status = os.waitstatus_to_exitcode(int(self.process.stdout.readline()))
        return subprocess.CompletedProcess(args, status, *map(content, self.paths))


def content(path):
    with open(path, "rb") as handle:
        return handle.read()
