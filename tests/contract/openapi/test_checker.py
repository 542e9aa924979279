"""The checker itself: a document that keeps every rule passes, and each rule, once broken, is named."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.contract.openapi.certification import faults, main
from tests.contract.openapi.walking import Json

GOOD = """
swagger: "2.0"
info:
  title: Lead Scoring
  description: Scores and qualifies the open leads of a company.
  contact: {name: Support, url: "https://x.example", email: x@x.example}
host: x.example.com
basePath: /
schemes: [https]
x-ms-connector-metadata:
  - {propertyName: Website, propertyValue: "https://x.example"}
  - {propertyName: Privacy policy, propertyValue: "https://x.example/p"}
  - {propertyName: Categories, propertyValue: Sales and CRM;Marketing}
paths:
  /hooks:
    x-ms-notification-content:
      description: What is sent.
      schema: {$ref: "#/definitions/Event"}
    post:
      operationId: WhenHot
      tags: [A]
      summary: When a lead gets hot
      description: This operation triggers when a lead gets hot.
      x-ms-trigger: single
      x-ms-trigger-hint: To see it work now, score a lead.
      parameters:
        - name: body
          in: body
          schema: {$ref: "#/definitions/Wish"}
      responses:
        "201":
          description: It is there.
          headers: {Location: {type: string, description: Where it ends.}}
          schema: {$ref: "#/definitions/Event"}
        default: {description: It failed., schema: {$ref: "#/definitions/Event"}}
  /hooks/{hook_id}:
    delete:
      operationId: EndHook
      tags: [A]
      summary: End a subscription
      description: Ends it for good.
      x-ms-visibility: internal
      parameters:
        - {name: hook_id, in: path, required: true, type: string, x-ms-summary: Hook ID, x-ms-url-encoding: single,
           description: The id.}
      responses:
        "204": {description: It is gone.}
        default: {description: It failed., schema: {$ref: "#/definitions/Event"}}
  /models:
    get:
      operationId: ListModels
      tags: [A]
      summary: List models
      description: Lists the models.
      x-ms-pageable: {nextLinkName: nextLink}
      parameters:
        - {name: kind, in: query, required: false, type: string, x-ms-summary: Kind, description: Which kind.}
      responses:
        "200": {description: The models., schema: {$ref: "#/definitions/Models"}}
        default: {description: It failed., schema: {$ref: "#/definitions/Event"}}
  /news:
    get:
      operationId: WhenNew
      tags: [A]
      summary: When a lead is new
      description: This operation triggers when a lead is new.
      x-ms-trigger: batch
      x-ms-trigger-metadata: {kind: query, mode: polling}
      x-ms-trigger-hint: To see it work now, add a lead.
      responses:
        "200": {description: The leads., schema: {$ref: "#/definitions/Models"}}
        "202": {description: Nothing new.}
        default: {description: It failed., schema: {$ref: "#/definitions/Event"}}
definitions:
  Wish:
    type: object
    required: [callback_url]
    properties:
      callback_url: {type: string, x-ms-visibility: internal, x-ms-notification-url: true, x-ms-summary: Callback,
                     description: Where to.}
      model:
        type: string
        x-ms-summary: Model
        description: Which one.
        x-ms-dynamic-values: {operationId: ListModels, value-collection: value, value-path: name, value-title: name}
        x-ms-dynamic-list: {operationId: ListModels, itemsPath: value, itemValuePath: name, itemTitlePath: name}
      grade:
        type: string
        enum: [Hot, Cold]
        x-ms-enum-values: [{value: Hot, displayName: Hot}, {value: Cold, displayName: Cold}]
        default: Hot
        x-ms-summary: Grade
        description: Which one.
  Event:
    type: object
    properties:
      id: {type: string, format: uuid, x-ms-summary: ID, description: The id.}
  Models:
    type: object
    properties:
      nextLink: {type: string, x-ms-summary: Next Link, description: The next page.}
      value:
        type: array
        x-ms-summary: Models
        description: The models.
        items: {type: object, properties: {name: {type: string, x-ms-summary: Name, description: Its name.}}}
