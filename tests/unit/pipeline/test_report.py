"""What a run counted: grades of scored leads only, and the warnings that somebody should look at."""

from __future__ import annotations

from connector.pipeline.report import Report
from tests.unit.pipeline.casework import decided, dossier, rulebook
from tests.unit.pipeline.world import heat_model, titled


def test_grades_are_counted_of_leads_that_are_scored() -> None:
    """A lead outside the audience is scored by no grade; one without grades counts under the empty name."""
    body = heat_model(extra="audience: {fact: lead.address1_country, equals: GB}")
    book = rulebook(body, heat_model("plain", write="{score: lc_other}").partition("grades:")[0])
    seen = [dossier(heat=75, address1_country="GB", account={}), dossier(heat=75, address1_country="FR")]
    report = Report("run")
    report.count(seen, [decided(book, one) for one in seen])
    assert report.summary()["grades"] == {"engagement": {"Hot": 1}, "plain": {"": 2}}
    assert (report.scored, report.without_account, report.unknown_titles) == (2, 1, 0)


def test_a_title_that_was_not_recognised_counts_once_a_lead() -> None:
    """However many models ask for it."""
    groups = "groups:\n  - {name: Chief, points: 10, when: {fact: title.seniority, equals: c_level}}\n"
    bodies = [heat_model(name, write="{}").partition("groups:")[0] + groups for name in ("one", "two")]
    book = rulebook(*bodies, environment=titled())
    seen = dossier(jobtitle="Xyzzy of the Plugh")
    report = Report("run")
    report.count([seen], [decided(book, seen)])
    assert report.unknown_titles == 1


def test_warnings_say_how_often_and_quote_few() -> None:
    """Rejections are quoted without repetition, at most three; what was not met is not said."""
    report = Report("run", opted_out=2, resumed=1)
    report.writes.rejected += [f"A plug-in refused ({number})." for number in (1, 1, 2, 3, 4)]
    report.writes.failed += ["HTTP 503"]
    report.writes.left |= {"a", "b"}
    found = {one.code: (one.count, one.message) for one in report.warnings()}
    assert {code: count for code, (count, _) in found.items()} == {
        "opted-out": 2,
        "write-rejected": 5,
        "write-failed": 1,
        "changing-leads": 1,
        "resumed": 1,
    }
    assert found["write-rejected"][1].endswith("A plug-in refused (1).; A plug-in refused (2).; A plug-in refused (3).")
    assert report.summary()["warnings"][0] == {
        "code": "opted-out",
        "message": "people have opted out: they are not scored, written or announced.",
        "count": 2,
    }
