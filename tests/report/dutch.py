#!/usr/bin/env python3
"""Sentences that report_dutch.c knows and no finding of the golden cases says: they would be out of use.

With --unknown: what findings say and the table does not know, which a Dutch report shows in English.
"""
import csv
import glob
import re
import sys

FILE = "src/sync/report/report_dutch.c"


def sentences():
    with open(FILE, encoding="utf-8") as handle:
        text = handle.read().split("sentences[] = {")[1].split("\n};")[0]
    text = re.sub(r'"\s*\n\s*"', "", text)
    return [literal.replace('\\"', '"') for literal in re.findall(r'"((?:[^"\\]|\\.)*)"', text)][::2]


def pattern(sentence):
    return re.compile("".join("(.*)" if part in "*+" else re.escape(part)
                              for part in re.split(r"([*+])", sentence) if part) + r"\Z", re.S)


def main():
    known = [(sentence, pattern(sentence)) for sentence in sentences()]
    said = set()
    for path in glob.glob("tests/golden/*/expected/errors.csv"):
        with open(path, encoding="utf-8", newline="") as handle:
            said |= {line["message"] for line in csv.DictReader(handle)}
    used = set()
    for message in sorted(said):
        todo, found = [message], False
        while todo:
            text = todo.pop()
            for sentence, fits in known:
                match = fits.match(text)
                if match:
                    used.add(sentence)
                    found = True
                    todo += [hole for hole, mark in zip(match.groups(), re.findall(r"[*+]", sentence)) if mark == "+"]
                    break
        if not found and "--unknown" in sys.argv:
            print(message)
    if "--unknown" not in sys.argv:
        print("\n".join(sentence for sentence, _ in known if sentence not in used), end="")


main()
