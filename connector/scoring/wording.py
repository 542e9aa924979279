"""Words for people: names of facts and interactions, values, dates, durations, points; personal data kept out.

Nothing here judges a condition. Text that comes from facts leaves here only through `safe_text`, so that no sentence
carries an e-mail address or a phone number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from connector.scoring.derived import PEOPLE, engaged_days
from connector.scoring.facttypes import UNTYPED, FactType, FactTypes, Kind
from connector.scoring.operators import as_moment
from connector.scoring.people import people_count
from connector.scoring.score import Cause

HIDDEN = "(hidden)"
LONGEST_VALUE = 60  # characters of a value in a sentence

# What derived facts are called; they are ours, so their names are known here. Columns get theirs from metadata.
_DERIVED = {
    "title.seniority": "seniority",
    "title.function": "job function",
    "lead.has_account": "account linked",
    "lead.email_is_freemail": "free-mail address",
    "lead.days_since_created": "days since the lead was created",
    "account.employee_band": "employee band",
    "account.open_leads": "number of open leads of the account",
}

# Words that run together in logical names (`numberofemployees`), to take them apart where no label is at hand.
_VOCABULARY = frozenset(
    """
    account accounts address allow amount annual band big budget bulk business buyer by campaign category channel city
    code committed communication company completed confirm contact contacted country created currency customer date
    days decision department description do does domain email employee employees engaged engagement estimated evaluate
    event exchange fax field first fit follow form frame full function gdpr group has head home hold in industry
    initial interest is job language last latest lead leads level line location mail maker market marketing merged
    method middle mobile modified month monthly name need new not number of office on open optout or order owner
    ownership page parent partner people phone portal postal preferred price primary priority process product project
    province purchase quality quarter ranking rating ready reason region registration response revenue sales scale
    schedule score scored sector segment seniority shared since size skills source stage start state status stock
    street subject tag target team technology telephone territory ticker time title to total type used value visit
    website week work year yearly years zip
    """.split()  # noqa: SIM905 - a list of quoted words would be four screens long
)
_SPELLINGS = {"email": "e-mail", "gdpr": "GDPR", "optout": "opt-out", "checkin": "check-in", "url": "URL", "sms": "SMS"}
_CONTACT_PARTS = ("email", "phone", "mobile", "fax", "pager")
_LONGEST_PREFIX = 8  # a publisher's prefix in Dataverse has at most 8 characters

# The sign itself, escaped for an address bar or a web page, and as people write it to fool machines: `(at)`.
_AT = (
    "[@\N{FULLWIDTH COMMERCIAL AT}\N{SMALL COMMERCIAL AT}]|%(?:25)*40|&#0*64;|&#x0*40;|&commat;"
    r"|\s?(?:\(\s?at\s?\)|\[\s?at\s?\]|\{\s?at\s?\}|<\s?at\s?>)\s?"
)
_ADDRESS = re.compile(f"[^\\s,;<>()'\"]*(?:{_AT})[^\\s,;<>()'\"]*", re.IGNORECASE)
_PHONE = re.compile(r"\+?\(?\d(?:[\W_]*\d){6,}")  # seven digits or more with no letter among them
_LONG_NUMBER = 10**9  # as long as a telephone number with its country
_ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?")
_GUID = re.compile(r"\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = ((7 * 86400, "week"), (86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def points_text(points: int) -> str:
    """Points with their sign: `+20`, `-12` with a real minus, `0`."""
    if points > 0:
        return f"+{points:,}"
    return f"\N{MINUS SIGN}{-points:,}" if points < 0 else "0"


def number_text(value: Decimal | float) -> str:
    """A number in plain notation with thousands separated: `1,200`, `0.5`; no exponent, and a real minus."""
    number = Decimal(str(value))
    if not number.is_finite():
        return "not a number"
    is_whole = number == number.to_integral_value()
    text = f"{number.to_integral_value() if is_whole else number.normalize():,f}"
    return text.replace("-", "\N{MINUS SIGN}")


def count_text(count: int, noun: str) -> str:
    """A count with its noun: `1 e-mail click`, `2 e-mail clicks`."""
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """The plural of an English noun phrase, by its last word."""
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if re.search(r"(?:s|x|z|ch|sh)$", noun) else f"{noun}s"


def duration_text(duration: timedelta) -> str:
    """A duration in its largest whole unit: `7 days`, `36 hours`; weeks only from two on."""
    seconds = duration.total_seconds()
    for size, unit in _UNITS:
        count = seconds / size
        if count == int(count) and (unit != "week" or count > 1) and count:
            # Documents write 7d and 14d: people read days up to a month more easily than weeks.
            if unit == "week" and count * 7 <= 31:  # noqa: PLR2004 - a month
                continue
            return count_text(int(count), unit)
    return f"{number_text(seconds)} seconds"


def day_text(moment: datetime | date, now: datetime) -> str:
    """A day as people say it: `18 Nov`, with the year where it is not that of `now` (both read in UTC)."""
    day = moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo is not UTC else moment
    this_year = now.year if now.tzinfo is UTC else now.astimezone(UTC).year
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    return text if day.year == this_year else f"{text} {day.year}"


def list_text(items: Iterable[str], joint: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = list(items)
    if len(words) < 2:  # noqa: PLR2004 - a list has two
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def capitalise(sentence: str) -> str:
    """The sentence with a capital first letter, the rest untouched."""
    return sentence[:1].upper() + sentence[1:]


def safe_text(text: str) -> str:
    """Text from facts, fit for a card: one line, no control characters, no address or phone number, not too long."""
    if not text.isprintable() or not text.isascii():
        # Format characters (zero-width, bidirectional overrides) could hide an address or turn a sentence around.
        kept = ((c, unicodedata.category(c)) for c in text)
        text = "".join(" " if category[0] in "CZ" else c for c, category in kept if category != "Cf")
    plain = " ".join(text.split())
    plain = _PHONE.sub(HIDDEN, _ADDRESS.sub(HIDDEN, plain))
    return plain if len(plain) <= LONGEST_VALUE else f"{plain[: LONGEST_VALUE - 1].rstrip()}…"


def fact_name(fact: str, types: FactTypes = UNTYPED) -> str:
    """What a fact is called: metadata's label, our own derived name, else its logical name taken apart."""
    known = types.types.get(fact)
    if known is not None and known.label:
        return _in_a_sentence(known.label)
    derived = _DERIVED.get(fact)
    if derived is not None:
        return derived
    count = people_count(fact) if fact.startswith(PEOPLE) else None
    if count is not None:
        return count.words("" if count.within is None else duration_text(count.within))
    days = engaged_days(fact)
    if days is not None:
        return f"number of engaged people of the account in {count_text(days, 'day')}"
    table, _, column = fact.rpartition(".")
    name = readable(column)
    return f"account's {name}" if table == "account" and not name.startswith("number of ") else name


