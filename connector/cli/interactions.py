"""`connector interactions`: what people did, from files and exports, and the sources that are read with every sync."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from connector.bootstrap import Service
from connector.cli.context import service
from connector.cli.documents import add_document_commands
from connector.cli.files import read_text
from connector.cli.output import console, counted, json_option, print_json
from connector.cli.signals import stopped_by_signals
from connector.cli.tables import table
from connector.errors import DocumentError
from connector.pipeline.interactions import checked, read_interactions
from connector.pipeline.ports import DocumentKind
from connector.pipeline.sources.document import parse_export
from connector.pipeline.sources.mapping import ExportMapping
from connector.pipeline.sources.ports import ImportTally
from connector.pipeline.sources.presets import describe, export_preset, export_presets, preset, source_presets
from connector.pipeline.values import Interaction

BATCH = 1000


@click.group("interactions")
def command() -> None:
    """Interactions of leads: clicks, forms, visits."""


@click.group("sources")
def sources() -> None:
    """Sources: tables of the environment that interactions are read from with every sync."""


add_document_commands(sources, DocumentKind.SOURCE)
command.add_command(sources)


@command.command("presets")
@click.argument("name", required=False)
@json_option
def presets(name: str | None, *, as_json: bool) -> None:
    """List the mappings that are ready to be copied, or print the one of NAME.

    Exit codes: 0 done; 2 there is none of that name.
    """
    if name is not None:
        text = preset(name)
        if as_json:
            print_json({"name": name, "body": text})
        else:
            click.echo(text, nl=False)
        return
    known = [(one, *describe(one)) for one in [*source_presets(), *export_presets()]]
    if as_json:
        print_json({"presets": [{"name": one, "reads": reads, "description": said} for one, reads, said in known]})
        return
    table(console(), "", ["name", "reads", "what"], known, whole=[0])
    click.echo("Copy one into the folder sources/: connector interactions presets NAME > sources/NAME.yaml")


@command.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--preset", "preset_name", help="Read an export by a mapping that comes with the program: cij.")
@click.option("--mapping", type=click.Path(path_type=Path), help="Read an export by a mapping of your own.")
@click.option("--again", is_flag=True, help="Of an export: read also the files that were read before.")
@json_option
def import_(
    paths: Sequence[Path], *, preset_name: str | None, mapping: Path | None, again: bool, as_json: bool
) -> None:
    """Import CSV, NDJSON or Parquet files; importing the same twice stores nothing twice.

    Columns or keys: id, lead_id, type, at (ISO 8601 with offset), machine (optional), properties (an object; in CSV
    and Parquet every further column is a property). Every faulty line is named, and then nothing is stored.

    With --preset or --mapping the PATHS are exports: folders of Parquet files or Delta tables, or one of these. What
    was read before is not read again.

    Exit codes: 0 done; 1 stopped; 2 a line is faulty, an export looks otherwise, or settings; 3 the store cannot be
    used.
    """
    if preset_name is not None and mapping is not None:
        raise click.UsageError("Give --preset or --mapping, not both.")
    if preset_name is not None or mapping is not None:
        export = export_preset(preset_name) if preset_name else parse_export(read_text(mapping or Path()))
        _import_exports(paths, export, again=again, as_json=as_json)
        return
    if again:
        raise click.UsageError("--again is for exports: a file is always read whole.")
    _import_files(paths, as_json=as_json)


def _import_exports(paths: Sequence[Path], export: ExportMapping, *, again: bool, as_json: bool) -> None:
    with stopped_by_signals() as stop, service(stop=stop) as opened:
        tallies = [opened.import_export(path, export, again=again) for path in paths]
    if as_json:
        done = [_as_dict(tally) for tally in tallies]
        print_json(done[0] if len(done) == 1 else {"imports": done})
        return
    for tally in tallies:
        _print_tally(tally)


def _as_dict(tally: ImportTally) -> dict[str, Any]:
    return {
        "read": tally.read,
        "new": tally.stored,
        "known": tally.known,
        "waiting": tally.waiting,
        "left_out": tally.left_out,
        "skipped": tally.skipped,
        "files": tally.files,
        "files_known": tally.files_known,
        "tables": tally.tables,
        "notes": tally.notes,
    }


def _print_tally(tally: ImportTally) -> None:
    rows, known = counted(tally.read, "row"), counted(tally.files_known, "file was", "files were")
    click.echo(f"{rows} of {counted(tally.files, 'file')} read ({known} read before).")
    click.echo(f"{counted(tally.stored, 'interaction')} new or changed, {tally.known} known.")
    if tally.waiting:
        wait = counted(tally.waiting, "row waits", "rows wait")
        click.echo(f"{wait} for a lead that is not mirrored; the next sync looks for it.")
    if tally.left_out:
        click.echo(f"Left out: {counted(tally.left_out, 'row')} of people who opted out.")
    for reason, count in sorted(tally.skipped.items()):
        no = counted(count, "row is no interaction", "rows are no interactions")
        click.echo(f"{no}: {reason.replace('_', ' ')}.")
    for note in tally.notes:
        click.echo(note)


def _import_files(paths: Sequence[Path], *, as_json: bool) -> None:
    read = new = 0
    for path in paths:
        if path.is_dir():
            raise DocumentError(f"{path} is a folder.", remedy="For an export give --preset cij, or --mapping FILE.")
    with service() as opened:
        for path in paths:
            for batch in _batches(path):
                read += len(batch)
                new += opened.add_interactions(batch)
        _judge(opened)
    if as_json:
        print_json({"read": read, "new": new})
    else:
        click.echo(f"{counted(read, 'interaction')} read, {new} new. The next sync scores the leads they belong to.")


def _judge(opened: Service) -> None:
    """Mark machine clicks at once, so that what is shown before the next sync is right."""
    opened.store.settle_interactions(now=opened.clock(), expire=False)


def _batches(path: Path) -> Iterable[Sequence[Interaction]]:
    """A file in batches; Parquet is read twice, so that nothing is stored of a file with a fault."""
    if path.suffix.lower() == ".parquet":
        from connector.lakehouse import read_rows

        for _ in checked(path.name, read_rows(path)):
            pass
        yield from _in_batches(checked(path.name, read_rows(path)))
        return
    yield from _in_batches(read_interactions(path))


def _in_batches(interactions: Iterable[Interaction]) -> Iterable[Sequence[Interaction]]:
    batch: list[Interaction] = []
    for one in interactions:
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
