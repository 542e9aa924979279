"""Settings: read once, frozen, every fault at once, nothing secret in an error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connector.errors import SettingsError
from connector.hosts import database_resource
from connector.settings import SECRETS, Settings, load_settings, setting_names

ROOT = Path(__file__).resolve().parents[2]
FLOW = "https://prod-01.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?sig=hush"
GOOD = {
    "CONNECTOR_DATAVERSE_URL": "https://org.crm4.dynamics.com",
    "CONNECTOR_AUTHORITY": "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555",
    "CONNECTOR_CLIENT_ID": "66666666-7777-8888-9999-000000000000",
    "CONNECTOR_CLIENT_SECRET": "hush-hush",
}


def faults(environ: dict[str, str], *, need_dataverse: bool = True) -> dict[str, str]:
    """The faults by setting."""
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, need_dataverse=need_dataverse)
    return {fault.path: f"{fault.message} {fault.remedy}" for fault in caught.value.faults}


def test_what_a_sign_in_needs_is_enough() -> None:
    """Four settings make a service that can sign in, and lead management is off."""
    settings = load_settings(GOOD, need_dataverse=True)
    assert settings.dataverse_url == "https://org.crm4.dynamics.com"
    assert settings.lead_management is False


def test_nothing_is_needed_for_offline_work() -> None:
    """Without a need for Dataverse an empty environment is fine, and has the documented defaults."""
    settings = load_settings({})
    assert settings.teams_rate == ((1, 1.0), (100, 3600.0))
    assert settings.bind == "127.0.0.1:8080"


def test_all_missing_settings_are_named_at_once() -> None:
    """An empty environment names the four settings that a sign-in needs."""
    assert set(faults({})) == {
        "CONNECTOR_DATAVERSE_URL",
        "CONNECTOR_AUTHORITY",
        "CONNECTOR_CLIENT_ID",
        "CONNECTOR_CLIENT_SECRET",
    }


def test_a_managed_identity_needs_no_authority() -> None:
    """A managed identity and the environment's address are enough."""
    environ = {"CONNECTOR_DATAVERSE_URL": GOOD["CONNECTOR_DATAVERSE_URL"], "CONNECTOR_MANAGED_IDENTITY": "system"}
    assert load_settings(environ, need_dataverse=True).managed_identity == "system"


