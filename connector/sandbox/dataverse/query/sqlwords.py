"""The words of a SELECT statement, one after the other. No grammar in here."""

from __future__ import annotations

import re

from connector.sandbox.dataverse.errors import bad_query

_TOKEN = re.compile(
    r"\s*(?:(?P<text>N?'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_@]\w*)|(?P<sign><>|!=|<=|>=|[=<>(),.*]))"
)


def _tokens(text: str) -> list[str]:
    found, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise bad_query(f"Incorrect syntax near '{text[at:].strip()[:20]}' in the SQL statement.")
        found.append(match[0].strip())
        at = match.end()
    return found


class Words:
    """A statement's words and how far they were read."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def peek(self, ahead: int = 0) -> str:
        """The word that comes next or after it, empty at the end."""
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ""

    def next(self) -> str:
        """Take the next word. Raises ODataError at the end."""
        token = self.peek()
        if not token:
            raise self.error()
        self._at += 1
        return token

    def number(self) -> int:
        """Take a whole number. Raises ODataError."""
        token = self.next()
        if not token.isdigit():
            raise bad_query(f"'{token}' is not a number of rows.")
        return int(token)

    def take(self, *words: str) -> bool:
        """Take these words if they come next; tell whether they did."""
        if all(self.peek(ahead).upper() == word for ahead, word in enumerate(words)):
            self._at += len(words)
            return True
        return False

    def expect(self, word: str) -> None:
        """Take a word. Raises ODataError where another one comes."""
        if not self.take(word):
            raise self.error()

    def error(self) -> Exception:
        """The refusal of the word that comes next."""
        return bad_query(f"Incorrect syntax near '{self.peek() or 'the end'}' in the SQL statement.")
