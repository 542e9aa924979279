"""Live documents against an environment: marks are resolved, columns checked, and only what is needed is read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.errors import DocumentError
from connector.pipeline.announce import CardColumns
from connector.pipeline.judge import judge
from connector.pipeline.marks import status_label
from connector.pipeline.ports import DocumentKind
from connector.pipeline.rulebook import LiveCriteria, column_needs, live_versions, load_rulebook
from connector.pipeline.values import ColumnNeeds, StatusOption
from connector.scoring.facttypes import FactType, FactTypes, Kind
from tests.unit.pipeline.casework import dossier, live, rulebook
from tests.unit.pipeline.world import (
    ALERT,
    CARDS,
    ENVIRONMENT,
    JOURNEYS,
    NEW,
    QUALIFICATION,
    QUALIFIED,
    START,
    heat_model,
    titled,
)

NOTHING = ColumnNeeds(frozenset(), frozenset())
TITLES = "titles:\n  - {title: Chief Happiness Officer, seniority: c_level, function: hr}\n"


def marking(reason: str) -> str:
    """Criteria that set a Status Reason."""
    return f"qualification: q\nwhen: {{model: engagement, at_least: 80}}\nactions: {{status_reason: {reason}}}\n"


def with_types(**known: FactType) -> FactTypes:
    """The environment's types, and those of further lead columns."""
    more = {f"lead.{name}": fact_type for name, fact_type in known.items()}
    return replace(ENVIRONMENT.types, types={**ENVIRONMENT.types.types, **more})


def label_of(live: LiveCriteria) -> str | None:
    """What a card calls the mark."""
    return status_label(live.criteria.actions.status_reason, live.status)


def faults(*bodies: str, **changes: object) -> str:
    """What is said of documents that do not fit."""
    with pytest.raises(DocumentError, match="do not fit this environment") as caught:
        rulebook(*bodies, environment=replace(ENVIRONMENT, **changes))  # type: ignore[arg-type]  # fields by name
    return "\n".join(str(fault) for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("reason", "value"),
    [
        ("[Marketing Qualified]", QUALIFIED),
        ("[marketing QUALIFIED]", QUALIFIED),
        ('["  Marketing Qualified "]', QUALIFIED),
        ("[FÜRS MARKETING GEEIGNET]", QUALIFIED),
        ('["Fu\\u0308rs Marketing geeignet"]', QUALIFIED),
        ("[Sales Accepted, Marketing Qualified, New]", QUALIFIED),
        ("[New, Marketing Qualified]", NEW),
        (f"{{value: {JOURNEYS}}}", JOURNEYS),
    ],
)
def test_a_status_reason_is_found_by_label_in_any_language_or_by_value(reason: str, value: int) -> None:
    """Case, outer blanks and the way that letters are composed do not matter; the first label that exists counts."""
    (found,) = rulebook(heat_model(), marking(reason)).criteria
    assert found.status is not None
    assert found.status.value == value


def test_of_two_options_with_one_label_the_first_is_taken() -> None:
    """The order of the option set decides, as for a person who looks for the label."""
    options = (StatusOption(5, ("Ready",)), StatusOption(6, ("Ready",)))
    (found,) = rulebook(
        heat_model(), marking("[ready]"), environment=replace(ENVIRONMENT, status_options=options)
    ).criteria
    assert found.status == options[0]


def test_the_label_is_shown_as_its_author_wrote_it() -> None:
    """By label as in the document; by value the option's first label; without labels nothing."""
    labels = [
        label_of(rulebook(heat_model(), marking(reason)).criteria[0])
        for reason in ("[x, kontaktiert]", "{value: 2}", f"{{value: {JOURNEYS}}}")
    ]
    assert labels == ["kontaktiert", "Contacted", None]
    silent = rulebook(heat_model(), QUALIFICATION.partition("actions")[0]).criteria[0]
    assert label_of(silent) is None


def test_a_status_reason_that_does_not_exist_is_named() -> None:
    """By label with the labels, by value with those that exist."""
    assert "none of the labels 'Sold', 'Won'" in faults(heat_model(), marking("[Sold, Won]"))
    assert "no option 9 in the open state. Name one of 1, 2, 823270000" in faults(heat_model(), marking("{value: 9}"))


def test_where_options_cannot_be_read_a_value_is_taken_as_given() -> None:
    """Some environments refuse the question: the mark by value still works, and a label's fault says to write it."""
    blind = replace(ENVIRONMENT, status_options=())
    (found,) = rulebook(heat_model(), marking("{value: 823270000}"), environment=blind).criteria
    assert found.status == StatusOption(823270000, ())
    assert label_of(found) is None
    said = faults(heat_model(), marking("[Marketing Qualified]"), status_options=())
    assert "the options of the Status Reason cannot be read in this environment" in said
    assert "`status_reason: {value: 823270000}`" in said