def test_malformed_and_missing_settings_are_named_together() -> None:
    """Malformed, refused and missing settings stand in one error."""
    found = faults(
        {
            "CONNECTOR_DATAVERSE_URL": "http://org.crm4.dynamics.com",
            "CONNECTOR_TEAMS_RATE": "often",
            "CONNECTOR_APP_ID": "my app",
            "CONNECTOR_TEAMS_CHANNELS": "sales=https://collect.example/hook",
            "CONNECTOR_SYNC_DELIVER_S": "-1",
        }
    )
    assert "https" in found["CONNECTOR_DATAVERSE_URL"]
    assert "COUNT/s" in found["CONNECTOR_TEAMS_RATE"]
    assert "GUID" in found["CONNECTOR_APP_ID"]
    assert "sales" in found["CONNECTOR_TEAMS_CHANNELS"]
    assert {"CONNECTOR_SYNC_DELIVER_S", "CONNECTOR_AUTHORITY", "CONNECTOR_CLIENT_ID"} <= set(found)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CONNECTOR_DATAVERSE_URL", "https://dynamics.com.evil.example", "not a known one"),
        ("CONNECTOR_DATAVERSE_URL", "https://evildynamics.com", "not a known one"),
        ("CONNECTOR_DATAVERSE_URL", "https://org.crm4.dynamics.com/api/data/v9.2", "has a path"),
        ("CONNECTOR_DATAVERSE_URL", "https://me:pw@org.crm4.dynamics.com", "has a user"),
        ("CONNECTOR_AUTHORITY", "https://login.microsoftonline.com", "does not end in the tenant"),
        ("CONNECTOR_AUTHORITY", "https://login.example/tenant", "not a known one"),
        ("CONNECTOR_TEAMS_CHANNELS", "sales", "name=https"),
        ("CONNECTOR_TEAMS_CHANNELS", f"a={FLOW} a={FLOW}", "twice"),
        ("CONNECTOR_PUBLIC_URL", "http://me.example", "https"),
        ("CONNECTOR_CA_BUNDLE", "/nowhere/ca.pem", "names no file"),
        ("CONNECTOR_CLIENT_CERTIFICATE", "/nowhere/me.pfx", "names no file"),
    ],
)
def test_each_bad_value_says_what_is_wrong(name: str, value: str, said: str) -> None:
    """A bad value is named with its setting and what is wrong with it."""
    assert said in faults({**GOOD, name: value}).get(name, "")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PARALLEL", "abc", "is not a whole number."),
        ("PARALLEL", "0", "must be greater than or equal to 1."),
        ("SYNC_DELIVER_S", "soon", "is not a number."),
        ("DATABASE_URL", "mysql://host/name", "names neither SQLite nor PostgreSQL."),
        ("TEAMS_CHANEL", "sales=", "Did you mean CONNECTOR_TEAMS_CHANNELS?"),
        ("TYPO_SETTING", "1", "docs/configuration.md lists the settings."),
    ],
)
def test_a_fault_is_told_in_words_for_people(name: str, value: str, said: str) -> None:
    """What is wrong, and what to do; a setting is suggested only where the name is near."""
    told = faults({f"CONNECTOR_{name}": value}, need_dataverse=False)[f"CONNECTOR_{name}"]
    assert said in told
    assert ("Did you mean" in told) == ("Did you mean" in said)


def test_certificates_that_cannot_be_read_are_named_at_the_start(tmp_path: Path) -> None:
    """A file that is none of certificates would else show as a network that cannot be reached."""
    bundle = tmp_path / "ca.pem"
    bundle.write_text("no certificate")
    told = faults({"CONNECTOR_CA_BUNDLE": str(bundle)}, need_dataverse=False)
    assert "Give a PEM file with certificates" in told["CONNECTOR_CA_BUNDLE"]


def test_two_ways_to_sign_in_are_refused() -> None:
    """A secret and a managed identity exclude each other."""
    with pytest.raises(SettingsError, match="exclude each other"):
        load_settings({**GOOD, "CONNECTOR_MANAGED_IDENTITY": "system"})


def test_an_own_host_is_allowed_when_named() -> None:
    """A loopback address is taken when it is named as allowed."""
    environ = {
        **GOOD,
        "CONNECTOR_DATAVERSE_URL": "https://localhost:8443",
        "CONNECTOR_AUTHORITY": "https://localhost:8444/tenant",
        "CONNECTOR_ALLOWED_HOSTS": "localhost",
    }
    assert load_settings(environ, need_dataverse=True).allowed_hosts == ("localhost",)


def test_channels_are_split_at_the_first_equals_sign() -> None:
    """A URL with = in its query stays whole."""
    settings = load_settings({"CONNECTOR_TEAMS_CHANNELS": f"uk={FLOW}\n de={FLOW}"})
    assert {name: url.get_secret_value() for name, url in settings.teams_channels.items()} == {"uk": FLOW, "de": FLOW}


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    """NAME_FILE is read, without its line end; NAME and NAME_FILE together are refused."""
    file = tmp_path / "secret"
    file.write_text("from-file\n")
    environ = {name: value for name, value in GOOD.items() if name != "CONNECTOR_CLIENT_SECRET"}
    environ["CONNECTOR_CLIENT_SECRET_FILE"] = str(file)
    secret = load_settings(environ, need_dataverse=True).client_secret
    assert secret is not None
    assert secret.get_secret_value() == "from-file"
    assert "Keep one" in faults({**environ, "CONNECTOR_CLIENT_SECRET": "x"})["CONNECTOR_CLIENT_SECRET"]
    missing = {**environ, "CONNECTOR_CLIENT_SECRET_FILE": str(tmp_path / "gone")}
    assert "cannot be read" in faults(missing)["CONNECTOR_CLIENT_SECRET_FILE"]


