"""Values of the reference planner: canonical forms, equality and conversion (E21 to E23), filters (E45).

A value is a text in its canonical form, blank is the empty one. What is not of its field's type is
kept as it is behind the mark BAD. Only the invariant locale and UTC: the others have tests of their own.
"""
import re
from decimal import Decimal

BAD = "\0"
NUMBERS = ("Integer", "BigInteger", "Decimal")
BLANK_DATES = ("0001-01-01", "1753-01-01", "4501-01-01")
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)$")
STAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(\.\d+)?Z?)?$")


class Field:
    """A declared column of a table; an undeclared one is a Text."""

    def __init__(self, name, kind="Text", length=None, options=()):
        self.name, self.kind, self.length = name, kind, length
        self.options = list(options)  # (ordinal, names)


def is_bad(value):
    return value.startswith(BAD)


def upper(text):
    """Unicode simple mapping: one character stays one."""
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


def plain_number(text):
    number = Decimal(text)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def read(field, text):
    """The canonical form of a cell or of a text in the setup (E21, E22)."""
    if field.kind == "Text":
        return text
    value = read_trimmed(field, text.strip())
    return BAD + text if is_bad(value) else value  # what cannot be read is kept as it is


def read_trimmed(field, text):
    if field.kind == "Option":
        return read_option(field, text)
    if text == "":
        return ""
    if field.kind == "Code":
        return upper(text)
    if field.kind in NUMBERS:
        if not NUMBER.match(text) or field.kind != "Decimal" and Decimal(text) % 1:
            return BAD + text
        return plain_number(text)
    if field.kind == "Boolean":
        return {"true": "true", "1": "true", "yes": "true", "false": "false", "0": "false", "no": "false"}.get(
            text.lower(), BAD + text)
    if field.kind == "Guid":
        guid = text.strip("{}").lower()
        return BAD + text if not GUID.match(guid) else "" if not guid.strip("0-") else guid
    if field.kind in ("Date", "DateTime"):
        return read_stamp(field, text)
    return text


def read_option(field, text):
    for ordinal, names in field.options:
        if text.lower() in [name.strip().lower() for name in names] or text and text == ordinal:
            return ordinal
    return "" if text == "" else BAD + text


def read_stamp(field, text):
    found = STAMP.match(text.upper())  # RFC 3339 lets t and z be small
    if not found:
        return BAD + text
    day, time, rest = found.groups()
    if day in BLANK_DATES:
        return ""
    if field.kind == "Date":
        return day
    time = time or "00:00"
    rest = ("%.3f" % float(rest or 0))[1:]
    return day + "T" + (time if len(time) > 5 else time + ":00") + ("" if rest == ".000" else rest) + "Z"


def key(field, value):
    """What values are compared by: a blank number is 0, a blank Boolean false (E21)."""
    if value == "" and field.kind in NUMBERS:
        return "0"
    return "false" if value == "" and field.kind == "Boolean" else value


def convert(source, target, value):
    """(value, failure code, was shortened) of a value in the other field's type (E23)."""
    text = value
    if is_bad(value):
        return "", "not-convertible", False
    if source.kind == "Option" and target.kind not in NUMBERS:
        text = next((names[0].strip() for ordinal, names in source.options if ordinal == value), value)
    if source.kind == "Boolean" and target.kind in NUMBERS:
        text = {"true": "1", "false": "0"}.get(value, value)
    if source.kind == "Date" and target.kind == "DateTime" and value:
        text = value + "T00:00:00Z"
    if source.kind == "DateTime" and target.kind == "Date":
        text = value[:10]
    result = read(target, text)
    if is_bad(result):
        return "", "unknown-option" if target.kind == "Option" else "not-convertible", False
    if target.length and len(result) > target.length:
        if target.kind == "Code":
            return "", "too-long", False
        if target.kind == "Text":
            return result[:target.length], None, True
    return result, None, False


def is_altered(field, written, shown):
    """Whether what is shown is what was written but for what destinations do to values (E12)."""
    if key(field, written) == key(field, shown):
        return True
    if is_bad(written) or is_bad(shown) or written == "" or shown == "":
        return written.strip() == shown.strip()
    if field.kind == "Decimal":
        places = len(shown.partition(".")[2])
        step = Decimal(1).scaleb(-places)
        return places < len(written.partition(".")[2]) and abs(Decimal(written) - Decimal(shown)) < step
    if field.kind not in ("Text", "Code"):
        return False
    one, other = written.strip().casefold(), shown.strip().casefold()
    return one == other or other != "" and one.startswith(other)


def passes(field, expression, value):
    """Filter expressions (E45), without parentheses and wildcards."""
    return any(all(passes_term(field, term, value) for term in split(part, "&")) for part in split(expression, "|"))


def split(text, mark):
    parts, quoted = [""], False
    for c in text:
        quoted ^= c == "'"
        if c == mark and not quoted:
            parts.append("")
        else:
            parts[-1] += c
    return parts


def passes_term(field, term, value):
    term = term.strip()
    for sign in ("<>", "<=", ">=", "<", ">", "="):
        if term.startswith(sign):
            return compares(sign, order(field, value), order(field, operand(field, term[len(sign):])))
    if ".." in term:
        low, high = term.split("..")
        return ((not low or order(field, operand(field, low)) <= order(field, value))
                and (not high or order(field, value) <= order(field, operand(field, high))))
    return order(field, value) == order(field, operand(field, term))


def compares(sign, a, b):
    return {"<>": a != b, "<=": a <= b, ">=": a >= b, "<": a < b, ">": a > b, "=": a == b}[sign]


def operand(field, text):
    text = text.strip()
    return read(field, text[1:-1].replace("''", "'") if text.startswith("'") else text)


def order(field, value):
    if field.kind in NUMBERS + ("Option",) and not is_bad(value):
        return Decimal(key(Field("", "Decimal"), value))
    return key(field, value)
