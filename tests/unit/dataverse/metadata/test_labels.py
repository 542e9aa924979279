"""Labels and options of metadata."""

from __future__ import annotations

from connector.dataverse.metadata.labels import labels_of, options_of, status_options, user_label
from connector.pipeline.values import StatusOption
from tests.unit.dataverse.org import STATUS, label, option


def test_labels_come_in_every_language_once() -> None:
    """The user's language first, then the others, none twice, none empty."""
    assert labels_of(option(1, "New", "Neu", "New", "")) == ("New", "Neu")
    assert labels_of({"Label": None}) == ()
    assert labels_of({"Label": {"LocalizedLabels": [None, {"Label": 3}], "UserLocalizedLabel": None}}) == ()


def test_a_columns_label_is_the_users() -> None:
    """Without any label it is empty."""
    assert user_label(label("Job Title", "Position")) == "Job Title"
    assert user_label(None) == ""


def test_options_of_both_sets_are_told_once() -> None:
    """Local and global sets, and the two options of a yes/no column."""
    both = {
        "OptionSet": {"Options": [option(1, "a"), "x"]},
        "GlobalOptionSet": {"Options": [option(1, "a"), option(2)]},
    }
    assert [value for value, _ in options_of(both)] == [1, 2]
    yes_no = {"OptionSet": {"TrueOption": option(1, "Yes"), "FalseOption": option(0, "No")}}
    assert [(value, labels_of(found)) for value, found in options_of(yes_no)] == [(1, ("Yes",)), (0, ("No",))]
    assert list(options_of({"OptionSet": None})) == []


def test_only_the_states_own_reasons_count() -> None:
    """A Status Reason of another state is not an option for open leads."""
    assert status_options(STATUS, 0) == (
        StatusOption(1, ("New", "Neu")),
        StatusOption(823270000, ("Marketing Qualified", "Marketingqualifiziert")),
    )
