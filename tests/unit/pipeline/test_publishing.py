"""What publication asks of documents, what becomes of each, and what is said of what this version does not do."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from connector.errors import DocumentError
from connector.pipeline.ports import DocumentKind, DocumentStatus
from connector.pipeline.publishing import Applied, Desk, Draft, apply_documents
from tests.unit.pipeline.world import ALERT, QUALIFICATION, QUALIFIED_ALERT, TYPES, World, heat_model

TITLES = "titles:\n  - {title: Chief Happiness Officer, seniority: c_level, function: hr}\n"
CARD = QUALIFICATION.replace("sales_ready: true", "sales_ready: true, card: {channels: [sales]}")


def outcomes(applied: Sequence[Applied]) -> list[tuple[str, str, int]]:
    """Name, outcome, version of each."""
    return [(one.name, one.outcome, one.version) for one in applied]


def said(applied: Sequence[Applied]) -> str:
    """All that was found."""
    return "\n".join(line for one in applied for line in one.lines())


def test_documents_are_published_in_the_order_in_which_they_need_each_other(world: World) -> None:
    """Titles, models, qualification, alerts, whatever the order they are handed in."""
    applied = world.try_to_publish(QUALIFIED_ALERT, ALERT, QUALIFICATION, heat_model(), TITLES)
    assert outcomes(applied) == [
        ("titles", "published", 1),
        ("engagement", "published", 1),
        ("sales-ready", "published", 1),
        ("hot", "published", 1),
        ("marked", "published", 1),
    ]
    assert not any(one.refused for one in applied)


def test_an_unchanged_document_is_left_as_it_is(world: World) -> None:
    """No version, no baseline, no lead made due."""
    world.publish(heat_model())
    world.dataverse.put("00000000-0000-4000-8000-000000000009", heat=5)
    world.sync()
    assert outcomes(world.try_to_publish(heat_model() + "\n\n")) == [("engagement", "unchanged", 1)]
    assert world.store.count_due() == 0
    assert not world.store.live(DocumentKind.MODEL)[0].baseline_pending


def test_a_changed_live_document_is_refused_unless_it_is_to_be_replaced(world: World) -> None:
    """The refusal names `stop`; replacing stops and publishes."""
    world.publish(heat_model())
    changed = heat_model(extra="description: Other")
    refused = world.try_to_publish(changed, replacing=False)
    assert outcomes(refused) == [("engagement", "refused", 0)]
    assert "connector models stop engagement" in said(refused)
    assert outcomes(world.try_to_publish(changed)) == [("engagement", "published", 2)]


def test_a_draft_is_stored_with_what_stands_in_its_way(world: World) -> None:
    """A draft is kept whatever is found in it, and does nothing; what comes with it counts as published."""
    other = ALERT.replace("hot", "cold").replace("engagement", "gone")
    applied = world.try_to_publish(heat_model(), QUALIFICATION, QUALIFIED_ALERT, ALERT, other, publish=False)
    assert [one.outcome for one in applied] == ["drafted"] * 5
    assert world.store.live(DocumentKind.MODEL) == []
    assert [one.status for one in world.store.documents(DocumentKind.ALERT)] == [DocumentStatus.DRAFT] * 3
    assert [one.name for one in applied if one.faults] == ["cold"]
    assert "it names the model 'gone', which is not live. Publish that first; live are engagement." in said(applied)


def test_purpose_lawful_basis_and_examples_are_asked_for(world: World) -> None:
    """Without them, or with an example that is not true, a model is not published; nothing is stored."""
    body = heat_model().replace("purpose: Prioritise follow-up\n", "")
    body += "examples:\n  - {expect: {grade: Hot}, lead: {heat: 15}, account: null, interactions: []}\n"
    applied = world.try_to_publish(body)
    assert outcomes(applied) == [("engagement", "refused", 0)]
    assert "purpose" in said(applied)
    assert "Hot" in said(applied)
    assert world.store.documents(DocumentKind.MODEL) == []


def test_a_lint_error_stops_publication_and_a_warning_does_not(world: World) -> None:
    """A group that nobody can meet is an error; one that gives no points is advice."""
    impossible = heat_model(extra="").replace(
        "groups:",
        "groups:\n  - {name: No, points: 5, when: [{fact: lead.heat, at_least: 9}, {fact: lead.heat, less_than: 5}]}",
    )
    refused = world.try_to_publish(impossible)
    assert refused[0].refused
    assert refused[0].doubted
    assert [finding.code for finding in refused[0].findings if finding.severity == "error"] == ["impossible-group"]
    assert "error: line " in said(refused)
    idle = heat_model().replace("groups:", "groups:\n  - {name: Idle, points: 0, when: {fact: lead.heat, at_least: 9}}")
    published = world.try_to_publish(idle)
    assert not published[0].doubted
    assert outcomes(published) == [("engagement", "published", 1)]
    assert "no-points" in [finding.code for finding in published[0].findings]


def test_what_is_not_ours_is_not_published(world: World) -> None:
    """Neither what people keep in a standard column nor what they decided about their data is written over."""
    applied = world.try_to_publish(heat_model(write="{score: numberofemployees, grade: lastname, scored_on: LC_On}"))
    assert outcomes(applied) == [("engagement", "refused", 0)]
    for column in ("numberofemployees", "lastname"):
        assert f"`{column}` is no column of your own" in said(applied)
    assert "logical names are lower case. Write `lc_on`." in said(applied)
    world.publish(heat_model())
    for column in ("msdyn_gdproptout", "donotphone", "msdynmkt_issalesreadysetmanually"):
        applied = world.try_to_publish(QUALIFICATION.replace("sales_ready: true", f"sales_ready: {column}"))
        assert applied[0].refused
        assert f"`{column}` is no column of your own" in said(applied)


def test_a_model_does_not_write_the_mark_of_a_live_qualification(world: World) -> None:
    """Whichever of the two comes second is refused: no run could begin with both."""
    ready = QUALIFICATION.replace("sales_ready: true", "sales_ready: lc_ready")
    world.publish(heat_model(), ready)
    applied = world.try_to_publish(heat_model("other", write="{score: lc_ready}"))
    assert outcomes(applied) == [("other", "refused", 0)]
    assert "the live qualification 'sales-ready' marks leads in the column 'lc_ready'" in said(applied)


def test_the_opt_out_that_settings_name_is_not_written(world: World) -> None:
    """A column of the company's own by which people opt out: no score, and no mark."""
    opted = Desk(world.store, TYPES, "test", world.clock(), opt_out=frozenset({"lc_ready", "lc_score"}))
    bodies = [heat_model(), QUALIFICATION.replace("sales_ready: true", "sales_ready: lc_ready")]
    drafts = [Draft(DocumentKind(body.partition(":")[0]), "file.yaml", body) for body in bodies]
    applied = apply_documents(opted, drafts, publish=True, replace=False)
    assert [one.outcome for one in applied] == ["refused", "refused"]
    for column in ("lc_ready", "lc_score"):
        assert f"the lead column '{column}' says who opted out (CONNECTOR_OPT_OUT_COLUMN)" in said(applied)


