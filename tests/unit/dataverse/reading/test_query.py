"""How queries are written and pages followed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading import query
from connector.errors import OutsideError
from tests.unit.dataverse.org import LEAD_1, LEAD_2, lead, page
from tests.unit.dataverse.support import ROOT, Script


def test_quotes_are_doubled() -> None:
    """A single quote cannot end a literal."""
    assert query.literal("O'Neill's") == "'O''Neill''s'"
    assert query.any_of("na'me", ["a'b"]) == (
        "Microsoft.Dynamics.CRM.In(PropertyName='na''me',PropertyValues=['a''b'])"
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_survives_the_address(text: str) -> None:
    """Whatever a filter holds, quotes, `&`, `#`, `%`, non-ASCII, a server decodes it to the same text."""
    url = query.address("leads", filter_=f"lastname eq {query.literal(text)}", select=["b", "a"])
    assert url.isascii()
    options = dict(parse_qsl(urlsplit("https://x/" + url).query, keep_blank_values=True))
    assert options == {"$select": "a,b", "$filter": "lastname eq '" + text.replace("'", "''") + "'"}


def test_an_address_names_only_the_options_given() -> None:
    """Empty options are left out."""
    assert query.address("leads") == "leads"
    url = query.address("leads", order_by="modifiedon asc,leadid asc", expand="parentaccountid($select=name)")
    assert url == "leads?$orderby=modifiedon%20asc,leadid%20asc&$expand=parentaccountid($select=name)"


def test_moments_are_utc_and_round_down() -> None:
    """Literals have whole seconds, so that `ge` never skips a row."""
    at = datetime(2026, 1, 1, 1, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert query.moment(at) == "2026-01-01T00:00:00Z"
    assert query.moment(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00Z"


def test_ids_are_checked_before_they_are_sent() -> None:
    """Only a GUID gets into an address."""
    assert query.guid(LEAD_1.upper()) == LEAD_1
    for wrong in ("", "x", LEAD_1 + ")", "1' or '1' eq '1"):
        with pytest.raises(ValueError, match="GUID"):
            query.guid(wrong)
    assert query.find_guid(f"{ROOT}leads({LEAD_1.upper()})") == LEAD_1
    assert query.find_guid("nothing") is None


def test_lists_are_cut_into_chunks() -> None:
    """Every value is in exactly one chunk, in order; the default keeps addresses within their limit."""
    assert [list(part) for part in query.chunks(["a", "b", "c"], 2)] == [["a", "b"], ["c"]]
    filled = query.address("leads", filter_=query.any_of("leadid", [LEAD_1] * query.IDS_IN_FILTER))
    assert len(ROOT + filled) < 32_768


def read(session: DataverseSession) -> list[query.AnswerPage]:
    """Every page of a reading."""
    return list(query.pages(session, "leads", prefer=["odata.maxpagesize=2"], doing="reading leads"))


def test_pages_are_followed_with_the_same_preference(session: DataverseSession, script: Script) -> None:
    """The link is requested as it came, with the Prefer of the first request; the last page is told."""
    script.on("GET", "leads", page(lead(LEAD_1), next_link="leads?$skiptoken=%3Ccookie%20p=%222%22%3E"))
    script.on("GET", "skiptoken", page(lead(LEAD_2), delta_link="leads?$deltatoken=1%212"))
    found = read(session)
    assert [row["leadid"] for answer in found for row in answer.rows] == [LEAD_1, LEAD_2]
    assert [answer.is_last for answer in found] == [False, True]
    assert found[1].delta_link == ROOT + "leads?$deltatoken=1%212"
    assert {request.headers["Prefer"] for request in script.sent} == {"odata.maxpagesize=2"}
    assert script.sent[1].url == ROOT + "leads?$skiptoken=%3Ccookie%20p=%222%22%3E"


def test_a_next_link_to_another_host_is_refused(session: DataverseSession, script: Script) -> None:
    """The page before it is given, the link is not followed."""
    answer = {"value": [lead()], "@odata.nextLink": "https://evil.example/api/data/v9.2/leads?$skiptoken=2"}
    script.on("GET", "leads", answer)
    with pytest.raises(OutsideError, match="leads away"):
        read(session)
    assert len(script.sent) == 1


def test_a_delta_link_to_another_host_is_refused(session: DataverseSession, script: Script) -> None:
    """A link that would be stored is checked like one that would be followed."""
    script.on("GET", "leads", {"value": [], "@odata.deltaLink": "https://evil.example/x"})
    with pytest.raises(OutsideError, match="leads away"):
        read(session)


@pytest.mark.parametrize("back_to", ["leads", "leads?$skiptoken=2"])
def test_links_in_a_circle_are_noticed(session: DataverseSession, script: Script, back_to: str) -> None:
    """A link to a page read before, the first included, ends with an error."""
    script.on("GET", "leads", page(lead(LEAD_1), next_link="leads?$skiptoken=2"))
    script.on("GET", "skiptoken=2", page(lead(LEAD_2), next_link=back_to))
    with pytest.raises(OutsideError, match="circle"):
        read(session)
    assert len(script.sent) == 2


def test_the_same_rows_under_new_links_are_noticed(session: DataverseSession, script: Script) -> None:
    """A server whose links are always new and whose rows are not ends with an error."""
    script.on("GET", "leads", *(page(lead(), next_link=f"leads?$skiptoken={n}") for n in range(9)))
    with pytest.raises(OutsideError, match="circle"):
        read(session)
    assert len(script.sent) == 3


def test_a_page_that_comes_twice_is_no_circle(session: DataverseSession, script: Script) -> None:
    """A row that changes while it is read may be met again: nothing is lost by that."""
    script.on("GET", "leads", page(lead(LEAD_1), next_link="leads?$skiptoken=2"))
    script.on("GET", "skiptoken=2", page(lead(LEAD_1), next_link="leads?$skiptoken=3"))
    script.on("GET", "skiptoken=3", page(lead(LEAD_2)))
    assert [row["leadid"] for answer in read(session) for row in answer.rows] == [LEAD_1, LEAD_1, LEAD_2]


def test_endless_empty_pages_are_noticed(session: DataverseSession, script: Script) -> None:
    """Some empty pages are fine, endless ones are not."""
    script.on("GET", "leads", *(page(next_link=f"leads?$skiptoken={n}") for n in range(200)))
    with pytest.raises(OutsideError, match="circle"):
        read(session)
    assert len(script.sent) == 101


def test_endless_pages_are_cut(session: DataverseSession, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """Always new links with always new rows end at the bound."""
    monkeypatch.setattr(query, "_MOST_PAGES", 3)
    script.on("GET", "leads", *(page({"leadid": n}, next_link=f"leads?$skiptoken={n}") for n in range(9)))
    with pytest.raises(OutsideError, match="more than 3 pages"):
        read(session)


@pytest.mark.parametrize("answer", [{}, {"value": {}}, {"value": [1]}, {"value": None}])
def test_an_answer_without_rows_is_refused(
    session: DataverseSession, script: Script, answer: dict[str, object]
) -> None:
    """An object that is no page of rows is not taken for an empty one."""
    script.on("GET", "leads", answer)
    with pytest.raises(OutsideError, match="no list of rows"):
        read(session)


def test_a_link_that_is_no_text_is_refused(session: DataverseSession, script: Script) -> None:
    """A link must be text."""
    script.on("GET", "leads", {"value": [], "@odata.nextLink": 7})
    with pytest.raises(OutsideError, match="not text"):
        read(session)


def test_empty_pages_with_a_link_are_followed(session: DataverseSession, script: Script) -> None:
    """A page without rows is not the last one while it has a link; an empty link is none."""
    script.on("GET", "leads", page(next_link="leads?$skiptoken=2"))
    script.on("GET", "skiptoken=2", {"value": [lead()], "@odata.nextLink": ""})
    assert [len(answer.rows) for answer in read(session)] == [0, 1]
