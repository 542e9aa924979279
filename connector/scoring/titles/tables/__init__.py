"""The words of job titles, one module a language; their notation stands in `notation`. Data only."""

from connector.scoring.titles.tables import da, de, en, es, fr, it, nl, pt, sv
from connector.scoring.titles.tables.notation import Table

TABLES: tuple[Table, ...] = (
    en.TABLE,
    de.TABLE,
    fr.TABLE,
    es.TABLE,
    nl.TABLE,
    it.TABLE,
    pt.TABLE,
    sv.TABLE,
    da.TABLE,
)