def test_the_sales_ready_column_is_the_standard_one_or_a_named_one() -> None:
    """`true` means the standard column; it must exist, and take updates."""
    named = QUALIFICATION.replace("sales_ready: true", "sales_ready: lc_ready")
    assert rulebook(heat_model(), QUALIFICATION).criteria[0].ready_column == "msdyncrm_salesready"
    assert rulebook(heat_model(), named).criteria[0].ready_column == "lc_ready"
    assert rulebook(heat_model(), marking("[New]")).criteria[0].ready_column is None
    assert "no standard sales-ready column" in faults(heat_model(), QUALIFICATION, sales_ready_column=None)
    assert "the lead column 'lc_formula' takes no updates" in faults(
        heat_model(), QUALIFICATION.replace("sales_ready: true", "sales_ready: lc_formula")
    )


def test_what_is_not_ours_is_written_by_no_run() -> None:
    """A standard column, and one that settings name as the opt-out later on, stop the run before it writes."""
    for column in ("lastname", "msdyn_gdproptout", "followemail"):
        named = QUALIFICATION.replace("sales_ready: true", f"sales_ready: {column}")
        assert f"`{column}` is no column of your own" in faults(heat_model(), named)
    assert "model 'engagement' write: `jobtitle` is no column" in faults(heat_model(write="{explanation: jobtitle}"))
    named = QUALIFICATION.replace("sales_ready: true", "sales_ready: lc_ready")
    opted = frozenset({"lc_ready", "lc_grade"})
    said = faults(heat_model(), named, opt_out_columns=opted)
    assert "the lead column 'lc_ready' says who opted out (CONNECTOR_OPT_OUT_COLUMN)" in said
    assert "the lead column 'lc_grade' says who opted out" in said


def test_a_lookup_has_the_name_already() -> None:
    """Rows have it under another name, and no column can be created beside it."""
    there = ENVIRONMENT.lead_columns | {"_lc_link_value"}
    said = faults(heat_model(write="{score: lc_link}"), lead_columns=there)
    assert "the lead column 'lc_link' exists as a lookup. Name another column" in said


def test_the_standard_sales_ready_column_may_be_named() -> None:
    """By its name it is the same as by `true`; where it does not exist nobody can create it."""
    named = QUALIFICATION.replace("sales_ready: true", "sales_ready: msdyncrm_salesready")
    assert rulebook(heat_model(), named).criteria[0].ready_column == "msdyncrm_salesready"
    types = replace(ENVIRONMENT.types, writable={"msdyncrm_salesready": frozenset({"sales_ready"})})
    without = ENVIRONMENT.lead_columns - {"msdyncrm_salesready"}
    said = faults(heat_model(), named, types=types, lead_columns=without, sales_ready_column=None)
    assert "the lead table has no column 'msdyncrm_salesready'. Name another column." in said


def test_a_column_cannot_hold_a_score_and_the_mark() -> None:
    """Neither the sales-ready column nor the Status Reason is a model's."""
    named = QUALIFICATION.replace("sales_ready: true", "sales_ready: lc_score")
    assert "'lc_score' is written by the model 'engagement' too" in faults(heat_model(), named)
    assert "'statuscode' is not for scores" in faults(heat_model(write="{score: statuscode}"))


def test_every_column_that_cannot_be_written_is_named_at_once() -> None:
    """A missing column, one that takes no updates, and the remedy."""
    said = faults(heat_model(write="{score: lc_gone, grade: lc_formula}"), heat_model("b", write="{score: lc_b}"))
    assert "model 'engagement' write: the lead table has no column 'lc_gone'." in said
    assert "model 'engagement' write: the lead column 'lc_formula' takes no updates." in said
    assert "model 'b' write: the lead table has no column 'lc_b'." in said
    assert "Run: connector provision columns, or name another column." in said


@pytest.mark.parametrize(
    ("column", "known", "said"),
    [
        ("lc_score", FactType(Kind.TEXT, max_length=100), "exists as text, and `score` needs a number."),
        ("lc_score", FactType(Kind.CHOICE), "exists as a choice, and `score` needs a number."),
        ("lc_grade", FactType(Kind.NUMBER), "exists as a number, and `grade` needs text or a choice."),
        ("lc_grade", FactType(Kind.CHOICE, {1: ("Hot",)}), "has no option named 'Warm', 'Cold'."),
        ("lc_grade", FactType(Kind.TEXT, max_length=3), "holds 3 characters, and a grade has up to 4."),
        ("lc_scoredon", FactType(Kind.DATE), "exists as a date without time, and `scored_on` needs date and time."),
        ("lc_scoredon", FactType(Kind.TEXT), "exists as text, and `scored_on` needs date and time."),
    ],
)
def test_a_column_of_another_type_than_is_written_is_named(column: str, known: FactType, said: str) -> None:
    """Every write to it would be refused: what it is, what is needed, and what to do."""
    found = faults(heat_model(), types=with_types(**{column: known}))
    assert f"model 'engagement' write: the lead column {column!r} {said}" in found
    assert "connector provision columns" in found


def test_columns_that_take_what_is_written_are_fine() -> None:
    """Whole or decimal numbers, text as long as the longest grade, date and time; and types that nobody knows."""
    types = with_types(
        lc_score=FactType(Kind.NUMBER, minimum=0, maximum=10),
        lc_grade=FactType(Kind.TEXT, max_length=4),
        lc_scoredon=FactType(Kind.DATETIME),
    )
    assert rulebook(heat_model(), environment=replace(ENVIRONMENT, types=types)).models


