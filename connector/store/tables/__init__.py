"""The tables, as the newest migration leaves them, a module a subject.

A change here needs a migration in `migrations/versions`; a test compares the two.
"""

from __future__ import annotations

from connector.store.tables.alerts import account_memory, digest, lead_owner
from connector.store.tables.audit import audit_entry
from connector.store.tables.budgets import request_budget, request_day, request_lease
from connector.store.tables.columns import COUNTED, JSON, StorableText, UtcDateTime, metadata
from connector.store.tables.documents import document, document_event
from connector.store.tables.history import score_change
from connector.store.tables.jobs import job, job_attempt
from connector.store.tables.memory import crossing, decision, former_lead, former_score, mark, score
from connector.store.tables.mirror import account, account_check, interaction, lead, merged, suppression
from connector.store.tables.notes import meta
from connector.store.tables.outbox import attempt, delivery, destination, event
from connector.store.tables.pulling import picture, pull_token
from connector.store.tables.qualifications import owner_name, qualification_decision
from connector.store.tables.runs import run, run_key, run_partition
from connector.store.tables.sources import (
    import_file,
    interaction_source,
    lead_key,
    left_out_key,
    message_check,
    pending,
    pending_key,
    source_token,
)
from connector.store.tables.subscriptions import subscription
from connector.store.tables.verdicts import verdict

__all__ = [
    "COUNTED",
    "JSON",
    "StorableText",
    "UtcDateTime",
    "account",
    "account_check",
    "account_memory",
    "attempt",
    "audit_entry",
    "crossing",
    "decision",
    "delivery",
    "destination",
    "digest",
    "document",
    "document_event",
    "event",
    "former_lead",
    "former_score",
    "import_file",
    "interaction",
    "interaction_source",
    "job",
    "job_attempt",
    "lead",
    "lead_key",
    "lead_owner",
    "left_out_key",
    "mark",
    "merged",
    "message_check",
    "meta",
    "metadata",
    "owner_name",
    "pending",
    "pending_key",
    "picture",
    "pull_token",
    "qualification_decision",
    "request_budget",
    "request_day",
    "request_lease",
    "run",
    "run_key",
    "run_partition",
    "score",
    "score_change",
    "source_token",
    "subscription",
    "suppression",
    "verdict",
]