def test_no_secret_stands_in_an_error_or_a_repr() -> None:
    """Neither the error nor the settings' repr shows a secret or a channel's URL."""
    with pytest.raises(SettingsError) as caught:
        load_settings({**GOOD, "CONNECTOR_TEAMS_CHANNELS": f"a={FLOW} b", "CONNECTOR_API_KEYS": "k:Admin:hashhash"})
    settings = load_settings(
        {**GOOD, "CONNECTOR_TEAMS_CHANNELS": f"a={FLOW}", "CONNECTOR_API_KEYS": "k:Admin:hashhash"}
    )
    for text in (str(caught.value), repr(settings), str(settings)):
        assert "hush" not in text
        assert "hashhash" not in text


@pytest.mark.parametrize(("value", "is_on"), [("on", True), ("ON ", True), ("true", False), ("1", False), ("", False)])
def test_lead_management_is_on_only_by_the_word(*, value: str, is_on: bool) -> None:
    """Only `on` turns lead management on."""
    assert load_settings({"CONNECTOR_LEAD_MANAGEMENT": value}).lead_management is is_on


def test_what_writes_carry_is_off_unless_set() -> None:
    """No tag, no bypass and nobody else's rights without a word."""
    settings = load_settings(GOOD)
    assert (settings.write_tag, settings.write_as) == (None, None)
    assert (settings.write_bypass, settings.write_bypass_steps) == ((), ())


def test_what_writes_carry_is_read_in_any_case() -> None:
    """Words of the bypass and ids may be written as people write them."""
    step = "3F2504E0-4F89-11D3-9A0C-0305E82C3301"
    environ = {
        "CONNECTOR_WRITE_TAG": "ours",
        "CONNECTOR_WRITE_BYPASS": "customsync, FLOWS",
        "CONNECTOR_WRITE_BYPASS_STEPS": f"{{{step}}}",
        "CONNECTOR_WRITE_AS": step,
    }
    settings = load_settings(environ)
    assert (settings.write_tag, settings.write_bypass) == ("ours", ("CustomSync", "Flows"))
    assert (settings.write_bypass_steps, settings.write_as) == ((step.lower(),), step.lower())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WRITE_TAG", "two words", "tag"),
        ("WRITE_BYPASS", "Everything", "CustomSync, CustomAsync, CustomPlugins, Flows"),
        ("WRITE_BYPASS", "CustomSync,CustomPlugins", "keep CustomSync"),
        ("WRITE_BYPASS_STEPS", "x", "GUID"),
        ("WRITE_AS", "somebody@example.com", "GUID"),
        ("PARALLEL", "52", "51"),
        ("PARALLEL", "0", "1"),
        ("REQUEST_BUDGET", "0", "1"),
        ("EXECUTION_BUDGET_S", "0", "1"),
        ("DAILY_REQUESTS", "0", "1"),
    ],
)
def test_limits_and_options_out_of_bounds_are_named(name: str, value: str, said: str) -> None:
    """Each with its setting and what it may be."""
    with pytest.raises(SettingsError, match=f"CONNECTOR_{name}.*{said}"):
        load_settings({f"CONNECTOR_{name}": value})


SERVER = "postgresql://id-service@leads.postgres.database.azure.com:5432/leads?sslmode=verify-full"


