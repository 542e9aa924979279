"""Job titles in nine languages: the seniority and function of a title, how sure we are, and why.

The words stand in `tables/`, a company's own in `CompanyTitles`. `tables/__init__` says what the levels mean.
"""

from __future__ import annotations

from connector.scoring.derived import FUNCTIONS
from connector.scoring.titles.clauses import read
from connector.scoring.titles.company import CompanyTitles, company_titles
from connector.scoring.titles.slips import mended
from connector.scoring.titles.spelling import pieces
from connector.scoring.titles.tables import FILLERS
from connector.scoring.titles.tagging import tag
from connector.scoring.titles.title import SENIORITIES, Title, unrecognised
from connector.scoring.titles.verdict import judge

__all__ = ["FUNCTIONS", "SENIORITIES", "CompanyTitles", "Title", "company_titles", "read_title"]

_NOTHING = unrecognised("No title stands there.")


def read_title(text: str, company: CompanyTitles | None = None) -> Title:
    """Read a job title as people write it; the company's own table wins over ours.

    An unrecognised title has neither seniority nor function and confidence 0. Never raises on a text.
    """
    tokens = pieces(text)
    meant = [mended(token) for token in tokens]
    slips = sum(token != word for token, word in zip(tokens, meant, strict=True))
    title = judge(read(tag(meant)), slips) if not FILLERS.issuperset(tokens) else _NOTHING
    if company is not None:
        return company.over(tokens, title)
    return title
