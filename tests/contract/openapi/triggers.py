"""The rules for triggers, dynamic lists and pages, each a generator of faults with their places."""

from __future__ import annotations

from collections.abc import Iterator

from tests.contract.openapi.walking import Json, at_path, objects, operation_of, operations, resolved


def trigger_faults(document: Json) -> Iterator[str]:
    """Webhook triggers subscribe as the platform does it; polling triggers say so."""
    hooks = 0
    for path, verb, operation in operations(document):
        place = f"{verb} {path}"
        kind = operation.get("x-ms-trigger")
        notified = "x-ms-notification-content" in document["paths"][path]
        if "x-ms-notification-content" in operation:
            yield f"{place}: x-ms-notification-content stands beside the verb, not in it"
        if kind is None:
            if (notified and verb == "post") or _callbacks(document, operation) or "x-ms-trigger-hint" in operation:
                yield f"{place}: looks like a trigger without x-ms-trigger"
            continue
        if kind not in {"single", "batch"}:
            yield f"{place}: x-ms-trigger is single or batch"
        yield from (f"{place}: {fault}" for fault in _wording(operation))
        if verb == "get":
            yield from (f"{place}: {fault}" for fault in _polling(document, operation))
        else:
            hooks += 1
            content = document["paths"][path].get("x-ms-notification-content", {})
            yield from (f"{place}: {fault}" for fault in _webhook(document, operation, content))
    ends = [one for _, verb, one in operations(document) if verb == "delete"]
    if hooks and not any(one.get("x-ms-visibility") == "internal" for one in ends):
        yield "paths: webhook triggers want an internal operation that deletes a subscription"


def _wording(operation: Json) -> Iterator[str]:
    if not operation.get("summary", "").startswith(("When a ", "When an ")):
        yield "a trigger's summary begins with When a"
    if not operation.get("description", "").startswith("This operation triggers when "):
        yield "a trigger's description begins with This operation triggers when"
    if not operation.get("x-ms-trigger-hint", "").startswith("To see it work now, "):
        yield "a trigger's hint begins with To see it work now"


def _polling(document: Json, operation: Json) -> Iterator[str]:
    if operation.get("x-ms-trigger-metadata") != {"kind": "query", "mode": "polling"}:
        yield "a polling trigger says so in x-ms-trigger-metadata"
    schema = resolved(document, operation["responses"].get("200", {}).get("schema"))
    lists = [one for one in schema.get("properties", {}).values() if one.get("type") == "array"]
    if operation.get("x-ms-trigger") == "batch" and schema.get("type") != "array" and not lists:
        yield "a batch trigger answers with a list"


def _callbacks(document: Json, operation: Json) -> list[str]:
    """The properties of the body that take the callback."""
    bodies = [resolved(document, one["schema"]) for one in operation.get("parameters", []) if one["in"] == "body"]
    return [
        name
        for body in bodies
        for name, schema in body.get("properties", {}).items()
        if schema.get("x-ms-notification-url") is True
    ]


def _webhook(document: Json, operation: Json, content: Json) -> Iterator[str]:
    if "x-ms-trigger-metadata" in operation:
        yield "x-ms-trigger-metadata is for polling alone"
    [body] = [one["schema"] for one in operation.get("parameters", []) if one["in"] == "body"] or [{}]
    names = _callbacks(document, operation)
    if len(names) != 1:
        yield "one property of the body takes the callback (x-ms-notification-url)"
    for name in names:
        schema = at_path(document, body, name)
        if schema.get("x-ms-visibility") != "internal" or schema.get("type") != "string":
            yield f"{name} is an internal string"
        if name not in resolved(document, body).get("required", []):
            yield f"{name} is required"
    created = operation["responses"].get("201", {})
    if created.get("headers", {}).get("Location", {}).get("type") != "string":
        yield "201 with the header Location is wanted"
    if not content.get("description", "").endswith("."):
        yield "what is sent has no description (x-ms-notification-content beside the verb)"
    sent = resolved(document, content.get("schema"))
    if not sent.get("properties"):
        yield "what is sent has no typed schema"
    for name, schema in sent.get("properties", {}).items():
        plain = resolved(document, schema)
        if not plain.get("type") or ("$ref" not in schema and not schema.get("x-ms-summary")):
            yield f"what is sent: {name} has no type or no x-ms-summary"


def dynamic_faults(document: Json) -> Iterator[str]:
    """Dynamic lists come in the old and the new form, ask operations that exist, and read what these answer."""
    for item in objects(document):
        old, new = item.get("x-ms-dynamic-values"), item.get("x-ms-dynamic-list")
        if old is None and new is None:
            continue
        name = item.get("name") or item.get("x-ms-summary") or "?"
        if old is None or new is None or old.get("operationId") != new.get("operationId"):
            yield f"{name}: x-ms-dynamic-values and x-ms-dynamic-list go together"
            continue
        asked = operation_of(document, old["operationId"])
        if asked is None:
            yield f"{name}: there is no operation {old['operationId']}"
            continue
        if old.get("parameters", {}).keys() != new.get("parameters", {}).keys():
            yield f"{name}: the two forms hand over other parameters"
        known = {one["name"] for one in asked.get("parameters", [])}
        wanted = {one["name"] for one in asked.get("parameters", []) if one.get("required")}
        given = set(old.get("parameters", {}))
        if not wanted <= given <= known:
            yield f"{name}: {old['operationId']} takes other parameters"
        answer = asked["responses"].get("200", {}).get("schema")
        for rows, value, title in (
            (old.get("value-collection", ""), old.get("value-path", ""), old.get("value-title", "")),
            (new.get("itemsPath", ""), new.get("itemValuePath", ""), new.get("itemTitlePath", "")),
        ):
            row = resolved(document, at_path(document, answer, rows).get("items"))
            if not value or not {value, title} - {""} <= set(row.get("properties", {})):
                yield f"{name}: {old['operationId']} does not answer with {rows}/{value}, {title}"


def paging_faults(document: Json) -> Iterator[str]:
    """A pageable operation answers with its list and with the link that it names."""
    for path, verb, operation in operations(document):
        if "x-ms-pageable" not in operation:
            continue
        link = operation["x-ms-pageable"].get("nextLinkName", "")
        schema = resolved(document, operation["responses"].get("200", {}).get("schema"))
        if schema.get("properties", {}).get(link, {}).get("type") != "string":
            yield f"{verb} {path}: its answer has no text {link or '(nextLinkName)'}"
        if schema.get("properties", {}).get("value", {}).get("type") != "array":
            yield f"{verb} {path}: its answer has no list value"
