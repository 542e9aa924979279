"""Findings on the text of a model, whether it can be read or not."""

from __future__ import annotations

from connector.errors import DocumentError
from connector.scoring.document import parse_model
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.lint.findings import Finding
from connector.scoring.lint.model import lint_model


def lint_document(text: str, types: FactTypes = UNTYPED) -> list[Finding]:
    """The linter's findings; a document that cannot be read has its faults as findings."""
    try:
        model = parse_model(text, types)
    except DocumentError as error:
        return unreadable(error)
    return lint_model(model, types)


def unreadable(error: DocumentError) -> list[Finding]:
    """Each fault of a document that cannot be read as a finding."""
    return [
        Finding(
            "invalid-document", "error", None, fault.line, f"{fault.path}: {fault.message}".lstrip(": "), fault.remedy
        )
        for fault in error.faults
    ] or [Finding("invalid-document", "error", None, None, error.message, error.remedy)]
