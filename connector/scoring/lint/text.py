"""A text that cannot be read, as findings."""

from __future__ import annotations

from connector.errors import DocumentError
from connector.scoring.lint.findings import Finding


def unreadable(error: DocumentError) -> list[Finding]:
    """Each fault of a document that cannot be read as a finding."""
    return [
        Finding(
            "invalid-document", "error", None, fault.line, f"{fault.path}: {fault.message}".lstrip(": "), fault.remedy
        )
        for fault in error.faults
    ] or [Finding("invalid-document", "error", None, None, error.message, error.remedy)]
