"""Text from outside made harmless for a card: one line, cut at a character's edge, and never markup.

Teams renders a subset of Markdown in every text of a card, and reads `<at>` as a mention. What people wrote in a lead
must show as they wrote it and do nothing.
"""

from __future__ import annotations

import re
import unicodedata

MAX_MARKS = 8  # combining marks kept on one character; no script needs more, and some people write towers of them

_MARKUP = re.compile(r"([\\`*_\[\]~|])")
_LINE_START = re.compile(r"(>|[#+\-=](?=[#+\-=\s]|$))|(\d+)([.)](?=\s|$))")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
_LINK = re.compile(r":(?=//)|/(?=/)|\bwww(?=\.)|(?<=[^\W_])\.(?=[^\W\d_]{2})", re.IGNORECASE)  # a.bc is a link too
_LONG_RUN = re.compile(r"\S{15,}")
_RUN = 7  # so much fits beside a title on a telephone, in the widest letters

_BREAK = "\u200b"  # zero-width space: invisible, and ends every piece of markup that it stands in
_ISOLATE, _POP = "\u2068", "\u2069"
_ELLIPSIS = "…"
_JOINERS = "\u200c\u200d"  # Persian and Indic spelling and emoji sequences need them
_ZWJ = "\u200d"


def clean(text: str, limit: int) -> str:
    """Return text as one line of at most `limit` characters, without control, override and broken characters."""
    kept: list[str] = []
    marks = 0
    # Normalising first and only so much of it: a 10 MB name must cost no more than a long one.
    for char in unicodedata.normalize("NFC", text[: limit * 8]):
        category = unicodedata.category(char)
        if category[0] == "M":
            marks += 1
            if marks > MAX_MARKS or not kept:
                continue
        else:
            marks = 0
        if category in {"Cc", "Zl", "Zp", "Zs"}:
            kept.append(" ")
        elif category == "Cs":
            kept.append("\ufffd")
        elif category != "Cf" or char in _JOINERS:
            kept.append(char)
    return cut(" ".join("".join(kept).split()), limit)


def cut(text: str, limit: int) -> str:
    """Shorten text to `limit` characters, an ellipsis included, never inside a character as people see it."""
    if len(text) <= limit:
        return text
    end = max(limit - 1, 0)
    while end > 0 and _continues(text, end):
        end -= 1
    return text[:end].rstrip() + _ELLIPSIS


def plain(text: str) -> str:
    """Return cleaned text that no reader takes for a tag, an entity or a link; for places without Markdown."""
    text = _TAG.sub("<" + _BREAK, text)
    text = _ENTITY.sub("&" + _BREAK, text)
    return _LINK.sub(lambda match: match[0] + _BREAK, text)


def foldable(text: str) -> str:
    """Let very long words fold where a renderer breaks lines at spaces alone, as it does in the facts of a card."""
    return _LONG_RUN.sub(lambda run: _folded(run[0]), text)


def _folded(run: str) -> str:
    folded, start = "", 0
    while len(run) - start > _RUN:
        end = start + _RUN
        while end < len(run) and _continues(run, end):
            end += 1
        folded, start = folded + run[start:end] + _BREAK, end
    return folded + run[start:]


def escape(text: str) -> str:
    """Return cleaned text for a Markdown place: shown as it stands, right-to-left text kept to itself.

    Backslashes are what CommonMark and the native card renderers understand; tags, entities and bare links, on which
    renderers differ, are broken by an invisible space instead.
    """
    right_to_left = _is_right_to_left(text)
    text = plain(_MARKUP.sub(r"\\\1", text))
    text = _LINE_START.sub(_escape_line_start, text, count=1) if _LINE_START.match(text) else text
    return f"{_ISOLATE}{text}{_POP}" if right_to_left else text


def isolated(text: str) -> str:
    """Cleaned text to stand beside other words in one line: right-to-left text is kept from turning those around."""
    return f"{_ISOLATE}{text}{_POP}" if _is_right_to_left(text) else text


def _is_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text)


def _escape_line_start(match: re.Match[str]) -> str:
    return f"\\{match.group(1)}" if match.group(1) else f"{match.group(2)}\\{match.group(3)}"


def _continues(text: str, index: int) -> bool:
    """Tell whether the character at `index` belongs to the one before it (UAX 29, as far as names need it)."""
    char, before = text[index], text[index - 1]
    if unicodedata.category(char)[0] == "M" or char in _JOINERS or _is_skin_tone(char):
        return True
    if before == _ZWJ or _is_jamo(char):
        return True
    if _is_regional(char) and _is_regional(before):
        run = 0
        while run < index and _is_regional(text[index - 1 - run]):
            run += 1
        return run % 2 == 1
    return False


def _is_skin_tone(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_jamo(char: str) -> bool:
    """A Hangul vowel or final consonant that joins the syllable before it."""
    return "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7fb"