@lru_cache(maxsize=4096)
def _in_a_sentence(label: str) -> str:
    """A display name inside a sentence: English title case falls (`Job Title`), other languages keep their capitals."""
    words = label.split(" ")
    in_title_case = len(words) > 1 and label.isascii() and words[-1][:1].isupper()
    fall = len(words) if in_title_case else 1
    return " ".join(word.lower() if word[1:].islower() and place < fall else word for place, word in enumerate(words))


@lru_cache(maxsize=4096)
def readable(name: str) -> str:
    """A logical name as words: `numberofemployees` is `number of employees`, `lc_budgetcode` is `budget`."""
    parts = [part for part in name.lower().removesuffix("_value").split("_") if part]
    while len(parts) > 1 and (re.fullmatch(r"address\d", parts[0]) or _is_prefix(parts[0])):
        parts = parts[1:]
    words = [word for part in parts for word in _words(part)]
    if len(words) > 1 and words[-1] in {"code", "id"}:
        words = words[:-1]
    return " ".join(_SPELLINGS.get(word, word) for word in words) or name


def _is_prefix(part: str) -> bool:
    return (
        len(part) <= _LONGEST_PREFIX
        and part not in _SPELLINGS
        and len(_take_apart(part)) == 1
        and (
            part not in _VOCABULARY or part == "new"  # `new_` is the default publisher's
        )
    )


def _words(part: str) -> list[str]:
    """The words of one part of a name; a first one of several (`emailaddress1`) is not numbered."""
    stem = part.rstrip("0123456789")
    words, number = _take_apart(stem), part[len(stem) :]
    if not number:
        return words
    if words == [stem] and stem not in _VOCABULARY:
        return [part]
    return words if number == "1" else [*words, number]