def test_a_sales_ready_column_of_one_s_own_is_yes_no() -> None:
    """The mark is written as true."""
    named = QUALIFICATION.replace("sales_ready: true", "sales_ready: lc_ready")
    assert rulebook(
        heat_model(), named, environment=replace(ENVIRONMENT, types=with_types(lc_ready=FactType(Kind.BOOLEAN)))
    ).criteria
    assert "the lead column 'lc_ready' exists as text, and `sales_ready` needs yes/no." in faults(
        heat_model(), named, types=with_types(lc_ready=FactType(Kind.TEXT))
    )


@pytest.mark.parametrize(
    "body",
    [
        ALERT.replace("engagement", "gone"),
        ALERT + "where: {model: gone, at_least: 5}\n",
        QUALIFICATION.replace("engagement", "gone"),
        QUALIFICATION + "audience: {model: gone, at_least: 5}\n",
        QUALIFICATION + "matrix: {fit: gone, engagement: engagement}\n",
    ],
    ids=["alert", "filter", "criteria", "audience", "matrix"],
)
def test_a_document_that_names_a_model_that_is_not_live_is_named(body: str) -> None:
    """Wherever it names it."""
    assert "it names gone, which is not live. Publish that model, or stop this." in faults(heat_model(), body)


def test_a_document_that_no_longer_parses_is_named_with_its_line() -> None:
    """Every fault of a live document says which document it is of."""
    assert "model 'engagement' groups" in faults("model: engagement\ngroups: 5\n")


def test_only_needed_columns_are_read() -> None:
    """Conditions of models, criteria and alerts, the cards' columns, and those that are written; nothing else."""
    book = rulebook(
        heat_model(extra="audience: {fact: lead.need, is_not_empty: true}"),
        QUALIFICATION + "audience: {fact: lead.address1_country, equals: GB}\n",
        ALERT + "where: {fact: account.numberofemployees, at_least: 5}\n",
    )
    needs = column_needs(book, NOTHING)
    assert needs.lead - needs.own == {"heat", "need", "address1_country"}
    assert needs.own == {"lc_score", "lc_grade", "lc_scoredon", "msdyncrm_salesready", "statuscode"}
    assert needs.account == {"numberofemployees"}
    cards = column_needs(rulebook(heat_model()), CARDS.needs())
    assert cards.lead - cards.own == {"heat", "fullname", "companyname", "jobtitle", "address1_country"}
    assert cards.account == {"name"}


def test_columns_that_do_not_exist_here_are_not_asked_for() -> None:
    """A fact that is no column stays unknown, and a card's column that an environment lacks is left out."""
    book = rulebook(heat_model(fact="lead.gone"), ALERT + "where: {fact: account.gone, equals: x}\n")
    needs = column_needs(book, CardColumns("fullname", "nocompany", "jobtitle", "address1_country", "noname").needs())
    assert "gone" not in needs.lead | needs.account
    assert not {"nocompany", "noname"} & (needs.lead | needs.account)


def test_a_column_that_is_both_read_and_written_is_not_ours_alone() -> None:
    """Somebody else's change in it must count."""
    needs = column_needs(
        rulebook(heat_model(fact="lead.lc_other"), heat_model("b", write="{score: lc_other}")), NOTHING
    )
    assert "lc_other" in needs.lead
    assert "lc_other" not in needs.own


def test_roll_ups_are_no_columns() -> None:
    """A roll-up is noticed, and not asked for as a column."""
    book = rulebook(heat_model(fact="account.open_leads"))
    assert book.uses_rollups
    assert column_needs(book, NOTHING).account == frozenset()
    assert not rulebook(heat_model()).uses_rollups


def test_documents_without_a_baseline_are_known() -> None:
    """Models, criteria and alerts whose version no run has completed with."""
    book = rulebook(heat_model(), QUALIFICATION, ALERT, pending=["sales-ready", "hot"])
    assert [document.name for document in book.baseline_documents()] == ["sales-ready", "hot"]


def test_a_rulebook_knows_which_versions_it_is_of() -> None:
    """Every kind counts, a company's titles too."""
    documents = live(heat_model(), ALERT, TITLES, versions={"engagement": 3})
    assert load_rulebook(documents, ENVIRONMENT).versions == {
        (DocumentKind.MODEL, "engagement", 3),
        (DocumentKind.ALERT, "hot", 1),
        (DocumentKind.TITLES, "titles", 1),
    }
    assert live_versions(live()) == frozenset()


def test_a_company_s_titles_are_read_first() -> None:
    """The live title table stands behind the models."""
    body = heat_model(fact="lead.heat").partition("groups:")[0]
    body += "groups:\n  - {name: Chief, points: 10, when: {fact: title.seniority, equals: c_level}}\n"
    book = load_rulebook(live(body, TITLES), titled())
    seen = dossier(jobtitle="Chief Happiness Officer")
    assert judge(seen, book, START).scores["engagement"].score == 10
