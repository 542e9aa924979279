"""The words of job titles, one module a language; their notation stands in `notation`. Data only.

What the words are filed under follows the five levels and twelve functions that an annotator would use, by the wording:

- C-level: chief officers, managing directors, presidents, board members, partners, founders, owners; deputies too.
- VP: every grade of vice president. Director: directors, heads, German *Leiter* of a function, Dutch *hoofd*.
- Manager: managers, leads, supervisors, *responsable*, *jefe*, *gerente*, *capo*, Scandinavian *chef*, German leaders
  of a team, a department, a place or a crew. Everybody else has no rank, whoever is assisted.
- Quality and products are engineering, administration and creative work are other, payroll is finance, software and
  business analysis are IT, building sites and logistics are production, projects without a field are operations.
- A leader from director up without a field is general management, anyone else without one is other.
"""

from connector.scoring.titles.tables import da, de, en, es, fr, it, nl, pt, sv
from connector.scoring.titles.tables.notation import Table, words

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

# What people and forms write where there is no title.
FILLERS = frozenset(
    word.text
    for word in words(
        """
            test, tests, testing, n, a, /, na, none, null, nil, unknown, tbd, title, job, k, x, xx, xxx, asdf, abc, mr
            mrs, ms, keine, angabe, herr, frau, aucun, aucune, ninguno, ninguna, sin, datos, geen, ingen, nessuno
            nessuna, nenhum, not, applicable, no"""
    )
)
