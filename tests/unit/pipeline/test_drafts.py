"""Documents from files and folders: which files count, of which kind they are, every fault of all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.errors import DocumentError
from connector.pipeline.drafts import Draft, overlooked, parse_all, read_documents
from connector.pipeline.ports import DocumentKind
from tests.unit.pipeline.world import ALERT, QUALIFICATION, TYPES, heat_model

TITLES = "titles:\n  - {title: Chief Happiness Officer, seniority: c_level, function: hr}\n"


def folder(path: Path, **files: str) -> Path:
    """A folder with files; `__` in a name is a folder, `_dot_` a dot."""
    for name, text in files.items():
        file = path / name.replace("__", "/").replace("_dot_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return path


def kinds(drafts: list[Draft]) -> list[tuple[str, str]]:
    """Kind and name of each."""
    return [(str(draft.kind), draft.name) for draft in drafts]


def test_a_folder_is_read_by_its_folders(tmp_path: Path) -> None:
    """models/, qualification/, alerts/ and titles.yaml; other endings and hidden files are nobody's documents."""
    path = folder(
        tmp_path,
        models__a_dot_yaml="a",
        models__b_dot_json="b",
        models__c_dot_txt="c",
        models___dot_hidden_dot_yaml="d",
        qualification__q_dot_yml="q",
        alerts__x_dot_yaml="x",
        titles_dot_yaml="t",
        stray_dot_yaml="s",
    )
    assert kinds(read_documents(path)) == [
        ("model", "a.yaml"),
        ("model", "b.json"),
        ("qualification", "q.yml"),
        ("alert", "x.yaml"),
        ("titles", "titles.yaml"),
    ]


def test_a_folder_of_one_kind_may_hold_its_files_itself(tmp_path: Path) -> None:
    """A command for models takes a folder of models; a title table beside them stays one."""
    path = folder(tmp_path, a_dot_yaml="a", titles_dot_yaml="t", models__b_dot_yaml="b")
    assert kinds(read_documents(path, DocumentKind.ALERT)) == [
        ("model", "b.yaml"),
        ("alert", "a.yaml"),
        ("titles", "titles.yaml"),
    ]


def test_a_place_without_documents_is_an_error(tmp_path: Path) -> None:
    """An empty folder and one that does not exist say where documents go."""
    for path in (tmp_path, tmp_path / "gone"):
        with pytest.raises(DocumentError, match=r"holds no documents\. Put them into models/"):
            read_documents(path)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("x.yaml", heat_model(), "model"),
        ("x.yaml", "# alert: no\n---\n" + ALERT, "alert"),
        ("x.yaml", QUALIFICATION, "qualification"),
        ("x.yaml", "on:\n  model: engagement\n  crosses: 70\nalert: hot\nchannels: [a]\n", "alert"),
        ("x.yaml", "'qualification' : q\n", "qualification"),
        ("x.json", '{"on": {"model": "m", "crosses": 5},\n "alert": "hot"}', "alert"),
        ("x.json", '{"alert": "hot", "on": {"model": "m", "crosses": 5},}', "alert"),
        ("x.yaml", "{alert: hot, on: {model: m, crosses: 5}}", "alert"),
        ("x.yaml", TITLES, "titles"),
        ("titles.yaml", "nothing", "titles"),
        ("x.yaml", "nothing that anybody knows", "model"),
    ],
)
def test_the_kind_of_a_single_file_is_told_by_its_outermost_keys(
    tmp_path: Path, name: str, text: str, kind: str
) -> None:
    """Keys further in are no hint: an alert on a model is no model."""
    (tmp_path / name).write_text(text, encoding="utf-8-sig")
    (draft,) = read_documents(tmp_path / name)
    assert (str(draft.kind), draft.body) == (kind, text)


def test_a_single_file_may_be_said_to_be_of_a_kind(tmp_path: Path) -> None:
    """A command for alerts takes a file as an alert, whatever it looks like."""
    (tmp_path / "x.yaml").write_text(heat_model(), encoding="utf-8")
    assert read_documents(tmp_path / "x.yaml", DocumentKind.ALERT)[0].kind is DocumentKind.ALERT


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """With what to do about it; a folder that is called like a document as well."""
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DocumentError, match=r"x\.yaml is not UTF-8 text\. Save it as UTF-8"):
        read_documents(tmp_path / "x.yaml")
    (tmp_path / "models" / "a.yaml").mkdir(parents=True)
    with pytest.raises(DocumentError, match=r"a\.yaml is a folder, not a document\."):
        read_documents(tmp_path)


