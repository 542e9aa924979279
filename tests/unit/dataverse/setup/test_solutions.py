"""What is asked of an environment's solutions, and what an environment that does not answer is taken for."""

from __future__ import annotations

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.setup.provisioning import Solution
from connector.dataverse.setup.solutions import is_solution_name, read_language, read_solutions
from connector.errors import OutsideError
from tests.unit.dataverse.support import Script, refuse

PUBLISHER = "55555555-0000-0000-0000-000000000001"


def row(name: str, **more: object) -> dict[str, object]:
    """A solution's row."""
    return {"uniquename": name, "friendlyname": f"{name}!", "ismanaged": False, "_publisherid_value": PUBLISHER} | more


@pytest.fixture
def answering(script: Script) -> Script:
    """An org with a solution of its own and the default one."""
    script.on("GET", "/solutions?", {"value": [row("Scores"), row("Default"), row("Odd", _publisherid_value=None)]})
    script.on("GET", "/publishers?", {"value": [{"publisherid": PUBLISHER.upper(), "customizationprefix": "lc"}]})
    return script


def test_solutions_have_their_publishers_prefix(session: DataverseSession, answering: Script) -> None:
    """The prefix is joined by the publisher's id; the default solution is no candidate."""
    assert read_solutions(session) == [Solution("Scores", "Scores!", "lc"), Solution("Odd", "Odd!", "")]
    (asked,) = answering.urls("solutions")
    assert "$filter=ismanaged eq false and isvisible eq true" in asked


def test_a_named_solution_is_asked_for_whatever_it_is(session: DataverseSession, answering: Script) -> None:
    """Also when it is managed or hidden, so that it can be said; the default one counts when it is named."""
    found = read_solutions(session, "default")
    assert found is not None
    assert "Default" in {each.name for each in found}
    (asked,) = answering.urls("solutions")
    assert asked.endswith("or uniquename eq 'default'")


@pytest.mark.parametrize("status", [400, 404, 405, 501])
def test_an_environment_without_solutions_is_noticed(session: DataverseSession, answering: Script, status: int) -> None:
    """A server that does not know the question says nothing about solutions."""
    answering.on("GET", "/publishers?", refuse(status))
    assert read_solutions(session) is None


def test_other_refusals_are_told(session: DataverseSession, answering: Script) -> None:
    """A missing privilege is no answer."""
    answering.on("GET", "/solutions?", refuse(403, "0x80040220"))
    with pytest.raises(OutsideError):
        read_solutions(session)


@pytest.mark.parametrize(
    ("answer", "language"),
    [
        ({"value": [{"languagecode": 1031}]}, 1031),
        ({"value": [{"languagecode": None}]}, 1033),
        ({"value": []}, 1033),
        (refuse(403, "0x80040220"), 1033),
        (refuse(404), 1033),
    ],
)
def test_labels_have_the_base_language(
    session: DataverseSession, script: Script, answer: object, language: int
) -> None:
    """English is taken where the environment does not say which language it has."""
    script.on("GET", "/organizations?", answer)
    assert read_language(session) == language


def test_a_language_that_cannot_be_asked_now_is_no_guess(session: DataverseSession, script: Script) -> None:
    """A passing fault stops the plan: a label in a language that is not installed would be refused."""
    script.on("GET", "/organizations?", refuse(503))
    with pytest.raises(OutsideError):
        read_language(session)


@pytest.mark.parametrize(
    ("name", "good"),
    [("Scores", True), ("_x1", True), ("x" * 65, True), ("x" * 66, False), ("Lead scores", False), ("1x", False),
     ("", False), ("a\r\nb", False)],
)  # fmt: skip
def test_what_a_solution_can_be_called(name: str, good: bool) -> None:
    """A unique name goes into a header: nothing else is let through."""
    assert is_solution_name(name) is good
