"""The one table of who may do what: printed here, as the routes of the application have it."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from connector.web.app import create_app
from connector.web.auth import Security
from connector.web.roles import ROLES, ROUTES, Door, Role, access_page, access_table, known_roles
from connector.web.service import Service


def test_the_table_names_what_every_route_needs() -> None:
    """Every route stands in the table once, with a role, a door, or nothing; the table is printed."""
    app = create_app(cast("Service", object()), Security())
    rows = access_table(app.url_map.iter_rules())
    print("\n".join(f"{method:7}{path:50}{need}" for method, path, need in rows))  # noqa: T201 - what the test is for
    assert len({row[:2] for row in rows}) == len(rows) >= len(ROUTES)
    assert {need for _, _, need in rows} <= {*ROLES, *(door.value for door in Door), "nothing"}
    assert {path for _, path, need in rows if need == "nothing"} == {"/healthz", "/readyz"}


def test_the_page_on_security_has_the_table() -> None:
    """Every route stands in docs/security-api.md with what it needs."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "security-api.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- roles -->\n")[2].partition("<!-- end of roles -->")[0]
    app = create_app(cast("Service", object()), Security())
    wanted = access_page(access_table(app.url_map.iter_rules()))
    assert shown == wanted, f"put this table into docs/security-api.md:\n{wanted}"


def test_what_writes_needs_more_than_reading() -> None:
    """No route of the API that changes something is open to those who may only read, but for subscribing;
    judging what is stored already is no change.
    """
    app = create_app(cast("Service", object()), Security())
    rows = access_table(app.url_map.iter_rules())
    for method, path, need in rows:
        if method != "GET" and need == Role.SCORE_READ:
            assert "/triggers/" in path or path.endswith(("/test", "/score")), (method, path)


def test_only_our_roles_count() -> None:
    """Names of other applications' roles, and other spellings, are left out."""
    assert known_roles(["Score.Read", "score.read", "User.Read", "Admin "]) == frozenset({Role.SCORE_READ})