@pytest.mark.parametrize("name", ["models/a.yaml", "titles.yaml"])
def test_a_link_that_leads_nowhere_is_called_so(tmp_path: Path, name: str) -> None:
    """Where its file is gone, and where it leads in a circle; a table of titles is not taken for absent."""
    folder(tmp_path, models__b_dot_yaml="b")
    (tmp_path / name).symlink_to(tmp_path / "gone.yaml")
    with pytest.raises(DocumentError, match=rf"{name} is a link to a file that is not there\."):
        read_documents(tmp_path)
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to(tmp_path / name)
    with pytest.raises(DocumentError, match=rf"{name} cannot be read: .+\. Check the file and its permissions"):
        read_documents(tmp_path)


@pytest.mark.parametrize("kind", ["a file", "a link to nowhere", "a circle of links"])
def test_a_folder_that_cannot_be_looked_into_is_named_and_not_taken_for_empty(tmp_path: Path, kind: str) -> None:
    """As one is for whom may not read it; both by what reads documents and by what names those that are not read."""
    models = folder(tmp_path, alerts__x_dot_yaml="x") / "models"
    if kind == "a file":
        models.write_text("m", encoding="utf-8")
    else:
        models.symlink_to(models if kind == "a circle of links" else tmp_path / "gone")
    for look in (read_documents, overlooked):
        with pytest.raises(DocumentError, match=r"models cannot be looked into: "):
            look(tmp_path)


def test_what_looks_like_a_document_and_is_not_read_is_told(tmp_path: Path) -> None:
    """Folders of almost the right name, endings in capitals, files beside the folders; no notes, and nothing hidden."""
    path = folder(
        tmp_path,
        model__a_dot_yaml="a",
        models__b_dot_YAML="b",
        models__c_dot_yaml="c",
        models__old__d_dot_yaml="d",
        models__readme_dot_md="notes",
        alerts__titles_dot_yaml="t",
        _dot_git__x_dot_yaml="x",
        readme_dot_md="notes",
        titles_dot_yaml="t",
        titles_dot_yml="t",
    )
    (path / "alert.yaml").symlink_to(path / "gone")
    assert overlooked(path) == [
        "alert.yaml", "model/", "titles.yml", "models/b.YAML", "models/old/", "alerts/titles.yaml"
    ]  # fmt: skip
    assert kinds(read_documents(path)) == [("model", "c.yaml"), ("titles", "titles.yaml")]


def test_the_same_text_has_the_same_digest() -> None:
    """Line ends and trailing blanks do not make another document; a letter does."""
    digest = Draft(DocumentKind.MODEL, "a", "model: a\ngroups: []\n").digest
    assert Draft(DocumentKind.ALERT, "b", "\r\nmodel: a  \r\ngroups: []\r\n\r\n").digest == digest
    assert Draft(DocumentKind.MODEL, "a", "model: b\ngroups: []\n").digest != digest


def test_documents_are_parsed_by_kind_and_get_their_names() -> None:
    """The name in the document counts, not the file's."""
    texts = [
        (DocumentKind.ALERT, ALERT),
        (DocumentKind.MODEL, heat_model()),
        (DocumentKind.QUALIFICATION, QUALIFICATION),
        (DocumentKind.TITLES, TITLES),
    ]
    parsed = parse_all([Draft(kind, "file.yaml", text) for kind, text in texts], TYPES)
    assert kinds(list(parsed.drafts)) == [
        ("alert", "hot"),
        ("model", "engagement"),
        ("qualification", "sales-ready"),
        ("titles", "titles"),
    ]
    assert set(parsed.models) == {"engagement"}
    assert set(parsed.criteria) == {"sales-ready"}
    assert set(parsed.alerts) == {"hot"}
    assert parsed.titles is not None
    assert parse_all([], TYPES).titles is None


def test_every_fault_of_every_document_is_told_at_once() -> None:
    """With file, path and line; a name that stands in two files as well."""
    drafts = [
        Draft(DocumentKind.MODEL, "one.yaml", "model: one\ngroups: 5\n"),
        Draft(DocumentKind.MODEL, "two.yaml", "model: [\n"),
        Draft(DocumentKind.MODEL, "three.yaml", heat_model()),
        Draft(DocumentKind.MODEL, "four.yaml", heat_model()),
        Draft(DocumentKind.QUALIFICATION, "five.yaml", QUALIFICATION.replace("sales-ready", "engagement")),
    ]
    with pytest.raises(DocumentError, match="nothing was stored") as caught:
        parse_all(drafts, TYPES)
    said = [str(fault) for fault in caught.value.faults]
    assert any(text.startswith("line 2: one.yaml groups") for text in said)
    assert any("two.yaml" in text for text in said)
    assert "four.yaml: the model 'engagement' stands in two files. Rename one." in said
    assert not any("five.yaml" in text for text in said)
