"""Links to records."""

from __future__ import annotations

import pytest

from connector.delivery.records import RecordLinks
from connector.errors import ConnectorError

LEAD = "0a1b2c3d-0000-4000-8000-000000000001"
APP = "0a1b2c3d-0000-4000-8000-00000000000a"


def test_a_lead_link_has_the_documented_form() -> None:
    """The app id comes first where one is set; without it the link still opens the lead."""
    assert (
        RecordLinks("https://contoso.crm4.dynamics.com", APP).lead(LEAD)
        == f"https://contoso.crm4.dynamics.com/main.aspx?appid={APP}&pagetype=entityrecord&etn=lead&id={LEAD}"
    )
    assert (
        RecordLinks("https://contoso.crm9.dynamics.com/").lead(LEAD)
        == f"https://contoso.crm9.dynamics.com/main.aspx?pagetype=entityrecord&etn=lead&id={LEAD}"
    )


def test_an_id_cannot_add_parameters() -> None:
    """Whatever stands in an id stays inside the id."""
    assert RecordLinks("https://x.example").lead("1&etn=systemuser#").endswith("&id=1%26etn%3Dsystemuser%23")


@pytest.mark.parametrize("url", ["http://contoso.crm4.dynamics.com", "contoso.crm4.dynamics.com", "", "https://"])
def test_an_environment_that_is_not_https_is_refused(url: str) -> None:
    """The button must never lead to plain http; the message names the setting."""
    with pytest.raises(ConnectorError, match="CONNECTOR_DATAVERSE_URL"):
        RecordLinks(url)


@pytest.mark.parametrize(
    "host",
    [
        "contoso.crm4.dynamics.com",
        "contoso.crm9.dynamics.com",  # US government
        "contoso.crm.microsoftdynamics.us",  # GCC High
        "contoso.crm.appsplatform.us",  # DoD
        "contoso.crm.dynamics.cn",
    ],
)
def test_records_of_every_cloud_are_linked_at_the_environment_s_own_host(host: str) -> None:
    """Leads, accounts and the list of leads open where the environment is, in the app that is set."""
    links = RecordLinks(f"https://{host}/", APP)
    start = f"https://{host}/main.aspx?appid={APP}&pagetype="
    assert links.lead(LEAD) == f"{start}entityrecord&etn=lead&id={LEAD}"
    assert links.account(LEAD) == f"{start}entityrecord&etn=account&id={LEAD}"
    assert links.leads() == f"{start}entitylist&etn=lead"