def test_two_models_never_write_one_column(world: World) -> None:
    """A column that a live model writes is refused to another one, in the same call too; the time may be shared."""
    other = heat_model("other", write="{score: lc_other, grade: lc_grade, scored_on: lc_scoredon}")
    applied = world.try_to_publish(heat_model(), other)
    assert outcomes(applied) == [("engagement", "published", 1), ("other", "refused", 0)]
    assert [str(fault) for fault in applied[1].faults] == [
        "write: the column 'lc_grade' is written by the live model 'engagement'. Name a column of its own."
    ]
    assert outcomes(world.try_to_publish(other.replace("lc_grade", "lc_othergrade"))) == [("other", "published", 1)]
    world.store.stop(DocumentKind.MODEL, "engagement", by="test", now=world.clock())
    assert outcomes(world.try_to_publish(heat_model("third", write="{score: lc_score}"))) == [("third", "published", 1)]


def test_a_time_is_not_shared_with_a_score(world: World) -> None:
    """What one model writes as its time, another cannot write as its score."""
    world.publish(heat_model())
    assert "'lc_scoredon' is written by the live" in said(
        world.try_to_publish(heat_model("other", write="{score: lc_scoredon}"))
    )


def test_a_new_version_of_a_model_keeps_its_columns(world: World) -> None:
    """A model does not clash with its own live version."""
    world.publish(heat_model())
    assert outcomes(world.try_to_publish(heat_model(extra="description: New"))) == [("engagement", "published", 2)]