def test_an_identity_signs_in_to_azures_servers() -> None:
    """With the cloud's own audience; by another name where that is allowed; on a socket; without a URL."""
    for url, resource in (
        (SERVER, "https://ossrdbms-aad.database.windows.net"),
        (SERVER.replace("azure.com", "usgovcloudapi.net"), "https://ossrdbms-aad.database.usgovcloudapi.net"),
        (SERVER.replace("azure.com", "chinacloudapi.cn"), "https://ossrdbms-aad.database.chinacloudapi.cn"),
        (
            SERVER.replace("leads.postgres.database.azure.com", "db.example.com"),
            "https://ossrdbms-aad.database.windows.net",
        ),
        ("postgresql://u@/leads?host=/run/postgresql", "https://ossrdbms-aad.database.windows.net"),
    ):
        environ = {"CONNECTOR_DATABASE_URL": url, "CONNECTOR_DATABASE_IDENTITY": "system"}
        settings = load_settings(environ | {"CONNECTOR_ALLOWED_HOSTS": "example.com"})
        assert settings.database_identity == "system"
        assert database_resource(url, ("example.com",)) == resource
    assert load_settings({"CONNECTOR_DATABASE_IDENTITY": "system"}).database_url is None


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (SERVER.replace("azure.com", "azure.com.evil.example"), "is not a known one"),
        (SERVER.replace("leads.postgres", "postgres-leads"), "is not a known one"),
        (SERVER.replace("verify-full", "require"), "add sslmode=verify-full"),
        (SERVER.partition("?")[0], "add sslmode=verify-full"),
        (f"{SERVER}&host=a.postgres.database.azure.com,b.example", "b.example is not a known one"),
        (
            f"{SERVER}&host=/run,b.postgres.database.chinacloudapi.cn,a.postgres.database.azure.com",
            "no host|known one|clouds",
        ),
        (f"{SERVER}&host=b.postgres.database.chinacloudapi.cn,a.postgres.database.azure.com", "several clouds"),
        (SERVER.replace("id-service@", "id-service:word@"), "exclude each other"),
        (f"{SERVER}&password=word", "exclude each other"),
        ("sqlite:////data/file.db", "is for a PostgreSQL server"),
    ],
)
def test_a_token_goes_to_no_server_that_might_be_anybodys(url: str, said: str) -> None:
    """The fault names the setting and what to do; a password in the URL is never repeated."""
    with pytest.raises(SettingsError) as caught:
        load_settings({"CONNECTOR_DATABASE_URL": url, "CONNECTOR_DATABASE_IDENTITY": "system"})
    assert "CONNECTOR_DATABASE_IDENTITY" in str(caught.value)
    assert re.search(said, str(caught.value))
    assert ":word" not in str(caught.value)


def test_every_setting_is_documented() -> None:
    """docs/configuration.md names every setting, and no other, and marks the secrets."""
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `CONNECTOR_")}
    assert set(rows) == set(setting_names())
    secret = {name for name, line in rows.items() if "*secret*" in line}
    assert secret == {f"CONNECTOR_{name.upper()}" for name in SECRETS}


def test_settings_are_frozen() -> None:
    """A setting cannot change after the start."""
    with pytest.raises(ValueError, match="frozen"):
        Settings().lead_management = True  # type: ignore[misc]  # the assignment is what is refused


def test_the_hook_takes_one_secret_or_two() -> None:
    """Two while one replaces the other; what is too short, or does not fit into an address, is refused unread."""
    settings = load_settings({"CONNECTOR_WEBHOOK_SECRET": "the-new-secret-1234  the-old-secret-1234"})
    assert [one.get_secret_value() for one in settings.webhook_secret] == ["the-new-secret-1234", "the-old-secret-1234"]
    assert load_settings({}).webhook_secret == ()
    assert "old-secret" not in repr(settings)
    for bad in ("short", "with&sign-0123456789", "a" * 201, f"{'a' * 16} {'b' * 16} {'c' * 16}"):
        found = faults({"CONNECTOR_WEBHOOK_SECRET": bad}, need_dataverse=False)["CONNECTOR_WEBHOOK_SECRET"]
        assert bad not in found
        assert found