def _take_apart(part: str) -> list[str]:
    """The fewest known words that make up `part`, longest first; `part` itself where there are none."""
    stem = part.removesuffix("id") if part.endswith("id") and len(part) > 2 else part  # noqa: PLR2004 - more than "id"
    best: list[list[str] | None] = [[]]
    for end in range(1, len(stem) + 1):
        ways = [
            [*before, stem[start:end]]
            for start in range(end)
            if (before := best[start]) is not None and stem[start:end] in _VOCABULARY
        ]
        best.append(min(ways, key=len) if ways else None)
    return best[-1] or [part]


def interaction_noun(kind: str) -> str:
    """What one interaction of a type is called: `email_click` is `e-mail click`."""
    return " ".join(_SPELLINGS.get(word, word) for word in kind.lower().replace("-", "_").split("_") if word) or kind


def is_contact_detail(fact: str) -> bool:
    """Tell whether a fact's text says how to reach a person: only that it is filled in may be said."""
    column = fact.rpartition(".")[2].lower()
    return any(part in column for part in _CONTACT_PARTS)


def tells_a_day(value: str) -> bool:
    """Whether a text may be told as a day, so that its words depend on the year."""
    return _ISO_TIME.fullmatch(value.strip()) is not None


def value_text(fact: str, value: object, types: FactTypes, now: datetime) -> str:
    """A fact's value as people read it: labels for choices, days for times, `yes`/`no`, text quoted and made safe."""
    known = types.types.get(fact)
    kind = known.kind if known is not None else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind is Kind.ID or is_contact_detail(fact) or (isinstance(value, str) and _GUID.fullmatch(value.strip())):
        return "filled in"
    if known is not None and kind in {Kind.CHOICE, Kind.MULTI_CHOICE}:
        return _labels(value, known)
    if isinstance(value, (int, float, Decimal)):
        # A number that nobody has typed may be a telephone number; an amount so large seldom goes without a type.
        number = Decimal(str(value))
        is_long = number.is_finite() and abs(number) >= _LONG_NUMBER
        return HIDDEN if known is None and is_long else number_text(value)
    return _plain_text(value, kind, now)


def _plain_text(value: object, kind: Kind | None, now: datetime) -> str:
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return day_text(value, now)
    if not isinstance(value, str) or (kind is not Kind.TEXT and tells_a_day(value)):
        moment = as_moment(value.strip() if isinstance(value, str) else value)
        if moment is not None:
            return day_text(moment, now)
    if kind is Kind.NUMBER and isinstance(value, str):
        try:
            return number_text(Decimal(value.strip()))
        except ArithmeticError:
            return f"'{safe_text(value)}'"
    return f"'{safe_text(str(value))}'"


def _labels(value: object, known: FactType) -> str:
    """The first label of each option value; what is no option value (a label already) as it stands."""
    single = isinstance(value, (int, float, Decimal)) or known.kind is Kind.CHOICE
    parts = [value] if single else str(value).split(",")
    return list_text(_label(part, known) for part in parts) or "nothing"


def _label(part: object, known: FactType) -> str:
    try:
        number = Decimal(str(part).strip())
    except ArithmeticError:
        return safe_text(str(part))
    labels = known.options.get(int(number)) if number.is_finite() else None
    return labels[0] if labels else safe_text(str(part).strip())


def cause_text(cause: Cause, names: Iterable[str]) -> str:
    """Why these facts are unknown, as a clause."""
    facts = list(names)
    are = "is" if len(facts) == 1 else "are"
    listed = list_text(facts)
    return {
        Cause.NO_ACCOUNT: "no account is linked: account facts are unknown",
        Cause.EMPTY_COLUMN: f"{listed} {are} not filled in",
        Cause.NO_TRACKING: "the person refuses tracking: what they did is unknown",
        Cause.UNRECOGNISED_TITLE: "the job title is not recognised",
        Cause.LOW_CONFIDENCE: "the job title can be read in more than one way",
        Cause.WRONG_TYPE: f"{listed} {are} not of the type that the model expects",
    }[cause]