def test_one_model_does_not_write_a_column_twice(world: World) -> None:
    """Score and grade of a model need a column each."""
    applied = world.try_to_publish(heat_model(write="{score: lc_score, grade: lc_score}"))
    assert "'lc_score' is written twice by 'engagement' itself" in said(applied)


def test_the_sales_ready_column_is_no_model_s(world: World) -> None:
    """A qualification cannot mark in a column that holds a score."""
    world.publish(heat_model())
    applied = world.try_to_publish(QUALIFICATION.replace("sales_ready: true", "sales_ready: lc_score"))
    assert "the column 'lc_score' is written by the live model 'engagement'" in said(applied)


@pytest.mark.parametrize(
    "body",
    [
        QUALIFICATION.replace("engagement", "gone"),
        QUALIFICATION + "audience: {model: gone, at_least: 5}\n",
        ALERT.replace("engagement", "gone"),
        ALERT + "where: {model: gone, at_least: 5}\n",
    ],
    ids=["criteria", "audience", "alert", "filter"],
)
def test_only_live_models_may_be_named(world: World, body: str) -> None:
    """In any condition; a draft does not count."""
    world.publish(heat_model())
    world.try_to_publish(heat_model("gone", write="{score: lc_other}"), publish=False)
    applied = world.try_to_publish(body)
    assert applied[0].refused
    assert "it names the model 'gone', which is not live. Publish that first; live are engagement." in said(applied)
    assert "live are" not in said(World(world.folder / "empty").try_to_publish(body))


def test_a_refused_model_does_not_count_for_what_names_it(world: World) -> None:
    """Criteria are judged by the model that is live, not by the one that was just refused."""
    world.publish(heat_model())
    unfit = (
        heat_model().replace("{name: Hot, from: 70}", "{name: Boiling, from: 70}").replace("purpose: ", "purposed: ")
    )
    unfit = (
        heat_model(extra="")
        .replace("{name: Hot, from: 70}", "{name: Boiling, from: 70}")
        .replace("lawful_basis: legitimate_interests\n", "")
    )
    applied = world.try_to_publish(unfit, "alert: boiling\non: {model: engagement, grade: Boiling}\nchannels: [a]\n")
    assert [one.outcome for one in applied] == ["refused", "refused"]
    assert "unknown-grade" in [finding.code for finding in applied[1].findings]


def test_an_alert_on_criteria_needs_them_live(world: World) -> None:
    """An alert on a mark that nobody sets would never speak."""
    world.publish(heat_model())
    applied = world.try_to_publish(QUALIFIED_ALERT)
    assert said(applied) == "on: the qualification 'sales-ready' is not live. Publish that first."


def test_channels_must_be_configured_where_the_settings_are_known(world: World) -> None:
    """An alert's channels and those of a card action; without settings nobody can tell."""
    applied = world.try_to_publish(heat_model(), CARD, ALERT, channels=frozenset({"desk"}))
    assert [one.outcome for one in applied] == ["published", "refused", "refused"]
    assert said(applied).count("the channel 'sales' is not configured. Add name=url to CONNECTOR_TEAMS_CHANNELS.") == 2
    assert not any(one.refused for one in world.try_to_publish(heat_model(), CARD, ALERT, channels=None))


