"""Mapping documents: what they say as values, and every fault of one at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.errors import DocumentError
from connector.pipeline.sources.document import parse_export, parse_source
from connector.pipeline.sources.mapping import KeyKind, MachineRules, PersonColumn, Role

SHORT = "source: calls\ntable: phonecall\nlead: {lead: _regardingobjectid_value}\nat: actualend\ntype: phone_call\n"
EXPORT = """
export: mine
lead: {lead: LeadId}
at: Timestamp
key: [Id, Other]
history: 30d
tables:
  Clicked: {type: email_click, message: {id: MessageId, role: click, link: LinkId}}
  Sent: {type: email_sent, at: SentOn, lead: [{email: Address}]}
"""


def faults(text: str) -> list[str]:
    """What is wrong with a source."""
    with pytest.raises(DocumentError) as caught:
        parse_source(text)
    return [str(fault) for fault in caught.value.faults]


def test_a_short_document_is_enough() -> None:
    """Table, person, time and type; the rest has its usual value."""
    source = parse_source(SHORT)
    rows = source.rows
    assert (source.name, rows.table, rows.at, rows.type.fixed) == ("calls", "phonecall", ("actualend",), "phone_call")
    assert rows.people == (PersonColumn(KeyKind.LEAD, "_regardingobjectid_value"),)
    assert (rows.wait, rows.history, rows.where, rows.about.message) == (timedelta(days=30), None, (), ())
    assert rows.columns == {"_regardingobjectid_value", "actualend"}
    assert source.rules.burst_links == MachineRules().burst_links


def test_every_mapped_column_is_read_and_no_other() -> None:
    """Properties, conditions, types, messages and keys name columns too."""
    source = parse_source(
        SHORT.replace("type: phone_call", "type: {column: kind, values: {1: call}, otherwise: other}")
        + "properties: {topic: subject}\nwhere: {statecode: 1, length: {at_least: 60}}\nkey: [a, b]\nbeside: c\n"
        "version: v\nmessage: {id: m, role: {column: r, values: {1: click, 2: delivery}}, link: [l], agent: ua, "
        "reason: w}\n"
    )
    assert source.rows.columns == {
        "_regardingobjectid_value", "actualend", "kind", "subject", "statecode", "length", "a", "b", "c", "v", "m",
        "r", "l", "ua", "w",
    }  # fmt: skip
    assert source.rows.type.values == {"1": "call"}
    assert source.rows.about.roles == {"1": Role.CLICK, "2": Role.DELIVERY}


def test_thresholds_may_be_set_and_switched_off() -> None:
    """A zero switches a rule off; names of scanners are added to the known ones."""
    rules = parse_source(
        SHORT + "machine: {burst_links: 5, burst_within: 1m, same_second: 0, too_soon: 0s, needs_delivery: true, "
        "agents: [OurScanner]}\n"
    ).rules
    assert (rules.burst_links, rules.burst_within, rules.same_second) == (5, timedelta(minutes=1), 0)
    assert (rules.too_soon, rules.needs_delivery) == (timedelta(0), True)
    assert {"ourscanner", "barracuda"} <= set(rules.agents)


def test_every_fault_is_told_at_once_with_its_line() -> None:
    """A misspelt key, an unknown way to the lead, a wrong operator or duration: all of them, with nearest names."""
    said = faults(
        "source: x\ntabel: y\nlead: {leed: a}\nat: 3\ntype: []\nwhere: {a: {eqals: 1}}\nwait: soon\n"
        "message: {id: m, role: clik}\n"
    )
    assert len(said) == 8
    assert "line 2: tabel: `tabel` is not a key that is known here. Did you mean `table`?" in said
    assert "line 3: lead.leed: `leed` is not a way to find the lead. Did you mean `lead`?" in said
    assert "line 8: message.role: `clik` is not a role in a message. Did you mean `click`?" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lead: []", "`lead` is empty"),
        ("lead: [phone]", "one way to find the lead"),
        ("at: []", "the list is empty"),
        ("at: 'two words'", "must be a column's name"),
        ("type: {values: {1: a}}", "`column` is missing"),
        ("type: {column: a}", "maps the column's values"),
        ("type: {column: a, values: {1: 2}}", "must be text"),
        ("type: {column: a, values: {1: b}, else: c}", "not a key of `type`"),
        ("where: [a]", "maps properties to values"),
        ("message: {id: m, role: {column: r}}", "says no role"),
        ("machine: {burst_links: many}", "must be a whole number"),
        ("properties: {a: 'no column'}", "is not a name"),
    ],
)
def test_each_part_says_what_it_wants(line: str, said: str) -> None:
    """A part in a form that it does not have is refused in its own words."""
    key = line.partition(":")[0]
    text = "".join(f"{one}\n" for one in SHORT.splitlines() if not one.startswith(f"{key}:")) + f"{line}\n"
    assert any(said in one for one in faults(text)), faults(text)


def test_an_export_shares_what_stands_outside_of_its_tables() -> None:
    """A table that says nothing of its own has the time, the key and the people of the document."""
    export = parse_export(EXPORT)
    clicked, sent = export.tables["Clicked"], export.tables["Sent"]
    assert (clicked.at, sent.at) == (("Timestamp",), ("SentOn",))
    assert (clicked.key, sent.key) == (("Id", "Other"), ("Id", "Other"))
    assert [person.column for person in (*clicked.people, *sent.people)] == ["LeadId", "Address"]
    assert clicked.history == timedelta(days=30)


def test_what_no_table_of_an_export_says_is_missing() -> None:
    """Time, type and person must come from somewhere."""
    with pytest.raises(DocumentError) as caught:
        parse_export("export: x\ntables:\n  One: {type: a}\n  Two: {at: T, lead: {lead: L}}\n")
    said = [str(fault) for fault in caught.value.faults]
    assert said == [
        "line 3: tables.One: `lead` is missing.",
        "line 3: tables.One: `at` is missing.",
        "line 4: tables.Two: `type` is missing.",
    ]
