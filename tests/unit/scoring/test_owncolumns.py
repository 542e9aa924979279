"""Which lead columns a document may write, told by their names."""

from __future__ import annotations

import pytest

from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.owncolumns import foreign, publisher

TYPES = FactTypes(writable={"rating": frozenset({"grade"}), "stars": frozenset({"grade", "score"})})


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("lc_score", "lc"),
        ("new_score", "new"),
        ("cr1a2_fit_grade", "cr1a2"),
        ("msc_score", "msc"),
        ("lastname", ""),
        ("address1_city", ""),
        ("address2_country", ""),
        ("revenue_base", ""),
        ("msdyn_gdproptout", ""),
        ("msdynmkt_x", ""),
        ("msdyncrm_scores", ""),
        ("msevtmgt_x", ""),
        ("msa_x", ""),
        ("adx_x", ""),
        ("_ownerid_value", ""),
        ("x_y", ""),
        ("LC_Score", ""),
        ("lc_", ""),
    ],
)
def test_a_company_s_own_name_begins_with_its_publisher_s_prefix(name: str, prefix: str) -> None:
    """Families of standard columns and Microsoft's own publishers only look like that."""
    assert publisher(name) == prefix


def test_own_columns_and_those_that_are_handed_in_may_be_written() -> None:
    """A standard one only as what it is handed in for."""
    assert foreign("lc_score", "score", UNTYPED) is None
    assert foreign("rating", "grade", TYPES) is None
    assert foreign("rating", "score", TYPES) is not None
    assert foreign("rating", "grade", UNTYPED) is not None


@pytest.mark.parametrize(
    ("column", "said", "remedy"),
    [
        ("lastname", "`lastname` is no column of your own", "as in `lc_score`; of the standard ones `grade` takes"),
        ("LastName", "`LastName` is no column of your own", "`rating`, `stars`."),
        ("LC_Score", "logical names are lower case.", "Write `lc_score`."),
        ("Rating", "logical names are lower case.", "Write `rating`."),
    ],
)
def test_it_says_why_and_what_to_do(column: str, said: str, remedy: str) -> None:
    """What would be overwritten, how a name must begin, and how it is spelled."""
    found = foreign(column, "grade", TYPES)
    assert found is not None
    assert said in found[0]
    assert remedy in found[1]
