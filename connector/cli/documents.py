"""The commands that every kind of document has: list, show, publish, stop."""

from __future__ import annotations

from pathlib import Path

import click

from connector.cli.apply import show
from connector.cli.context import operator, service
from connector.cli.output import console, json_option, print_json, when
from connector.cli.tables import table
from connector.pipeline.ports import DocumentKind, StoredDocument
from connector.pipeline.publishing import read_documents
from connector.pipeline.stopping import left_lacking


def add_document_commands(group: click.Group, kind: DocumentKind) -> None:
    """Give a group the commands `list`, `show`, `apply`, `publish`, `stop` and `schema` for one kind of document."""
    for make in (_list_command, _show_command, _apply_command, _publish_command, _stop_command):
        group.add_command(make(kind))
    if kind in {DocumentKind.MODEL, DocumentKind.QUALIFICATION, DocumentKind.ALERT}:
        group.add_command(_schema_command(kind))


def _schema_command(kind: DocumentKind) -> click.Command:
    @click.command("schema")
    def command() -> None:
        """Print the JSON Schema of such a document, for editors. Needs no settings.

        Exit codes: 0 done.
        """
        from connector.scoring.document.schema import alert_schema, criteria_schema, model_schema

        schemas = {
            DocumentKind.MODEL: model_schema,
            DocumentKind.QUALIFICATION: criteria_schema,
            DocumentKind.ALERT: alert_schema,
        }
        print_json(schemas[kind]())

    return command


def _list_command(kind: DocumentKind) -> click.Command:
    @click.command("list")
    @json_option
    def command(*, as_json: bool) -> None:
        """List them, newest version each.

        Exit codes: 0 done; 2 settings; 3 the store cannot be used.
        """
        with service() as opened:
            documents = list(opened.store.documents(kind))
        if as_json:
            print_json({"documents": [as_dict(document) for document in documents]})
        else:
            rows = [(d.name, d.version or "", d.status, when(d.updated_at), d.updated_by) for d in documents]
            table(console(), "", ["name", "version", "status", "since", "by"], rows, right=[1], whole=[0, 3])

    return command


def _show_command(kind: DocumentKind) -> click.Command:
    @click.command("show")
    @click.argument("name")
    @json_option
    def command(name: str, *, as_json: bool) -> None:
        """Show the live version, else the newest, with its history.

        Exit codes: 0 done; 2 there is none of that name, or settings; 3 the store cannot be used.
        """
        with service() as opened:
            document = opened.store.document(kind, name)
            events = opened.store.history(kind, name)
        if as_json:
            history = [{"version": e.version, "action": e.action, "at": e.at, "by": e.by} for e in events]
            print_json({**as_dict(document), "body": document.body, "history": history})
            return
        click.echo(f"{kind} {document.name}, {document.status}{_version(document.version, ', version ')}")
        for event in events:
            click.echo(f"  {when(event.at)}  {event.action}{_version(event.version, ' ')} by {event.by}")
        click.echo(document.body)

    return command


def _apply_command(kind: DocumentKind) -> click.Command:
    @click.command("apply")
    @click.argument("path", type=click.Path(exists=True, path_type=Path))
    @click.option("--publish", is_flag=True, help="Publish what passes instead of keeping drafts.")
    @click.option("--replace", is_flag=True, help="Stop a changed live document and publish in one step.")
    @json_option
    def command(path: Path, *, publish: bool, replace: bool, as_json: bool) -> None:
        """Load a file, or a folder of files.

        Exit codes: 0 done; 1 some were refused; 2 a document does not parse (then nothing is stored), or settings;
        3 the store cannot be used.
        """
        with service() as opened:
            drafts = [draft for draft in read_documents(path, kind) if draft.kind is kind]
            results = opened.apply(drafts, publish=publish, replace=replace, by=operator())
        show(results, as_json=as_json)

    return command


def _publish_command(kind: DocumentKind) -> click.Command:
    @click.command("publish")
    @click.argument("name")
    @click.option("--replace", is_flag=True, help="Stop the live version and publish in one step.")
    @json_option
    def command(name: str, *, replace: bool, as_json: bool) -> None:
        """Publish the draft of NAME, if it passes.

        Exit codes: 0 done; 1 refused; 2 there is no such draft, or settings; 3 the store cannot be used.
        """
        with service() as opened:
            results = opened.publish_draft(kind, name, replace=replace, by=operator())
        show(results, as_json=as_json)

    return command


def _stop_command(kind: DocumentKind) -> click.Command:
    @click.command("stop")
    @click.argument("name")
    @json_option
    def command(name: str, *, as_json: bool) -> None:
        """Stop the live version of NAME: it is no longer used, and can be changed.

        Live documents that name it are told on standard error: they lack it until it is live again.

        Exit codes: 0 done; 2 none is live, or settings; 3 the store cannot be used.
        """
        with service() as opened:
            document, users = opened.stop_document(kind, name, by=operator())
        if as_json:
            print_json({**as_dict(document), "used_by": [{"kind": str(one.kind), "name": one.name} for one in users]})
        else:
            click.echo(f"{kind} {document.name}: stopped (version {document.version})")
        if lacking := left_lacking(kind, name, users):
            click.echo(f"Warning: {lacking}", err=True)

    return command


def _version(version: int | None, words: str) -> str:
    return f"{words}{version}" if version else ""  # a draft has none


def as_dict(document: StoredDocument) -> dict[str, object]:
    """A document for JSON, without its text."""
    return {
        "kind": document.kind,
        "name": document.name,
        "version": document.version,
        "status": document.status,
        "updated_at": document.updated_at,
        "updated_by": document.updated_by,
    }
