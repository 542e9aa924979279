"""A model, types and a reader of titles that the tests of explanations share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from connector.scoring.facttypes import FactType, FactTypes, Kind

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUS = "\N{MINUS SIGN}"
TYPES = FactTypes(
    types={
        "lead.jobtitle": FactType(Kind.TEXT, free_text=True),
        "lead.address1_country": FactType(Kind.TEXT),
        "lead.industrycode": FactType(Kind.CHOICE, options={1: ("Financial",), 2: ("Retail",)}),
        "lead.donotbulkemail": FactType(Kind.BOOLEAN),
        "lead.createdon": FactType(Kind.DATETIME),
        "account.numberofemployees": FactType(Kind.NUMBER),
        "account.industrycode": FactType(Kind.CHOICE, options={1: ("Financial",), 2: ("Retail",)}),
    }
)


@dataclass(frozen=True)
class Reading:
    """A title as the fake reader reads it."""

    seniority: str | None
    function: str | None
    confidence: float = 1.0


def read_title(text: str) -> Reading:
    """Read the two titles that these tests use."""
    return {
        "Financial Director": Reading("director", "finance"),
        "CFO": Reading("c_level", "finance"),
    }.get(text, Reading(None, None, 0.0))


MODEL = """
model: engagement
dimension: engagement
floor: 0
cap: 100
categories: {web: {cap: 6}}
groups:
  - name: Senior finance person of a large account
    points: 20
    when:
      - {fact: title.seniority, is_any_of: [c_level, vp, director]}
      - {fact: title.function, equals: finance}
      - {fact: account.numberofemployees, at_least: 500}
  - name: Clicked lately
    points: 10
    when: {interaction: email_click, at_least: 1, within: 7d}
  - name: Forms
    points: 5
    each: true
    cap: 15
    when: {interaction: form_submission, within: 30d, where: {form: {is_any_of: [demo, pricing]}}}
  - name: Event attended
    points: 16
    decay: {half_life: 14d}
    when: {interaction: event_checkin}
  - name: Our market
    points: 4
    when:
      any:
        - {fact: lead.industrycode, equals: Financial}
        - {fact: account.industrycode, equals: Financial}
        - {fact: lead.address1_country, equals: GB}
  - name: Visits
    points: 4
    category: web
    when: {interaction: web_visit}
  - name: Many visits
    points: 4
    category: web
    when: {interaction: web_visit, at_least: 2}
  - name: Refuses bulk mail
    points: -8
    when: {fact: lead.donotbulkemail, equals: true}
grades:
  - {name: Hot, from: 70}
  - {name: Warm, from: 40}
  - {name: Cold}
"""
