"""The two libraries, loaded when they are needed: whoever imports no lakehouse needs neither."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from connector.errors import DocumentError

EXTRA = "pip install dataverse-lead-connector[lakehouse]"


def parquet() -> Any:
    """The module that reads Parquet. Raises DocumentError naming what to install."""
    return _load("pyarrow.parquet", "Parquet files")


def arrow() -> Any:
    """The module of Arrow's types. Raises DocumentError naming what to install."""
    return _load("pyarrow", "Parquet files")


def delta() -> Any:
    """The module that reads Delta tables. Raises DocumentError naming what to install."""
    _load("pyarrow.dataset", "Delta tables")
    return _load("deltalake", "Delta tables")


def _load(name: str, what: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        library = name.partition(".")[0]
        raise DocumentError(f"{what} cannot be read: {library} is not installed.", remedy=f"Run: {EXTRA}") from error
