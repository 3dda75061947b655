#!/usr/bin/env python3
"""report.html in a browser (6.4): check.py PROGRAM [--axe FILE] [--pictures FOLDER]

Opens the reports of the sample, of worlds with hostile text in every field and of
200,000 changes in a headless Chromium, and looks at what a person would: it
searches, sorts, follows links, uses the keyboard, prints, and sees that text stays
text and that nothing is asked of the network.  Prints TAP.  With --pictures it
only takes pictures of the sample's report.
"""
import os
import re
import sys
import tempfile
import unicodedata

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import worlds  # noqa: E402
from browser import Browser, find_chromium, quoted  # noqa: E402

ELEMENTS = set("""HTML HEAD META TITLE STYLE BODY A HEADER NAV MAIN FOOTER SECTION DIV H1 H2 H3 P DL DT DD UL OL LI LABEL
    INPUT OUTPUT TABLE CAPTION THEAD TBODY TFOOT TR TH TD B BDI I SMALL CODE DEL INS MARK SPAN BR BUTTON svg rect SCRIPT""".split())
ATTRIBUTES = set("""lang charset http-equiv content name class href id role tabindex aria-labelledby aria-label aria-hidden
    aria-live aria-sort scope rowspan colspan viewbox preserveaspectratio x width height for hidden type autocomplete
    spellcheck data-found data-one""".split())


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def say(self, name, problem=None):
        if problem:
            self.failed += 1
            print("not ok - %s" % name)
            for line in str(problem).split("\n")[:12]:
                print("  # " + line[:300])
        else:
            self.passed += 1
            print("ok - %s" % name)
        sys.stdout.flush()

    def same(self, name, got, wanted):
        self.say(name, None if got == wanted else "got %r, expected %r" % (got, wanted))


def check_harmless(checks, page, name, path):
    """The document has the elements and attributes that Couplet writes, and asks for nothing."""
    asked = [event["request"]["url"] for event in page.events("Network.requestWillBeSent")]
    checks.same("%s: nothing is asked of the network" % name, asked, ["file://" + path])
    checks.same("%s: no dialog opens" % name, len(page.events("Page.javascriptDialogOpening")), 0)
    checks.same("%s: the policy has nothing to forbid" % name, page.value("window.violations.join()"), "")
    checks.same("%s: no errors of the script" % name, len(page.events("Runtime.exceptionThrown")), 0)
    found = page.value("""(function () {
        var elements = {}, attributes = {};
        document.querySelectorAll("*").forEach(function (element) {
            elements[element.tagName] = true;
            Array.prototype.forEach.call(element.attributes, function (a) { attributes[a.name.toLowerCase()] = true; });
        });
        return [Object.keys(elements), Object.keys(attributes)];
        }())""")
    checks.same("%s: no foreign elements" % name, sorted(set(found[0]) - ELEMENTS), [])
    checks.same("%s: no foreign attributes" % name, sorted(set(found[1]) - ATTRIBUTES), [])
    checks.same("%s: one script, one style" % name,
                page.value("[document.scripts.length, document.querySelectorAll('style').length].join()"), "1,1")
    checks.same("%s: every address is a place in the document" % name, page.value("""
        Array.prototype.filter.call(document.querySelectorAll("[href]"), function (link) {
            var href = link.getAttribute("href");
            return !/^#[a-z][a-z0-9]*$/.test(href) || !document.getElementById(href.slice(1));
        }).length"""), 0)
    checks.same("%s: no two places of one name" % name, page.value("""
        (function () {
            var ids = Array.prototype.map.call(document.querySelectorAll("[id]"), function (e) { return e.id; });
            return ids.length - new Set(ids).size;
        }())"""), 0)