def test_a_company_s_titles_are_published_and_used_by_the_examples_beside_them(world: World) -> None:
    """A model's example counts on the titles that come with it, and later on the live ones."""
    body = (
        "model: chiefs\npurpose: p\nlawful_basis: legitimate_interests\n"
        "groups:\n  - {name: Chief, points: 10, when: {fact: lead.heat, at_least: 5}}\n"
        "examples:\n  - {expect: {score: 10}, lead: {heat: 6}, account: null, interactions: []}\n"
    )
    assert [one.outcome for one in world.try_to_publish(TITLES, body)] == ["published", "published"]
    assert outcomes(world.try_to_publish(TITLES)) == [("titles", "unchanged", 1)]
    assert outcomes(
        world.try_to_publish(body.replace("points: 10", "points: 11").replace("score: 10", "score: 11"))
    ) == [("chiefs", "published", 2)]


def test_an_outcome_is_told_as_json(world: World) -> None:
    """Kind, name, outcome, version (null where none), what it replaced, faults and findings with their parts."""
    _, published = world.try_to_publish(heat_model(), ALERT)
    assert published.as_dict() == {
        "kind": "alert",
        "name": "hot",
        "outcome": "published",
        "version": 1,
        "replaced": [],
        "faults": [],
        "findings": [],
    }
    (refused,) = world.try_to_publish(ALERT.replace("70", "700"))
    told = refused.as_dict()
    assert told["version"] is None
    assert isinstance(told["findings"], list)
    assert set(told["findings"][0]) == {"code", "severity", "group", "line", "message", "fix"}
    (unready,) = world.try_to_publish(QUALIFIED_ALERT)
    assert unready.as_dict()["faults"] == [
        {
            "path": "on",
            "line": None,
            "message": "the qualification 'sales-ready' is not live.",
            "remedy": "Publish that first.",
        }
    ]


def test_one_model_gives_the_predictive_score(world: World) -> None:
    """A second live one is refused by name; a history table may be shared, and must be the company's own."""
    write = "{predictive_score: true, history: lc_scorehistory}"
    assert outcomes(world.try_to_publish(heat_model(write=write))) == [("engagement", "published", 1)]
    second = heat_model("second", write=write)
    (refused,) = world.try_to_publish(second)
    (fault,) = refused.faults
    assert fault.path == "write.predictive_score"
    assert "is written by the live model 'engagement'" in fault.message
    assert outcomes(world.try_to_publish(second.replace("true", "false"))) == [("second", "published", 1)]
    assert outcomes(world.try_to_publish(heat_model(write=write, extra="description: New"))) == [
        ("engagement", "published", 2)
    ]


def test_the_history_goes_to_a_table_of_one_s_own(world: World) -> None:
    """Never to a standard table, whose rows would be mixed with ours."""
    with pytest.raises(DocumentError, match="as in `lc_scorehistory`"):
        world.try_to_publish(heat_model(write="{history: lead}"))


def test_what_is_replaced_is_named(world: World) -> None:
    """Criteria that were stopped for others are named, with the alerts that wait for them and come no more."""
    world.publish(heat_model(), QUALIFICATION, QUALIFIED_ALERT, ALERT)
    second = QUALIFICATION.replace("sales-ready", "q2")
    assert world.try_to_publish(second, replacing=False)[0].replaced == ()
    (applied,) = world.publish(second)
    assert applied.as_dict()["replaced"] == ["sales-ready"]
    assert applied.lines()[0] == "stopped: sales-ready, which it replaces"
    (left,) = [one for one in applied.findings if one.code == "left-waiting"]
    assert left.message.startswith("The alert 'marked' waits for a qualification that this one replaces")
    assert "connector alerts stop marked" in left.fix
    assert [one.name for one in world.store.live(DocumentKind.QUALIFICATION)] == ["q2"]


def test_an_alert_that_comes_along_is_not_left_waiting(world: World) -> None:
    """It is published after the criteria that it waits for; a new version of the same criteria replaces no other."""
    world.publish(heat_model(), QUALIFICATION, QUALIFIED_ALERT)
    (_, again) = world.publish(heat_model(), QUALIFICATION.replace("80", "70"))
    assert again.replaced == ()
    second, alert = QUALIFICATION.replace("sales-ready", "q2"), QUALIFIED_ALERT.replace("sales-ready", "q2")
    applied, told = world.publish(second, alert)
    assert applied.replaced == ("sales-ready",)
    assert "left-waiting" not in {one.code for one in applied.findings}
    assert told.outcome == "published"
