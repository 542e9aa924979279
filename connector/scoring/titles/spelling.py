"""One spelling for each way to write a title: case, accents, transliterations, gender forms, punctuation.

The same folding is used for the tables and for the titles, so the folded text need not be pretty.
"""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "o", "œ": "oe", "ß": "ss", "đ": "d", "ł": "l", "\u0131": "i", "\u2019": "'", "\u2018": "'"}
)
# "Geschaeftsfuehrer", "Loekke": only in words long enough not to be an abbreviation (AE, SaaS).
_VOWELS = re.compile("[aou]e|aa")
_TRANSLITERATED = re.compile(r"[^\W_]{5,}")
# "(m/w/d)", "(H/F)", "m/f/x": whom an advertisement looks for. Taken out before anything else.
_SOUGHT = re.compile(
    r"\(?\b(?:[mwfhdxvki]|gn|div)(?: ?[/|*] ?(?:[mwfhdxvki]|gn|div|all|ft|o)\b){1,3}\)?|\((?:gn|all genders|[mwfhd])\)"
)
# "Leiter/in", "Verkäufer*in", "Chargé(e)", "directeur/trice", "ingénieur·e", "Abteilungsleiter/-in".
_GENDER = re.compile(
    r"(?<=[a-z]{3})(?:[/:*_·•.]-?|\(-?)"
    r"(?:in|innen|inn|e|es|a|as|o|os|ra|ras|ice|rice|trice|ora|ce|euse|se|ne|nne|le|elle|ere|essa|r|n|en|rin)(?:\)|\b(?![.@]))"
)
_DOTTED = re.compile(r"\b(?:[a-z]\.){1,}[a-z]\b\.?")
_ADDRESS = re.compile(r"\S+@\S+\.\w\S*|\bhttps?:\S*|\bwww\.\S*|\S+\.(?:com|net|org|de|fr|io|eu)\b")
_DASH = re.compile(r"(?<=\s)-+(?=\s)|[\u2013-\u2015]|\s-(?=\()|--+")
_PIECES = re.compile(r"'s\b|[^\W_]+|[&+/|;,:()@\n•·]|\[|\]|\\")
_LONGEST = 300  # characters: a jobtitle column holds 100, LinkedIn shows 220
_ONE_SIGN = {"+": "&", "•": "|", "·": "|", "\n": "|", ";": "|", ":": "|", "[": "(", "]": ")", "\\": "/"}


def fold(text: str) -> str:
    """The text without case and accents, with ä, ae and a as one letter."""
    if text.isascii():
        folded = text.lower()
    else:
        lower = unicodedata.normalize("NFKD", text).lower()
        letters = unicodedata.normalize("NFKD", lower).translate(_LETTERS)
        folded = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _TRANSLITERATED.sub(_plain, folded) if _VOWELS.search(folded) else folded


def _plain(found: re.Match[str]) -> str:
    return found[0].replace("ae", "a").replace("oe", "o").replace("ue", "u").replace("aa", "a")


def pieces(text: str) -> list[str]:
    """The words and separators of a title, folded; addresses of mail and web and "(m/w/d)" are left out.

    Separators are `& / , ( ) |` and `@`, where `|` stands for every strong break; `'s` is a word of its own.
    """
    folded = fold(text.strip())[:_LONGEST].rstrip()
    if folded.replace(" ", "").isalnum():
        return folded.split()
    if "." in folded or "@" in folded:
        folded = _ADDRESS.sub(" ", folded)
        folded = _DOTTED.sub(lambda found: found[0].replace(".", ""), folded)
    folded = _SOUGHT.sub(" ", folded)
    folded = _GENDER.sub("", folded)
    folded = _DASH.sub(" | ", folded)
    return [_ONE_SIGN.get(piece, piece) for piece in _PIECES.findall(folded)]
