"""The doctor's line about batches: whether etags guard their parts. It writes nothing; see `batchprobe` for how."""

from __future__ import annotations

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import TableInfo
from connector.dataverse.reading.query import address, find_guid
from connector.dataverse.setup.checks import Check, Expectations, passed, warned
from connector.dataverse.writing.batchprobe import Verdict, column_to_probe, probe
from connector.dataverse.writing.batchwriting import LeadTable
from connector.errors import OutsideError

_NAME = "guarded batches"
_ALONE = "leads are updated one by one, which takes more requests and more time"


def check_batches(session: DataverseSession, info: TableInfo, expected: Expectations) -> Check:
    """Ask with one open lead and one column that the documents write."""
    names = {*expected.writes, *(wanted.name for wanted in expected.wanted)}
    written = dict.fromkeys(name for name in names if name in info.columns and info.columns[name].writable)
    if not written:
        return passed(_NAME, "not tried: no document writes a column that is there")
    query = address(info.entity_set, select=[info.key], filter_=f"{columns.STATE} eq {columns.STATE_OPEN}")
    try:
        rows = session.get(query, doing="looking for an open lead", prefer=["odata.maxpagesize=1"]).data.get("value")
    except OutsideError:  # which has a line of its own
        return passed(_NAME, "not tried: leads cannot be read")
    first = rows[0] if isinstance(rows, list) and rows else None
    lead_id = find_guid(str(first.get(info.key))) if isinstance(first, dict) else None
    if lead_id is None:
        return passed(_NAME, "not tried: there is no open lead")
    return _told(probe(LeadTable(session, info.entity_set, info.key), lead_id, column_to_probe(written)))


def _told(verdict: Verdict) -> Check:
    if verdict.works:
        return passed(_NAME, "etags guard the parts of a batch")
    if verdict.works is None:  # busy, or a lead that may not be written: other lines say what is wrong
        return passed(_NAME, f"not told now, a run asks again; until it knows, {_ALONE}: {verdict.reason}")
    remedy = "Nothing has to be done. If a proxy on the way refuses `$batch`, let it pass."
    return warned(_NAME, f"{_ALONE}: {verdict.reason}", remedy)
