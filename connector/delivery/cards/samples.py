"""Invented events of every kind: what templates are tried on before they are used, and what people can look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from connector.delivery.cards.names import MOST_COUNTS, MOST_LEADS
from connector.delivery.cards.words import HEADLINES
from connector.delivery.records import RecordLinks
from connector.pipeline.values import Json

RECORDS = RecordLinks("https://environment.crm4.dynamics.com", "00000000-0000-0000-0000-000000000000")
_TOKEN = "0" * 180  # as long as they get
ANSWERS = (f"https://connector.example/verdicts/{_TOKEN}1", f"https://connector.example/verdicts/{_TOKEN}2")

_SCORES = (
    ("engagement", 72, 41, "Hot", "Warm"),
    ("fit", 55, 55, "Good", "Good"),
    ("intent", 18, 24, "Some", "Some"),
    ("partner", 5, 0, "Little", "None"),
)
_ALERTS = (
    "hot-leads", "sales-ready", "woken-accounts", "partners", "uk", "dach", "iberia", "nordics",
)  # fmt: skip
_LEADS = (
    ("Ada Example", "Example Holdings"),
    ("Bela Sample", "Sample & Daughters"),
    ("Chidi Muster", "Muster GmbH"),
    ("Dora Exemple", "Exemple SARL"),
    ("Emre Örnek", "Örnek A.Ş."),
    ("Fen Yàngběn", "Yàngběn Trading"),
    ("Gita Udaharan", "Udaharan Mills"),
    ("Hana Vzor", "Vzor s.r.o."),
    ("Ines Ejemplo", "Ejemplo y Cía."),
    ("Jo Voorbeeld", "Voorbeeld B.V."),
)


def _counts(key: str, names: tuple[str, ...], text: str | None) -> list[Json]:
    """So many counts as there can be where they are to be long, else a few."""
    told = names if text is None else (text,) * MOST_COUNTS
    return [{key: name, "count": 30 - 3 * number} for number, name in enumerate(told)]


def _scores(said: Callable[[str], str], earlier: str) -> list[Json]:
    return [
        {
            "model": said(name),
            "dimension": said(name),
            "score": score,
            "previous": before,
            "previous_at": earlier,
            "grade": said(grade),
            "previous_grade": said(grade_before),
        }
        for name, score, before, grade, grade_before in _SCORES
    ]


def _leads(said: Callable[[str], str]) -> list[Json]:
    return [
        {
            "id": f"5b0ce0c4-8d0c-4f7e-9b0a-0c7f5d0e6a{number:02d}",
            "name": said(name),
            "company": said(company),
            "score": 97 - 3 * number,
            "grade": said("Hot" if number < MOST_LEADS // 2 else "Warm"),
            "rule": said("hot-leads" if number % 3 else "sales-ready"),
        }
        for number, (name, company) in enumerate(_LEADS)
    ]


def sample(kind: str, text: str | None = None) -> Mapping[str, Json]:
    """An event of a kind with everything in it; with `text` wherever somebody else's text can stand."""
    at = datetime(2026, 11, 21, 9, 5, tzinfo=UTC).isoformat()
    earlier = datetime(2026, 11, 18, 16, 40, tzinfo=UTC).isoformat()

    def said(usual: str) -> str:
        return usual if text is None else text

    lead: dict[str, Json] = {"id": "5b0ce0c4-8d0c-4f7e-9b0a-0c7f5d0e6a11", "name": said("Ada Example")}
    return {
        "event_id": "eve_0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "kind": kind,
        "at": at,
        "rule": said(HEADLINES.get(kind, kind).lower()),
        "alert": said("hot-leads"),
        "lead": {**lead, "company": said("Example Co"), "title": said("Finance Director"), "country": said("GB")},
        "account": {"id": "7d2f8a10-2f57-4e58-8a37-9b5b9e1c4f22", "name": said("Example Holdings")},
        "owner": {"name": said("Sam Seller"), "entra_id": "a3a4b8f4-1f58-4f0e-8a5f-0a3c0d5f6b77"},
        "scores": _scores(said, earlier),
        "reasons": [said("Clicked three times in 7 days"), said("Senior finance person"), said("Large account")],
        "missing": [said("Number of employees"), said("Industry"), said("Budget"), said("Need")],
        "summary": said("Strong fit and recent engagement"),
        "last_touch": {"type": said("email_click"), "at": earlier},
        "matrix": [{"place": said("A1")}],
        "qualification": {
            "name": said("sales-ready"),
            "status_reason": said("Marketing Qualified"),
            "reason": said("Met: all."),
        },
        "message": said("A sample."),
        "run": {"id": "run_1", "kind": "sync", "error": said("The environment could not be reached.")},
        "channel": said("sales"),
        "from": earlier,
        "to": at,
        "total": 156,
        "by_rule": _counts("rule", _ALERTS, text),
        "by_grade": _counts("grade", ("Hot", "Warm", "Cold", "Good", "Fair", "Some", "Little", "None"), text),
        "leads": _leads(said),
        "link": None,
    }
