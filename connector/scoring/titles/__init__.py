"""Job titles in nine languages: the seniority and function of a title, how sure we are, and why.

The words stand in `tables/`, a company's own in `CompanyTitles`. What the levels mean is settled in docs of `tables`.
"""

from __future__ import annotations

from connector.scoring.titles.clauses import read
from connector.scoring.titles.company import CompanyTitles, company_titles
from connector.scoring.titles.spelling import pieces
from connector.scoring.titles.tagging import tag
from connector.scoring.titles.title import FUNCTIONS, SENIORITIES, Title, unrecognised
from connector.scoring.titles.verdict import judge

__all__ = ["FUNCTIONS", "SENIORITIES", "CompanyTitles", "Title", "company_titles", "read_title"]

# What people and forms write where there is no title.
_JUNK = frozenset(
    {
        *(
            "test",
            "tests",
            "testing",
            "n",
            "a",
            "/",
            "na",
            "none",
            "null",
            "nil",
            "unknown",
            "tbd",
            "title",
            "job",
            "k",
        ),
        *("x", "xx", "xxx", "asdf", "abc", "keine", "angabe", "aucun", "aucune", "ninguno", "ninguna", "sin", "datos"),
        *(
            "geen",
            "ingen",
            "nessuno",
            "nessuna",
            "nenhum",
            "not",
            "applicable",
            "no",
            "mr",
            "mrs",
            "ms",
            "herr",
            "frau",
        ),
    }
)


def read_title(text: str, company: CompanyTitles | None = None) -> Title:
    """Read a job title as people write it; the company's own table wins over ours.

    An unrecognised title has neither seniority nor function and confidence 0. Never raises on a text.
    """
    tokens = pieces(text)
    title = judge(read(tag(tokens))) if not _JUNK.issuperset(tokens) else unrecognised("It is a filler, not a title.")
    if company is not None:
        return company.over(tokens, title)
    return title
