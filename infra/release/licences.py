"""The licences of what is shipped, from its list of parts (CycloneDX), as a table; a part that may not be is told.

May be: MIT, BSD, Apache and the like; MPL and LGPL, since their parts are shipped as they are. May not: GPL, AGPL, and
what nobody knows. The exit code is 1 where a part may not be shipped.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PERMISSIVE = frozenset(
    {"MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "ISC", "PSF-2.0", "Python-2.0", "Zlib",
     "Unlicense", "CC0-1.0", "BlueOak-1.0.0"}
)  # fmt: skip
UNMODIFIED = frozenset(
    {"MPL-2.0", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later"}
)  # shipped as their authors published them
ALLOWED = PERMISSIVE | UNMODIFIED
CLASSIFIERS = {  # the words of older packages
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
READ = {"protobuf": "BSD-3-Clause"}  # parts that say nothing a machine can read, by the licence text that they bring
_WORD = re.compile(r"\(|\)|[A-Za-z0-9.+:-]+")


def may_ship(expression: str) -> bool:
    """Tell whether an SPDX expression leaves a way to ship the part: of OR one, of AND all. Raises ValueError."""
    words = _WORD.findall(expression)
    if "".join(words) != "".join(expression.split()):
        raise ValueError(expression)
    allowed, rest = _either(words)
    if rest:
        raise ValueError(expression)
    return allowed


def _either(words: list[str]) -> tuple[bool, list[str]]:
    allowed, words = _both(words)
    while words[:1] == ["OR"]:
        other, words = _both(words[1:])
        allowed = allowed or other
    return allowed, words


def _both(words: list[str]) -> tuple[bool, list[str]]:
    allowed, words = _one(words)
    while words[:1] == ["AND"]:
        other, words = _one(words[1:])
        allowed = allowed and other
    return allowed, words


def _one(words: list[str]) -> tuple[bool, list[str]]:
    if words[:1] == ["("]:
        allowed, words = _either(words[1:])
        if words[:1] != [")"]:
            raise ValueError("a bracket is not closed")
        return allowed, words[1:]
    if not words or words[0] in {"AND", "OR", "WITH", ")"}:
        raise ValueError("a licence is missing")
    if words[1:2] == ["WITH"]:  # an exception takes nothing away
        return words[0] in ALLOWED, words[3:]
    return words[0] in ALLOWED, words[1:]


def licences_of(component: Mapping[str, Any]) -> list[str]:
    """What a part says of itself: SPDX ids and expressions; where it says none, what its classifiers mean."""
    said = component.get("licenses", ())
    exact = [one.get("expression") or one.get("license", {}).get("id") for one in said]
    found = [one for one in exact if one]
    found = found or [CLASSIFIERS.get(name, name) for one in said if (name := one.get("license", {}).get("name"))]
    return found or [READ[name] for name in (component["name"],) if name in READ]


def verdict(component: Mapping[str, Any]) -> str:
    """Why a part may not be shipped; empty where it may. Of several licences all have to be taken."""
    said = licences_of(component)
    if not said:
        return "it says no licence"
    for one in said:
        try:
            if not may_ship(one):
                return f"{one} is not among those that may be shipped"
        except ValueError:
            return f"nobody knows {one!r}"
    return ""


def table(components: list[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of the table."""
    yield "| part | version | licence |"
    yield "|---|---|---|"
    for one in sorted(components, key=lambda each: str(each["name"]).lower()):
        yield f"| {one['name']} | {one.get('version', '')} | {', '.join(licences_of(one)) or 'none'} |"


def main(arguments: list[str]) -> int:
    """Print the table of the list that is named; tell on standard error what may not be shipped."""
    parts = json.loads(Path(arguments[0]).read_text(encoding="utf-8")).get("components", [])
    sys.stdout.writelines(f"{line}\n" for line in table(parts))
    faults = [f"{one['name']}: {why}." for one in parts if (why := verdict(one))]
    if not parts:
        faults.append("The list is empty.")
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
