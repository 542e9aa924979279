"""Lint asks what publication asks, as far as it needs no environment."""

from __future__ import annotations

from connector.pipeline.linting import lint_text
from connector.scoring.lint import Finding
from tests.unit.pipeline.world import START, TYPES, World, heat_model


def findings(text: str) -> list[Finding]:
    """What is said of a text."""
    return lint_text(text, TYPES, START)


def test_what_publication_refuses_lint_calls_an_error(world: World) -> None:
    """Purpose, lawful basis, examples and a column written twice: each refuses, and is told with the same words."""
    example = "examples:\n  - {expect: {grade: EXPECTED}, lead: {heat: 75}, account: null}\n"
    for body, code in (
        (heat_model().replace("purpose: Prioritise follow-up\n", ""), "required-to-publish"),
        (heat_model().replace("lawful_basis: legitimate_interests\n", ""), "required-to-publish"),
        (heat_model() + example.replace("EXPECTED", "Cold"), "failing-example"),
        (heat_model() + example.replace("EXPECTED", "Boiling"), "failing-example"),
        (heat_model(write="{score: lc_score, grade: lc_score}"), "column-written-twice"),
    ):
        (refused,) = world.try_to_publish(body)
        assert refused.refused
        (found,) = [one for one in findings(body) if one.severity == "error"]
        assert found.code == code
        (fault,) = refused.faults
        assert fault.message in found.message
        assert (found.line, found.fix) == (fault.line, fault.remedy)


def test_lint_finds_no_error_in_what_is_published(world: World) -> None:
    """An example that holds is no finding; the text is published, whatever is advised."""
    body = heat_model() + "examples:\n  - {expect: {grade: Hot}, lead: {heat: 75}, account: null}\n"
    assert "error" not in {one.severity for one in findings(body)}
    assert not world.try_to_publish(body)[0].refused


def test_a_text_that_cannot_be_read_has_its_faults() -> None:
    """Nothing else is said of it."""
    assert [one.code for one in findings("model: [")] == ["invalid-document"]


def test_a_misspelt_column_of_an_example_is_told() -> None:
    """One that a rule reads, or a listed one, is suggested; what may well be a column of one's own is left alone."""

    def told(column: str) -> list[str]:
        example = f"examples:\n  - {{expect: {{grade: Cold}}, lead: {{{column}: 75}}, account: {{name: A}}}}\n"
        return [one.fix for one in findings(heat_model() + example) if one.code == "example-column"]

    assert told("heats") == ["Did you mean lead.heat?"]
    assert told("jobtitel") == ["Did you mean lead.jobtitle?"]
    assert told("new_region") == told("need") == []


def test_a_document_that_is_being_written_may_lack_what_publication_asks_for() -> None:
    """The command says nothing of a purpose that is missing yet."""
    body = heat_model().replace("purpose: Prioritise follow-up\n", "")
    assert "error" not in {one.severity for one in lint_text(body, TYPES, START, to_publish=False)}


def test_examples_are_not_run_where_a_column_s_type_is_not_known() -> None:
    """An own choice is given by its value, and named by its label: only the environment knows which is which."""
    own = heat_model().replace("lead.heat", "lead.new_heat")
    body = own + "examples:\n  - {expect: {grade: Cold}, lead: {new_heat: 75}, account: null}\n"
    assert "failing-example" not in {one.code for one in findings(body)}
