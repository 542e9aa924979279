"""The rules by which connectors are certified, as far as they can be measured without the vendor's service.

`faults(document)` names every break of a rule with its place. Triggers, lists and pages stand in `triggers`. Run it on
the contract while writing: python -m tests.contract.openapi.certification
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from tests.contract.openapi.triggers import dynamic_faults, paging_faults, trigger_faults
from tests.contract.openapi.walking import VERBS, Json, objects, operations

MOST_BYTES = 1_000_000
MOST_TITLE = 30
MOST_SUMMARY = 80
NOT_IN_SUMMARIES = set("/\\<>*%&?")
TYPES = {"string", "integer", "number", "boolean", "array", "object"}
FORMATS = {
    "int32", "int64", "float", "double", "byte", "binary", "date", "date-time", "password", "date-no-tz", "email",
    "html", "uri", "uuid",
}  # fmt: skip
HEAD = {
    "swagger", "info", "host", "basePath", "schemes", "consumes", "produces", "paths", "definitions", "parameters",
    "responses", "security", "securityDefinitions", "tags", "externalDocs", "x-ms-capabilities",
    "x-ms-connector-metadata", "x-ms-docs",
}  # fmt: skip
OPERATION = {
    "tags", "summary", "description", "externalDocs", "operationId", "produces", "consumes", "parameters", "responses",
    "schemes", "deprecated", "security", "x-ms-api-annotation", "x-ms-capabilities", "x-ms-no-generic-test",
    "x-ms-operation-context", "x-ms-pageable", "x-ms-safe-operation", "x-ms-summary", "x-ms-trigger",
    "x-ms-trigger-hint", "x-ms-trigger-metadata", "x-ms-notification", "x-ms-visibility",
}  # fmt: skip
CATEGORIES = {
    "AI", "Business Intelligence", "Business Management", "Collaboration", "Commerce", "Communication",
    "Content and Files", "Data", "Finance", "Human Resources", "Internet of Things", "IT Operations",
    "Lifestyle and Entertainment", "Marketing", "Productivity", "Sales and CRM", "Security", "Social Media", "Website",
}  # fmt: skip
PRODUCTS = re.compile(r"\b(API|Connector|Power Apps|Power Automate|Logic Apps|Power Platform|Copilot)\b", re.IGNORECASE)
NAMES = {"Dynamics", "Dataverse", "Teams", "ID", "I"}  # words that keep their capital inside a sentence
SMALL_WORDS = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}


def faults(document: Json) -> list[str]:
    """Every break of a rule, with its place; empty for a document that keeps them all."""
    looks: tuple[Callable[[Json], Iterator[str]], ...] = (
        head_faults, reference_faults, operation_faults, parameter_faults, property_faults, value_faults,
        trigger_faults, dynamic_faults, paging_faults,
    )  # fmt: skip
    return [fault for look in looks for fault in look(document)]


def head_faults(document: Json) -> Iterator[str]:
    """Version, address, name, contact and metadata."""
    info = document.get("info", {})
    title, description = info.get("title", ""), info.get("description", "")
    if document.get("swagger") != "2.0":
        yield "swagger: only 2.0 is taken"
    if len(json.dumps(document).encode()) >= MOST_BYTES:
        yield f"document: {MOST_BYTES} bytes or more"
    if unknown := {name for name in document if name not in HEAD and (name.startswith("x-ms-") or name[:2] != "x-")}:
        yield f"document: unknown {', '.join(sorted(unknown))}"
    if document.get("schemes") != ["https"]:
        yield "schemes: https alone"
    if not re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?::\d+)?", document.get("host", "")):
        yield "host: a bare host is wanted"
    if not document.get("basePath", "").startswith("/"):
        yield "basePath: begins with /"
    if not 1 <= len(title) <= MOST_TITLE or not title[-1:].isalnum():
        yield f"info.title: 1 to {MOST_TITLE} characters, the last a letter or digit"
    if not 30 <= len(description) <= 500:
        yield "info.description: 30 to 500 characters"
    yield from (f"info: says {found[0]}" for found in PRODUCTS.finditer(f"{title}. {description}"))
    if not {"name", "url", "email"} <= set(info.get("contact", {})):
        yield "info.contact: name, url and email are wanted"
    metadata = {one["propertyName"]: one["propertyValue"] for one in document.get("x-ms-connector-metadata", [])}
    if set(metadata) != {"Website", "Privacy policy", "Categories"}:
        yield "x-ms-connector-metadata: Website, Privacy policy and Categories are wanted"
    elif unknown := set(metadata["Categories"].split(";")) - CATEGORIES:
        yield f"x-ms-connector-metadata: unknown categories {', '.join(sorted(unknown))}"


def reference_faults(document: Json) -> Iterator[str]:
    """References lead somewhere and stand alone, every definition is used, nothing is left without a value."""
    used = set()
    for item in objects(document):
        if isinstance(item.get("$ref"), str):
            used.add(item["$ref"])
            if len(item) > 1:
                yield f"{item['$ref']}: has siblings"
        if choice := {"allOf", "oneOf", "anyOf"} & set(item):
            yield f"document: {', '.join(sorted(choice))} is not taken"
        for name, value in item.items():
            if value is None:
                yield f"{name}: has no value (an unquoted comma makes such keys)"
    known = {f"#/definitions/{name}" for name in document.get("definitions", {})}
    yield from (f"{name}: leads nowhere" for name in sorted(used - known))
    yield from (f"{name}: is not used" for name in sorted(known - used))


def operation_faults(document: Json) -> Iterator[str]:
    """Ids, summaries, descriptions, tags and answers of every operation."""
    seen: set[str] = set()
    for path, verb, operation in operations(document):
        place = f"{verb} {path}"
        name, summary = operation.get("operationId", ""), operation.get("summary", "")
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
            yield f"{place}: operationId {name!r} is not in Pascal case"
        if name in seen:
            yield f"{place}: operationId {name} is there already"
        seen.add(name)
        yield from (f"{place}: {fault}" for fault in summary_faults(summary))
        yield from (f"{place}: {fault}" for fault in sentence_faults(operation.get("description", "")))
        if operation.get("description", "").rstrip(".") == summary:
            yield f"{place}: description and summary are the same"
        if operation.get("x-ms-visibility", "important") not in {"important", "advanced", "internal"}:
            yield f"{place}: x-ms-visibility is unknown"
        if unknown := {key for key in operation if key not in OPERATION and not re.match(r"x-(?!ms-)", key)}:
            yield f"{place}: unknown {', '.join(sorted(unknown))}"
        if len(operation.get("tags", [])) != 1:
            yield f"{place}: one tag is wanted"
        if operation.get("deprecated") and "replacement" not in operation.get("x-ms-api-annotation", {}):
            yield f"{place}: deprecated without a replacement"
        yield from (f"{place}: {fault}" for fault in _answer_faults(operation))
    for path, item in document["paths"].items():
        if unknown := {key for key in item if key not in {*VERBS, "parameters", "x-ms-notification-content"}}:
            yield f"{path}: unknown {', '.join(sorted(unknown))}"


def _answer_faults(operation: Json) -> Iterator[str]:
    answers = operation.get("responses", {})
    if not any(status.startswith("2") for status in answers):
        yield "no answer that says that it went well"
    if "default" not in answers:
        yield "no default answer"
    for status, answer in answers.items():
        if not answer.get("description", "").endswith("."):
            yield f"{status} has no description that is a sentence"
        without = status == "204" or (status == "202" and operation.get("x-ms-trigger") == "batch")
        if "schema" not in answer and not without:
            yield f"{status} has no schema"


def summary_faults(summary: str) -> Iterator[str]:
    """A short phrase in sentence case without forbidden characters."""
    if not 1 <= len(summary) <= MOST_SUMMARY:
        yield f"summary has not 1 to {MOST_SUMMARY} characters"
        return
    if found := set(summary) & NOT_IN_SUMMARIES:
        yield f"summary holds {' '.join(sorted(found))}"
    if not summary[-1].isalnum():
        yield "summary does not end with a letter or digit"
    first, *others = re.findall(r"[A-Za-z]+", summary) or [""]
    if not first[:1].isupper() or any(word[0].isupper() and word not in NAMES for word in others):
        yield f"summary {summary!r} is not in sentence case"


def title_faults(item: Json) -> Iterator[str]:
    """An x-ms-summary in title case and a description that is a sentence."""
    title = item.get("x-ms-summary", "")
    if not 1 <= len(title) <= MOST_SUMMARY:
        yield "x-ms-summary is missing or too long"
    elif any(word[0].islower() and word not in SMALL_WORDS for word in re.findall(r"[A-Za-z][\w-]*", title)):
        yield f"x-ms-summary {title!r} is not in title case"
    yield from sentence_faults(item.get("description", ""))


def sentence_faults(text: str) -> Iterator[str]:
    """Text that begins with a capital and ends with a full stop."""
    if not text.endswith(".") or not (text[0].isupper() or text[0].isdigit()):
        yield f"description {text[:40]!r} is no sentence"


def parameter_faults(document: Json) -> Iterator[str]:
    """Every parameter has a title and a sentence; internal and required means a default; path values are encoded."""
    for path, verb, operation in operations(document):
        given = operation.get("parameters", [])
        named = [one["name"] for one in given if one["in"] == "path"]
        if sorted(named) != sorted(re.findall(r"{(\w+)}", path)):
            yield f"{verb} {path}: its path parameters are others than described"
        for parameter in given:
            place = f"{verb} {path} {parameter['name']}"
            if parameter["in"] == "body":
                continue
            yield from (f"{place}: {fault}" for fault in title_faults(parameter))
            if parameter.get("type") not in TYPES - {"object"}:
                yield f"{place}: its type is none of a parameter"
            if parameter["in"] == "path" and not parameter.get("required"):
                yield f"{place}: is not required"
            if parameter["in"] == "path" and parameter.get("x-ms-url-encoding") not in {"single", "double"}:
                yield f"{place}: does not say how it is encoded"
            if _internal_and_required(parameter, required=bool(parameter.get("required"))):
                yield f"{place}: is internal and required without a default"


def property_faults(document: Json) -> Iterator[str]:
    """Every property has a title and a sentence, and those that are required exist."""
    for item in objects([document.get("definitions", {}), document["paths"]]):
        properties = item.get("properties")
        if item.get("type") != "object" or not isinstance(properties, dict):
            continue
        required = item.get("required", [])
        yield from (f"property {name}: is required and not there" for name in sorted(set(required) - set(properties)))
        for name, schema in properties.items():
            if "$ref" in schema:
                continue
            yield from (f"property {name}: {fault}" for fault in title_faults(schema))
            if _internal_and_required(schema, required=name in required) and not schema.get("x-ms-notification-url"):
                yield f"property {name}: is internal and required without a default"


def _internal_and_required(item: Json, *, required: bool) -> bool:
    return item.get("x-ms-visibility") == "internal" and required and "default" not in item


def value_faults(document: Json) -> Iterator[str]:
    """Types and formats are known; lists say of what; choices have labels; defaults are choices; bounds make sense."""
    for item in objects(document):
        name = item.get("name") or item.get("x-ms-summary") or item.get("description") or "?"
        if isinstance(item.get("format"), str) and item["format"] not in FORMATS:
            yield f"{name}: format {item['format']} is unknown"
        if isinstance(item.get("type"), list) or ("x-ms-summary" in item and item.get("type", "string") not in TYPES):
            yield f"{name}: its type is none of 2.0"
        if item.get("type") == "array" and "items" not in item:
            yield f"{name}: a list of what?"
        if isinstance(item.get("enum"), list):
            yield from (f"{name}: {fault}" for fault in _choice_faults(item))


def _choice_faults(item: Json) -> Iterator[str]:
    choices = item["enum"]
    labels = item.get("x-ms-enum-values", [])
    if len(choices) > 1 and [one.get("value") for one in labels] != choices:
        yield "its choices have not a label each (x-ms-enum-values)"
    if any(not one.get("displayName") for one in labels):
        yield "a label is empty"
    if "default" in item and item["default"] not in choices:
        yield "its default is none of its choices"


def main() -> int:
    """Print what is wrong with the connector's definition, and with the whole contract."""
    from connector.web.contract import connector_definition, load_contract

    found = dict.fromkeys([*faults(connector_definition()), *faults(load_contract())])
    print("\n".join(found) or "Nothing found.")  # noqa: T201 - a command
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
