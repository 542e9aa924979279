"""Puts what the demo prints into the README, shortened, between its two marks. Run: make readme."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"
MARKED = re.compile(r"(<!-- demo -->\n).*?(<!-- /demo -->)", re.DOTALL)
LONGEST_SECTION = 9


def sections(text: str) -> list[list[str]]:
    """The blocks of the demo's output, each with its lines."""
    return [block.splitlines() for block in re.split(r"\n\s*\n", text.strip())]


def shortened(text: str) -> str:
    """The output with long blocks cut, as a block of code."""
    lines: list[str] = []
    for block in sections(text)[1:]:
        cut = block[:LONGEST_SECTION] + (["..."] if len(block) > LONGEST_SECTION else [])
        lines += [f"    {line}".rstrip() for line in cut] + [""]
    return "\n".join(lines)


def main() -> None:
    """Run the demo and write the README anew."""
    out = subprocess.run([sys.executable, "-m", "connector", "demo"], capture_output=True, text=True, check=True).stdout
    readme = README.read_text(encoding="utf-8")
    README.write_text(MARKED.sub(lambda mark: f"{mark[1]}\n{shortened(out)}\n{mark[2]}", readme), encoding="utf-8")


if __name__ == "__main__":
    main()
