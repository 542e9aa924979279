"""Ids of what is under way (run, request, job), bound to the context so that every line of the log bears them.

A new thread begins with none: what is handed to one is `carried`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from types import MappingProxyType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_NOTHING: Mapping[str, str] = MappingProxyType({})
_BOUND: ContextVar[Mapping[str, str]] = ContextVar("bound", default=_NOTHING)


@contextmanager
def bound(**ids: str) -> Iterator[None]:
    """Bind ids until the context ends, with those that are bound already; what is bound meanwhile ends with it."""
    before = _BOUND.set({**_BOUND.get(), **ids})
    try:
        yield
    finally:
        _BOUND.reset(before)


def bind(**ids: str) -> None:
    """Bind ids for the rest of the surrounding `bound`."""
    _BOUND.set({**_BOUND.get(), **ids})


def bound_now() -> Mapping[str, str]:
    """The ids that are bound here."""
    return _BOUND.get()


def carried(function: Callable[P, T]) -> Callable[P, T]:
    """The function as it runs in another thread with the context of this one. To be called once."""
    context = copy_context()

    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return context.run(function, *args, **kwargs)

    return run
