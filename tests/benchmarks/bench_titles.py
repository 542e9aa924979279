"""How well and how fast job titles are read: accuracy by language and part, titles a second.

`python tests/benchmarks/bench_titles.py [--misses LANG]`. Nothing is asserted. `--misses` lists what was read wrong in
the tuned part of one language; the held-out part is never shown title by title.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a file, the root is not on the path

from connector.scoring.titles import read_title
from tests.unit.scoring.titles.labelled import (
    LANGUAGES,
    LabelledTitle,
    measure,
    read_all,
    read_language,
)

COLUMNS = ("titles", "seniority", "function", "sen./other", "fun./other", "recognised")


def print_part(name: str, titles: Iterable[LabelledTitle]) -> None:
    """Print one line of figures in percent."""
    found = measure(titles, read_title)
    shares = (
        found.seniority, found.function, found.seniority_as_other, found.function_as_other, found.recognised,
    )  # fmt: skip
    print(f"{name:<16}{found.titles:>8}" + "".join(f"{100 * share:>12.1f}" for share in shares))


def print_figures() -> None:
    """Print accuracy by language and part. The columns `/other` read an unrecognised title as `other`."""
    print(f"{'':<16}{COLUMNS[0]:>8}" + "".join(f"{column:>12}" for column in COLUMNS[1:]))
    everything = read_all()
    for part, held_out in (("tuned", False), ("held out", True)):
        for language in LANGUAGES:
            print_part(
                f"{language} {part}", [t for t in everything if t.language == language and t.held_out == held_out]
            )
        print_part(f"all {part}", [t for t in everything if t.held_out == held_out])


def print_speed() -> None:
    """Print the titles read in a second, the best of three runs over the whole set."""
    texts = [title.text for title in read_all()]
    best = 0.0
    for _ in range(3):
        start = time.perf_counter()
        for text in texts:
            read_title(text)
        best = max(best, len(texts) / (time.perf_counter() - start))
    print(f"{best:,.0f} titles a second")


def print_misses(language: str) -> None:
    """List the tuned titles of a language that were read wrong, with labels and readings, then the confusions."""
    confusions: Counter[str] = Counter()
    for title in read_language(language):
        if title.held_out:
            continue
        read = read_title(title.text)
        wrong = []
        if read.seniority != title.seniority:
            wrong.append(f"{title.seniority or 'none'} read as {read.seniority or 'unknown'}")
        if read.function != title.function:
            wrong.append(f"{title.function or 'none'} read as {read.function or 'unknown'}")
        if wrong:
            confusions.update(wrong)
            print(f"{title.text:<50} {'; '.join(wrong)}")
    print()
    for confusion, count in confusions.most_common(20):
        print(f"{count:>5}  {confusion}")


def main() -> None:
    """Print figures and speed, or the misses of one language."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--misses", choices=LANGUAGES, metavar="LANG", help="list tuned titles that were read wrong")
    arguments.add_argument("--smoke", action="store_true", help="the same: it is quick")
    chosen: str | None = arguments.parse_args().misses
    if chosen:
        print_misses(chosen)
    else:
        print_figures()
        print_speed()


if __name__ == "__main__":
    main()
