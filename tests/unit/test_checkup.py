"""What doctor says of the live documents together."""

from __future__ import annotations

from connector.checkup import check_documents
from connector.dataverse.setup.doctor import CheckStatus
from connector.errors import DocumentError, OutsideError
from connector.pipeline.rulebook import Rulebook
from tests.unit.pipeline.casework import rulebook
from tests.unit.pipeline.world import QUALIFICATION, QUALIFIED_ALERT, heat_model


def test_documents_that_fit_are_one_good_line() -> None:
    """An alert whose qualification is live is among them."""
    (check,) = check_documents(lambda: rulebook(heat_model(), QUALIFICATION, QUALIFIED_ALERT))
    assert (check.status, check.detail) == (CheckStatus.OK, "they fit together")


def test_a_qualification_without_its_model_fails() -> None:
    """Said as a run says it, with the same remedy."""
    (check,) = check_documents(lambda: rulebook(QUALIFICATION))
    assert check.status is CheckStatus.FAILURE
    assert check.detail == ("no run can begin: qualification 'sales-ready': it names engagement, which is not live.")
    assert check.remedy == "Publish that model, or stop this."


def test_an_alert_without_its_qualification_is_warned_of() -> None:
    """Runs go on, and it tells nothing: nobody else says so."""
    (check,) = check_documents(lambda: rulebook(heat_model(), QUALIFIED_ALERT))
    assert check.status is CheckStatus.WARNING
    assert check.detail == "alert 'marked' tells nothing: the qualification 'sales-ready' is not live."
    assert check.remedy == "Publish that first. Or stop the alert: connector alerts stop marked."


def test_many_faults_are_counted() -> None:
    """The first three are told, each remedy once."""
    wrong = [QUALIFICATION.replace("sales-ready", f"q{number}") for number in range(5)]
    (check,) = check_documents(lambda: rulebook(*wrong))
    assert check.detail.count("which is not live.") == 3
    assert check.detail.endswith("And 2 more.")
    assert check.remedy == "Publish that model, or stop this."


def test_a_fault_without_a_place_and_a_silent_environment_are_told() -> None:
    """Neither hides the other checks: an environment that does not answer is said to keep this from being looked at."""

    def raises(error: Exception) -> Rulebook:
        raise error

    (check,) = check_documents(lambda: raises(DocumentError("It is wrong.", remedy="Mend it.")))
    assert (check.status, check.detail, check.remedy) == (
        CheckStatus.FAILURE, "no run can begin: It is wrong.", "Mend it."
    )  # fmt: skip
    (check,) = check_documents(lambda: raises(OutsideError("It is silent.", remedy="Wait.")))
    assert (check.status, check.detail, check.remedy) == (CheckStatus.WARNING, "not looked at: It is silent.", "Wait.")
