"""A company's own titles from their document; what an entry means is settled in `titles`."""

from __future__ import annotations

import re

from connector.errors import DocumentError, Fault
from connector.scoring.document.reader import Path, Source, read_source
from connector.scoring.titles import CompanyTitles, company_titles

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def parse_titles(text: str) -> CompanyTitles:
    """Read a `titles.yaml` document. Raises DocumentError with every fault."""
    source = read_source(text)
    try:
        return company_titles(source.data)
    except DocumentError as error:
        faults = [_placed(fault, source) for fault in error.faults]
        raise DocumentError(error.message, faults=faults, remedy=error.remedy) from None


def _placed(fault: Fault, source: Source) -> Fault:
    """A fault with the line of its path."""
    path: Path = tuple(int(number) if number else name for name, number in _STEP.findall(fault.path))
    return Fault(fault.path, source.line(path), fault.message, fault.remedy)
