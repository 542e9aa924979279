"""What writes carry besides: each option as its header or in the address, and nothing unless asked for."""

from __future__ import annotations

import pytest

from connector.dataverse.http.writeoptions import WriteOptions

GUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"


def test_nothing_is_carried_unless_asked_for() -> None:
    """All options are off at first."""
    assert dict(WriteOptions().headers()) == {}
    assert WriteOptions().mark("https://x/leads(1)") == "https://x/leads(1)"


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        (
            WriteOptions(bypass=("CustomAsync", "CustomSync")),
            {"MSCRM.BypassBusinessLogicExecution": "CustomSync,CustomAsync"},
        ),
        (WriteOptions(bypass=("CustomPlugins",)), {"MSCRM.BypassCustomPluginExecution": "true"}),
        (WriteOptions(bypass=("Flows",)), {"MSCRM.SuppressCallbackRegistrationExpanderJob": "true"}),
        (WriteOptions(bypass_steps=(GUID, GUID)), {"MSCRM.BypassBusinessLogicExecutionStepIds": f"{GUID},{GUID}"}),
        (WriteOptions(caller=GUID), {"CallerObjectId": GUID}),
    ],
)
def test_each_option_is_its_header(options: WriteOptions, headers: dict[str, str]) -> None:
    """The names and values are those of Microsoft's pages."""
    assert dict(options.headers()) == headers


def test_the_tag_joins_the_query() -> None:
    """It is one more option of the address."""
    options = WriteOptions(tag="lead-connector")
    assert options.mark("https://x/leads(1)") == "https://x/leads(1)?tag=lead-connector"
    assert options.mark("https://x/leads(1)?$select=a") == "https://x/leads(1)?$select=a&tag=lead-connector"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"tag": "a b"}, "tag"),
        ({"tag": "a&b=c"}, "tag"),
        ({"tag": "x" * 101}, "tag"),
        ({"bypass": ("Everything",)}, "CustomSync"),
        ({"bypass": ("CustomSync", "CustomPlugins")}, "keep CustomSync"),
        ({"bypass_steps": (GUID,) * 11}, "10 steps"),
        ({"bypass_steps": ("x",)}, "GUID"),
        ({"caller": "somebody"}, "GUID"),
    ],
)
def test_what_is_not_in_its_form_is_refused(values: dict[str, object], said: str) -> None:
    """A mistake is named before anything is sent."""
    with pytest.raises(ValueError, match=said):
        WriteOptions(**values)  # type: ignore[arg-type]  # wrong on purpose