"""

Change = Callable[[Any], object]


def put(path: str, value: object) -> Change:
    """Set what stands at a path of keys (`a|b`, numbers for lists); None takes it out."""

    def change(document: Json) -> None:
        *way, last = path.split("|")
        here: Any = document
        for part in way:
            here = here[int(part)] if isinstance(here, list) else here[part]
        if value is None:
            del here[last]
        else:
            here[int(last) if isinstance(here, list) else last] = value

    return change


HOT, DELETE, MODELS, NEWS = "paths|/hooks|post", "paths|/hooks/{hook_id}|delete", "paths|/models|get", "paths|/news|get"
WISH = "definitions|Wish|properties"
BREAKS: list[tuple[Change, str]] = [
    (put("swagger", "3.0.1"), "only 2.0"),
    (put("schemes", ["http", "https"]), "https alone"),
    (put("host", "https://x.example.com"), "bare host"),
    (put("basePath", "api"), "begins with /"),
    (put("x-ms-new", 1), "unknown x-ms-new"),
    (put("info|title", "Lead Scoring and Much More Besides"), "info.title"),
    (put("info|title", "Lead Scoring!"), "info.title"),
    (put("info|title", "Lead Connector"), "says Connector"),
    (put("info|description", "Short."), "30 to 500"),
    (put("info|description", "Scores open leads and tells Power Automate of them."), "says Power Automate"),
    (put("info|contact", {"name": "x"}), "info.contact"),
    (put("x-ms-connector-metadata", []), "are wanted"),
    (put("x-ms-connector-metadata|2|propertyValue", "Sales"), "unknown categories Sales"),
    (put("definitions|Unused", {"type": "object"}), "is not used"),
    (put(f"{HOT}|parameters|0|schema", {"$ref": "#/definitions/None"}), "leads nowhere"),
    (put(f"{WISH}|model", {"$ref": "#/definitions/Event", "description": "x"}), "siblings"),
    (put("definitions|Event|allOf", []), "allOf"),
    (put(f"{DELETE}|operationId", "ListModels"), "is there already"),
    (put(f"{DELETE}|operationId", "end-hook"), "Pascal"),
    (put(f"{DELETE}|summary", "End a subscription?"), "summary holds ?"),
    (put(f"{DELETE}|summary", "End a subscription."), "letter or digit"),
    (put(f"{DELETE}|summary", "End a Subscription"), "sentence case"),
    (put(f"{DELETE}|summary", "E" * 81), "1 to 80"),
    (put(f"{DELETE}|description", "no sentence"), "no sentence"),
    (put(f"{DELETE}|description", "End a subscription."), "are the same"),
    (put(f"{DELETE}|x-ms-visibility", "hidden"), "x-ms-visibility"),
    (put(f"{DELETE}|x-ms-odd", 1), "unknown x-ms-odd"),
    (put("paths|/models|x-ms-summary", "x"), "unknown x-ms-summary"),
    (put(f"{DELETE}|tags", []), "one tag"),
    (put(f"{DELETE}|deprecated", True), "without a replacement"),
    (put(f"{DELETE}|responses|204", None), "went well"),
    (put(f"{DELETE}|responses|default", None), "no default"),
    (put(f"{MODELS}|responses|200|schema", None), "200 has no schema"),
    (put(f"{MODELS}|responses|200|description", "The models"), "200 has no description"),
    (put(f"{DELETE}|parameters|0|x-ms-summary", ""), "x-ms-summary is missing"),
    (put(f"{DELETE}|parameters|0|x-ms-summary", "hook ID"), "title case"),
    (put(f"{DELETE}|parameters|0|x-ms-url-encoding", None), "how it is encoded"),
    (put(f"{DELETE}|parameters|0|required", False), "is not required"),
    (put(f"{DELETE}|parameters|0|x-ms-visibility", "internal"), "internal and required"),
    (put(f"{DELETE}|parameters|0|type", "object"), "none of a parameter"),
    (put(f"{DELETE}|parameters|0|name", "other"), "others than described"),
    (put("definitions|Event|properties|id|description", ""), "no sentence"),
    (put("definitions|Event|required", ["gone"]), "required and not there"),
    (put("definitions|Event|properties|id|format", "guid"), "format guid"),
    (put("definitions|Event|properties|id|type", ["string", "null"]), "none of 2.0"),
    (put("definitions|Models|properties|value|items", None), "a list of what"),
    (put(f"{WISH}|grade|x-ms-enum-values", []), "a label each"),
    (put(f"{WISH}|grade|x-ms-enum-values|0|displayName", ""), "a label is empty"),
    (put(f"{WISH}|grade|default", "Warm"), "none of its choices"),
    (put(f"{WISH}|grade|default", ()), "none of its choices"),
    (put(f"{WISH}|callback_url|x-ms-visibility", "advanced"), "internal string"),
    (put(f"{WISH}|callback_url|x-ms-notification-url", False), "takes the callback"),
    (put("definitions|Wish|required", []), "callback_url is required"),
    (put(f"{HOT}|x-ms-trigger", "many"), "single or batch"),
    (put(f"{HOT}|x-ms-trigger", None), "without x-ms-trigger"),
    (put(f"{HOT}|x-ms-trigger-hint", "Score a lead."), "hint begins"),
    (put(f"{HOT}|x-ms-trigger-metadata", {"kind": "query", "mode": "polling"}), "polling alone"),
    (put(f"{HOT}|summary", "Lead gets hot"), "begins with When a"),
    (put(f"{HOT}|description", "A lead gets hot."), "This operation triggers when"),
    (put(f"{HOT}|x-ms-notification-content", {}), "beside the verb"),
    (put("paths|/hooks|x-ms-notification-content|description", ""), "what is sent has no description"),
    (put("paths|/hooks|x-ms-notification-content|schema", {"type": "object"}), "no typed schema"),
    (put("definitions|Event|properties|id|type", None), "id has no type"),
    (put(f"{HOT}|responses|201|headers", None), "header Location"),
    (put(f"{DELETE}|x-ms-visibility", "important"), "internal operation that deletes"),
    (put(f"{NEWS}|x-ms-trigger-metadata", None), "polling trigger says so"),
    (put(f"{NEWS}|responses|200|schema", {"$ref": "#/definitions/Event"}), "answers with a list"),
    (put(f"{WISH}|model|x-ms-dynamic-list", None), "go together"),
    (put(f"{WISH}|model|x-ms-dynamic-list|operationId", "Other"), "go together"),
    (put(f"{WISH}|model|x-ms-dynamic-list|itemValuePath", "id"), "does not answer with"),
    (put(f"{WISH}|model|x-ms-dynamic-list|parameters", {"kind": {"value": "x"}}), "other parameters"),
    (put(f"{MODELS}|operationId", "ListAll"), "there is no operation ListModels"),
    (put(f"{MODELS}|parameters|0|required", True), "takes other parameters"),
    (put(f"{MODELS}|x-ms-pageable|nextLinkName", "next"), "has no text next"),
    (put("definitions|Models|properties|value|type", "string"), "no list value"),
]  # fmt: skip


def test_a_document_that_keeps_the_rules_passes() -> None:
    """With triggers, a dynamic list and pages there is nothing to say of it."""
    assert faults(yaml.safe_load(GOOD)) == []


@pytest.mark.parametrize(("change", "said"), BREAKS, ids=[f"{n}-{said}" for n, (_, said) in enumerate(BREAKS)])
def test_each_broken_rule_is_named(change: Change, said: str) -> None:
    """A document that breaks one rule is told which."""
    document = copy.deepcopy(yaml.safe_load(GOOD))
    change(document)
    assert [fault for fault in faults(document) if said in fault], faults(document)


def test_a_key_without_a_value_and_a_document_that_is_too_large_are_named() -> None:
    """What an unquoted comma leaves behind, and a megabyte."""
    document = yaml.safe_load(GOOD.replace("{description: It is gone.}", "{description: It is gone., or not}"))
    assert any("or not: has no value" in fault for fault in faults(document))
    document = yaml.safe_load(GOOD)
    document["paths"]["/models"]["get"]["description"] = "X" * 1_000_000 + "."
    assert any("bytes or more" in fault for fault in faults(document))


def test_the_checker_runs_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """As a command it looks through the contract and the connector's definition."""
    assert main() in {0, 1}
    assert capsys.readouterr().out.strip()
