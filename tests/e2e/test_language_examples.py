"""The examples of docs/language.md, copied into files as a reader would, against the sandbox."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

LANGUAGE = Path(__file__).resolve().parents[2] / "docs" / "language.md"
FOLDERS = {"model": "models", "qualification": "qualification", "alert": "alerts", "titles": "."}
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A folder with every block of YAML of the page, each where `connector apply` looks for its kind."""
    folder = tmp_path / "examples"
    for block in BLOCK.findall(LANGUAGE.read_text(encoding="utf-8")):
        kind = block.partition(":")[0]
        path = folder / FOLDERS[kind] / ("titles.yaml" if kind == "titles" else "example.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        assert not path.exists(), f"the page has two examples of the kind {kind}"
        path.write_text(block, encoding="utf-8")
    return folder


def test_the_examples_are_published_together_without_a_finding(shell: Any, examples: Path) -> None:
    """All kinds of the page go live in one step, lint has nothing to say of them, and a run works by them."""
    shell.run("apply", str(examples))
    shell.run("provision", "columns", "--yes")
    applied = shell.json("apply", str(examples), "--publish")["documents"]
    assert [(one["kind"], one["outcome"], one["findings"], one["faults"]) for one in applied] == [
        (kind, "published", [], []) for kind in ("titles", "model", "qualification", "alert")
    ]
    shell.run("sync")


def test_the_examples_may_take_the_place_of_the_samples(installed: Any, examples: Path) -> None:
    """The page's model and qualification bear names of the sample documents: --replace makes them the next version."""
    applied = installed.json("apply", str(examples), "--publish", "--replace")["documents"]
    assert [(one["kind"], one["outcome"], one["version"]) for one in applied] == [
        ("titles", "unchanged", 1),
        ("model", "published", 2),
        ("qualification", "published", 2),
        ("alert", "published", 1),
    ]


def test_the_facts_of_the_page_are_scored_by_its_model(bare: Any, examples: Path, tmp_path: Path) -> None:
    """The JSON of the page is what `connector score --facts` takes: title and form give points, all is judged."""
    (facts,) = re.findall(r"^```json\n(.*?)^```", LANGUAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    path = tmp_path / "lead.json"
    path.write_text(facts, encoding="utf-8")
    model = str(examples / "models" / "example.yaml")
    answer = bare.json("score", "--model", model, "--facts", str(path), "--now", "2026-11-21T09:00:00Z")
    assert (answer["score"], answer["coverage"]) == (35, 1)