def check_bytes(checks, name, path):
    with open(path, encoding="utf-8") as handle:
        text = handle.read()
    body = re.sub(r"<(style|script)>.*?</\1>", "", text, flags=re.S)
    bad = sorted({"U+%04X" % ord(c) for c in body
                  if c != "\n" and c not in "\u200c\u200d" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cn")})
    checks.same("%s: no control and no hidden character in its text" % name, bad, [])


def check_values(checks, page, name, values):
    text = page.value("document.body.textContent")
    missing = [value for value in values if value[:150] not in text]
    checks.same("%s: every value is there as text" % name, missing, [])


def check_axe(checks, page, name, axe):
    if not axe:
        return
    page.value(axe + ";0")
    problems = page.value("""axe.run(document, { resultTypes: ["violations"] }).then(function (result) {
        return result.violations.map(function (v) {
            return v.id + " (" + v.impact + "): " + v.nodes.slice(0, 3).map(function (n) {
                return n.html.slice(0, 160) + " " + n.failureSummary;
            }).join("; ");
        }); })""")
    checks.say("%s: axe-core finds nothing" % name, "\n".join(problems))


def visible(page, selector):
    return page.value("Array.prototype.filter.call(document.querySelectorAll(%s), function (e) { "
                      "return e.getClientRects().length > 0; }).length" % quoted(selector))


def search(page, text):
    page.value("document.getElementById('query').focus(); document.getElementById('query').value = ''")
    page.type(text)
    page.value("new Promise(function (done) { setTimeout(done, 400); })")


def check_search(checks, page):
    everything = visible(page, "table.r > tbody")
    search(page, "school phone")
    found = visible(page, "table.r > tbody")
    told = page.value("document.getElementById('told').textContent")
    checks.say("search: some records are found, and how many is told",
               None if 0 < found < everything and told == (
                   "1 record found" if found == 1 else "%d records found" % found) else "%d of %d, %r" % (
                   found, everything, told))
    checks.same("search: what has none of them is hidden", visible(page, "section.part"), page.value(
        "new Set(Array.prototype.map.call(document.querySelectorAll('table.r > tbody:not([hidden])'), "
        "function (b) { return b.closest('section.part').id; })).size"))
    check = page.value("document.getElementById('told').getAttribute('aria-live')")
    checks.same("search: the number is announced", check, "polite")
    page.key("Escape", 27)
    page.value("new Promise(function (done) { setTimeout(done, 400); })")
    checks.same("search: Escape shows all again", visible(page, "table.r > tbody"), everything)
    search(page, "no such words anywhere")
    checks.same("search: nothing is found", page.value("document.getElementById('told').textContent"), "0 records found")
    search(page, " ")


def column(page, number):
    return page.value("Array.prototype.map.call(document.querySelector('#totals + div table').tBodies, "
                      "function (b) { return b.rows[0].cells[%d].textContent; })" % number)


def check_sort(checks, page):
    head = "document.querySelectorAll('#totals + div table thead th')[%d]"
    original = column(page, 0)
    for number, key in ((0, str), (3, int)):
        click = (head % number) + ".querySelector('button').click()"
        page.value(click)
        up = column(page, number)
        checks.same("sort: column %d ascending" % number, [key(v) for v in up], sorted(key(v) for v in up))
        checks.same("sort: and said", page.value((head % number) + ".getAttribute('aria-sort')"), "ascending")
        page.value(click)
        down = column(page, number)
        checks.same("sort: column %d descending" % number, [key(v) for v in down], sorted((key(v) for v in down),
                                                                                          reverse=True))
        page.value(click)
        checks.same("sort: and as it was", column(page, 0), original)
        checks.same("sort: not said any more", page.value((head % number) + ".getAttribute('aria-sort')"), None)


def check_links(checks, page):
    for target in page.value("Array.prototype.map.call(document.querySelectorAll('nav a'), "
                             "function (a) { return a.hash.slice(1); })"):
        page.value("document.querySelector('nav a[href=\"#%s\"]').click()" % target)
        page.value("new Promise(function (done) { requestAnimationFrame(function () { setTimeout(done, 60); }); })")
        top = page.value("document.getElementById('%s').getBoundingClientRect().top" % target)
        end = page.value("document.documentElement.scrollHeight - window.innerHeight - window.scrollY")
        if not (-5 <= top <= 150 or (end <= 1 and 0 <= top <= 900)):
            checks.say("links: %s" % target, "is %d pixels below the top" % top)
            return
    checks.say("links: each leads to its place")


def check_keyboard(checks, page, path):
    page.open(path)
    page.key("Tab", 9)
    checks.same("keyboard: first comes the way to the content",
                page.value("document.activeElement.getAttribute('href')"), "#main")
    checks.same("keyboard: it is shown", page.value(
        "document.activeElement.getBoundingClientRect().left >= 0 && "
        "getComputedStyle(document.activeElement).outlineStyle"), "solid")
    page.key("Enter", 13, "\r")
    checks.same("keyboard: it leads there", page.value("document.activeElement.id"), "main")
    seen = set()
    for _ in range(40):
        page.key("Tab", 9)
        seen.add(page.value("document.activeElement.tagName"))
    checks.say("keyboard: tables and sort buttons are reached", None if {"DIV", "BUTTON"} <= seen else seen)


def check_print(checks, page):
    page.scheme("dark", "print")
    checks.same("print: no search", visible(page, "#find"), 0)
    checks.same("print: on white", page.value("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
    pdf = page.pdf()
    checks.say("print: pages", None if pdf.startswith(b"%PDF") and len(pdf) > 20000 else len(pdf))
    page.scheme("light")


def check_without_script(checks, page, path):
    shown = page.value("document.querySelectorAll('main tbody').length")
    page.send("Emulation.setScriptExecutionDisabled", value=True)
    page.open(path)
    checks.same("without script: everything is there", visible(page, "main tbody"), shown)
    checks.same("without script: no search, no buttons", visible(page, "#find") + visible(page, "button"), 0)
    page.send("Emulation.setScriptExecutionDisabled", value=False)


def check_sample(checks, page, program, folder, axe):
    path = worlds.sample(program, os.path.join(folder, "sample"))
    page.open(path)
    check_harmless(checks, page, "sample", path)
    for scheme in ("light", "dark"):
        page.scheme(scheme)
        check_axe(checks, page, "sample in the %s" % scheme, axe)
    page.scheme("light", "print")
    check_axe(checks, page, "sample printed", axe)
    page.scheme("light")
    check_search(checks, page)
    check_sort(checks, page)
    check_links(checks, page)
    check_print(checks, page)
    check_keyboard(checks, page, path)
    page.size(360, 740)
    checks.same("small screen: the page is no wider", page.value("document.documentElement.scrollWidth <= 360"), True)
    check_axe(checks, page, "sample on a small screen", axe)
    page.size(1200, 900)
    check_without_script(checks, page, path)


def check_hostile(checks, page, program, folder, axe):
    for make, sections in ((worlds.creates, "Creates,Shortened texts"),
                           (worlds.edits, "Updates,Updates,Conflicts,Confirmed,Skipped and failed"),
                           (worlds.overrides, "Creates,Updates,Updates,Lost edits,Confirmed"),
                           (worlds.ambiguous, "Ambiguous and unmatched")):
        name = make.__name__
        path = make(program, os.path.join(folder, name))
        page.open(path)
        checks.same("%s: the sections" % name, page.value(
            "Array.prototype.map.call(document.querySelectorAll('h3'), function (h) { "
            "return h.textContent.replace(/ ·.*/, ''); }).join()"), sections)
        check_bytes(checks, name, path)
        check_harmless(checks, page, name, path)
        check_axe(checks, page, name, axe)
        if make in (worlds.creates, worlds.ambiguous):
            check_values(checks, page, name, worlds.VISIBLE)
    for option in (["--lang", "nl"], ["--mask"], ["--lang", "nl", "--mask"]):
        name = "edits " + " ".join(option)
        path = worlds.edits(program, os.path.join(folder, name.replace(" ", "")), *option)
        page.open(path)
        check_harmless(checks, page, name, path)
        check_axe(checks, page, name, axe)
        if "--mask" in option:
            text = page.value("document.body.textContent")
            there = [value for value in worlds.VISIBLE if value in text and value not in ("</style>", "</script>")]
            checks.same("%s: no value is there" % name, there, [])


def check_large(checks, page, program, folder):
    path = worlds.large(program, os.path.join(folder, "large"))
    page.open(path)
    paint = page.value("""new Promise(function (done) {
        new PerformanceObserver(function (list) { done(Math.round(list.getEntries()[0].startTime)); })
            .observe({ type: "paint", buffered: true });
        setTimeout(done, 10000, "more than 10000");
        })""")
    print("# 200,000 changes: %d bytes, first paint after %s ms" % (os.path.getsize(path), paint))
    checks.same("large: 1,000 records of each section", page.value(
        "Array.prototype.map.call(document.querySelectorAll('table.r'), function (t) { return t.tBodies.length; }).join()"),
        "1000,1000")
    checks.same("large: and where the rest is", page.value("document.querySelector('#s1 caption').textContent"),
                "The first 1,000 of 100,000 records; sync writes all of them into changes.csv.")
    search(page, "E0000999")
    checks.same("large: search", page.value("document.getElementById('told').textContent"), "1 record found")


def take_pictures(page, program, folder, target):
    """The beginning of the sample's report by day, one mapping by night, and a printed page."""
    path = worlds.sample(program, os.path.join(folder, "sample"))
    page.size(1100, 1000)
    for name, scheme, media, place in (("light", "light", "", None), ("dark", "dark", "", "#s11"),
                                       ("print", "light", "print", "#m8")):
        page.open(path)
        page.scheme(scheme, media)
        if place:
            page.value("document.querySelector('%s').scrollIntoView()" % place)
        page.value("new Promise(function (done) { setTimeout(done, 300); })")
        with open(os.path.join(target, "report-%s.png" % name), "wb") as handle:
            handle.write(page.picture())


def argument(name):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else None


def main():
    program = os.path.abspath(sys.argv[1])
    chromium = find_chromium()
    if not chromium:
        print("ok - report.html in a browser # SKIP chromium is not installed")
        return 0
    axe = None
    if argument("--axe"):
        with open(argument("--axe"), encoding="utf-8") as handle:
            axe = handle.read()
    elif not argument("--pictures"):
        print("ok - axe-core # SKIP axe-core is not there, and npm could not bring it")
    checks = Checks()
    browser = Browser(chromium)
    try:
        with tempfile.TemporaryDirectory(prefix="couplet-report-") as folder:
            page = browser.page()
            if argument("--pictures"):
                take_pictures(page, program, folder, argument("--pictures"))
                return 0
            check_sample(checks, page, program, folder, axe)
            check_hostile(checks, page, program, folder, axe)
            check_large(checks, page, program, folder)
    finally:
        browser.close()
    print("%d passed, %d failed" % (checks.passed, checks.failed))
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
