"""The summary that a manifest tells (6.1), in the form of the JSON on standard output (1.4), to hold one against the other (L1)."""
import os
import xml.etree.ElementTree as ET

NS = "{urn:couplet:manifest:1}"
COUNTERS = ("inserted", "modified", "deleted", "unchanged", "skipped", "failed", "coupled", "uncoupled")


def counters(element):
    return {name: int(element.get(name)) for name in COUNTERS}


def of_manifest(out):
    root = ET.parse(os.path.join(out, "manifest.xml")).getroot()
    summary = root.find(NS + "summary")
    told = {name: root.get(name) for name in ("command", "method", "run", "now")}
    told["schema"] = "couplet/summary/1"
    told["jobs"] = [{"mapping": job.get("mapping"), "type": job.get("type"), "direction": job.get("direction") or "",
                     **counters(job)} for job in summary.findall(NS + "job")]
    told["totals"] = counters(summary.find(NS + "totals"))
    told.update({name: int(summary.get(name)) for name in ("confirmed", "pending", "status")})
    told["guards"] = [{"guard": guard.get("name"), "mapping": guard.get("mapping"), "value": guard.get("value"),
                       "limit": guard.get("limit"), "lifted": guard.get("lifted") == "true"}
                      for guard in summary.findall(NS + "guard")]
    review = [{"mapping": line.get("mapping"), "direction": line.get("direction"),
               **{"%s_%s" % (side, what): int(line.get("%s-%s" % (side, what)))
                  for side in ("erp", "crm") for what in ("records", "uncoupled")},
               "depends_on": (line.get("depends-on") or "").split("|") if line.get("depends-on") else [],
               "action": line.get("action")} for line in summary.findall(NS + "review")]
    if review:
        told["review"] = review
    return told


def difference(json_told, out, command):
    """The members in which a summary on standard output differs from the manifest of a folder; None when none does."""
    wanted = of_manifest(out)
    wrong = [name for name in sorted(set(json_told) | set(wanted))
             if json_told.get(name) != wanted.get(name) and name != "command"]
    if wanted["command"] != command:
        wrong.append("command")
    return ", ".join(wrong) or None
