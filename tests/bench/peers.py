"""Who else does task T1, and the floor: for bench.py.

The scripts of DuckDB and sqlite3 come with the benchmark folder, those of Polars and Miller lie in peers/; each writes
the same five files. All do less than Couplet: no types, no ledger rules, no base, no change list, no report.

    npm install @duckdb/node-api nodejs-polars     in the folder that DUCKDB names
    apt-get install sqlite3 miller
"""
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.abspath(os.environ.get("BENCH", os.path.join(HERE, "..", "..", "..", "shared", "bench")))
NODE = os.path.abspath(os.environ.get("DUCKDB", BENCH))
CSV = ("", "quoted", "changed")


def has_module(name):
    test = "require('module').createRequire(process.cwd() + '/').resolve('%s')" % name
    return shutil.which("node") and subprocess.run(["node", "-e", test], cwd=NODE, capture_output=True).returncode == 0


class Peer:
    """A tool: its name, what runs T1 in IN and writes to OUT, whether it is here, the variants it reads and up to how
    many records it takes part: more would take it minutes a round."""

    def __init__(self, name, command, is_here, variants, most):
        self.name, self.command, self.is_here, self.variants, self.most = name, command, is_here, variants, most

    def takes_part(self, records, variant):
        return variant in self.variants and records <= self.most and self.is_here()

    def run(self, folder, variant):
        """Its command and where it begins; XML is no peer's format: they read the same as CSV."""
        words = {"IN": folder, "OUT": os.path.join(folder, self.name), "GZ": ".gz" if variant == "gzip" else ""}
        return [words.get(word, word) for word in self.command], NODE


PEERS = (
    Peer("duckdb", ["node", os.path.join(BENCH, "duckdb.mjs"), "IN", "OUT", "2", os.path.join(BENCH, "t1-duckdb.sql"), "GZ"],
         lambda: has_module("@duckdb/node-api"), CSV + ("gzip", "xml"), 10 ** 9),
    Peer("polars", ["env", "POLARS_MAX_THREADS=2", "node", os.path.join(HERE, "peers", "t1-polars.mjs"), "IN", "OUT"],
         lambda: has_module("nodejs-polars"), CSV, 10 ** 6),
    Peer("sqlite3", ["sh", os.path.join(BENCH, "sqlite.sh"), "IN", "OUT"],
         lambda: shutil.which("sqlite3"), CSV, 10 ** 5),
    Peer("miller", ["sh", os.path.join(HERE, "peers", "t1-miller.sh"), "IN", "OUT"],
         lambda: shutil.which("mlr"), CSV, 10 ** 5),
)
