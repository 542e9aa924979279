"""What refuses a mapping at publication, and the mappings that are ready to be copied."""

from __future__ import annotations

import pytest

from connector.errors import MissingFactError, OutsideError
from connector.pipeline.sources.checking import check_source
from connector.pipeline.sources.document import parse_source
from connector.pipeline.sources.ports import TableOutline
from connector.pipeline.sources.presets import (
    describe,
    export_preset,
    export_presets,
    preset,
    source_presets,
)
from connector.scoring.facttypes import Kind

TEXT = """source: calls
table: phonecall
lead:
  - {lead: _regardingobjectid_value}
  - {email: address}
at: [actualend, createdon]
type: phone_call
where: {statecode: 1}
"""
COLUMNS = {
    "activityid": Kind.ID,
    "_regardingobjectid_value": Kind.ID,
    "address": Kind.TEXT,
    "actualend": Kind.DATETIME,
    "createdon": Kind.DATETIME,
    "modifiedon": Kind.DATETIME,
    "statecode": Kind.CHOICE,
    "subject": Kind.TEXT,
    "strange": None,
}
CALLS = TableOutline("phonecall", "activityid", tracks_changes=True, columns=COLUMNS)


def check(text: str, outline: TableOutline | None = CALLS) -> list[str]:
    """What refuses a document."""
    _, faults = check_source(parse_source(text), text, lambda _: outline)
    return [str(fault) for fault in faults]


def test_a_mapping_that_fits_is_refused_by_nothing() -> None:
    """Columns of an unknown kind are not held against it."""
    assert check(TEXT) == []
    assert check(TEXT.replace("actualend", "strange")) == []


def test_a_table_that_does_not_exist_is_named_with_its_line() -> None:
    """The logical name is asked for."""
    (said,) = check(TEXT, None)
    assert said.startswith("line 2: table: the environment has no table 'phonecall' that can be read. ")


def test_columns_that_do_not_exist_are_named_with_the_nearest() -> None:
    """A lookup has another name in rows than on forms; columns of conditions count, too."""
    text = TEXT.replace("_regardingobjectid_value", "regardingobjectid").replace("statecode", "stetecode")
    said = check(text + "properties: {topic: subjekt}\n")
    assert "line 4: lead[0].lead: the table phonecall has no column 'regardingobjectid' that can be read. " in said[0]
    assert said[0].endswith("Did you mean `_regardingobjectid_value`?")
    assert said[1].startswith("line 8: where.stetecode: ")
    assert said[1].endswith("Did you mean `statecode`?")
    assert said[2].endswith("Did you mean `subject`?")


def test_columns_of_the_wrong_kind_are_named() -> None:
    """A text is no time, a text no lookup, a lookup no address."""
    said = check(TEXT.replace("[actualend, createdon]", "subject"))
    assert said == ["line 6: at: the column 'subject' holds no time. Its times are actualend, createdon, modifiedon."]
    assert "cannot hold the id of a lead" in check(TEXT.replace("_regardingobjectid_value", "subject"))[0]
    assert "cannot hold an address" in check(TEXT.replace("{email: address}", "{email: activityid}"))[0]


def test_a_table_whose_changes_cannot_be_read_is_refused() -> None:
    """It must track changes or say when a row was modified."""
    columns = {name: kind for name, kind in COLUMNS.items() if name != "modifiedon"}
    outline = TableOutline("phonecall", "activityid", tracks_changes=False, columns=columns)
    assert "neither tracks changes nor has `modifiedon`" in check(TEXT, outline)[0]


def test_what_could_not_be_asked_is_said() -> None:
    """Without an environment, and with one that does not answer, columns are not checked: a warning."""

    def silent(_: str) -> None:
        raise OutsideError("Nobody answers.")

    for find in (None, silent):
        findings, faults = check_source(parse_source(TEXT), TEXT, find)
        assert ([finding.code for finding in findings], faults) == (["unchecked-source"], ())


def test_clicks_that_need_deliveries_which_nobody_reads_are_doubted() -> None:
    """Every click would be taken for a machine's."""
    text = TEXT + "message: {id: subject, role: click}\nmachine: {needs_delivery: true}\n"
    findings, _ = check_source(parse_source(text), text, lambda _: CALLS)
    assert [finding.code for finding in findings] == ["no-deliveries"]


@pytest.mark.parametrize("name", sorted({**source_presets(), **export_presets()}))
def test_every_preset_can_be_read(name: str) -> None:
    """And says what it is of."""
    reads, said = describe(name)
    assert reads
    assert said
    assert preset(name).startswith("#")


def test_a_preset_that_does_not_exist_is_refused_with_the_known_ones() -> None:
    """For printing and for importing."""
    with pytest.raises(MissingFactError, match="Known: appointments, campaign-responses"):
        preset("campaign")
    with pytest.raises(MissingFactError, match="Known: cij"):
        export_preset("emails")
    assert export_preset("cij").rules.needs_delivery
