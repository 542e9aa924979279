"""Scoring models as people and flows see them: the list, one with its text, and what the linter says of a text."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field

from connector.errors import DocumentError
from connector.pipeline.ports import StoredDocument
from connector.pipeline.publishing import finding_dict
from connector.scoring.document import parse_model
from connector.web.bodies import read
from connector.web.leads import as_time
from connector.web.limits import Limits
from connector.web.paging import Pages
from connector.web.service import ModelService

LONGEST_DOCUMENT = 200_000


class LintRequest(BaseModel):
    """A model's document as text."""

    model_config = ConfigDict(extra="forbid", strict=True)

    document: Annotated[str, Field(min_length=1, max_length=LONGEST_DOCUMENT)]


def routes(service: ModelService, limits: Limits, root: str) -> Blueprint:
    """Return the routes of models; `root` is the public address."""
    blueprint = Blueprint("models", __name__)
    pages = Pages("models", str, root)

    @blueprint.get("/models")
    def listed() -> Response:
        """List the models by name."""
        asked = pages.asked()
        found = [one for one in service.models() if asked.after is None or one.name > str(asked.after)]
        return jsonify(pages.cut(found, asked, lambda one: one.name, model_json))

    @blueprint.get("/models/<model>")
    def show(model: str) -> Response:
        """Show a model with its document and what it is made of."""
        found = service.model(model)
        return jsonify({**model_json(found), **_content(found)})

    @blueprint.post("/lint")
    def lint() -> Response:
        """Say what is wrong, dead or misleading in a document; nothing is stored."""
        findings = service.lint(read(request, LintRequest, limits).document)
        return jsonify(
            is_publishable=all(finding.severity != "error" for finding in findings),
            findings=[finding_dict(finding) for finding in findings],
        )

    return blueprint


def model_json(one: StoredDocument) -> dict[str, object]:
    """Write what stands beside a model's text as openapi.yaml describes it."""
    return {
        "name": one.name,
        "version": one.version,
        "status": one.status.value,
        "updated_at": as_time(one.updated_at),
        "updated_by": one.updated_by,
    }


def _content(one: StoredDocument) -> dict[str, object]:
    """The document, and its parts; a text that can no longer be read has none."""
    try:
        model = parse_model(one.body)
    except DocumentError:
        return {"document": one.body, "dimension": "", "description": "", "grades": [], "groups": []}
    return {
        "document": one.body,
        "dimension": model.dimension,
        "description": model.description,
        "grades": [{"name": grade.name, "from": grade.from_score} for grade in model.grades],
        "groups": [{"name": group.name, "points": group.points, "cap": group.cap} for group in model.groups],
    }
