"""Traces, as the rest of the package sees them: spans, and the context of one that travels with a job or a delivery.

Without `start` all of it does nothing, at the cost of a look at one variable. Who makes real spans stands in `spans`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Literal, Protocol

from connector.errors import SettingsError
from connector.telemetry.context import bound_now

TRACEPARENT = "traceparent"
Kind = Literal["internal", "server", "client", "producer", "consumer"]
Attribute = str | int | float | bool


class Tracer(Protocol):
    """Who makes spans."""

    def span(
        self, name: str, kind: Kind, parent: str | None, links: Sequence[str], attributes: Mapping[str, Attribute]
    ) -> AbstractContextManager[None]:
        """A span around what happens in the context, the current one there."""
        ...

    def annotate(self, name: str | None, attributes: Mapping[str, Attribute]) -> None:
        """Say more of the current span."""
        ...

    def traceparent(self) -> str | None:
        """The current span's W3C `traceparent`."""
        ...

    def close(self) -> None:
        """Send what waits."""
        ...


class _Now:
    tracer: Tracer | None = None


def use(tracer: Tracer | None) -> None:
    """Make spans by this tracer from now on, or none."""
    _Now.tracer = tracer


def start(way: str) -> None:
    """Send spans by a way of CONNECTOR_TRACES: otlp, azure, or off. Raises SettingsError where that cannot be done."""
    if way == "off":
        return
    try:
        from connector.telemetry import spans  # noqa: PLC0415 - an optional extra

        use(spans.tracer_for(way))
    except ImportError as error:
        raise SettingsError(
            f"CONNECTOR_TRACES={way} needs packages that are not installed ({error.name}).",
            remedy="Install them: pip install 'dataverse-lead-connector[tracing]'.",
        ) from error
    except ValueError as error:  # its text may repeat the connection string
        raise SettingsError(
            f"CONNECTOR_TRACES={way} cannot be used: what it sends to is not set, or not as it should be.",
            remedy="Set APPLICATIONINSIGHTS_CONNECTION_STRING for azure, OTEL_EXPORTER_OTLP_ENDPOINT for otlp.",
        ) from error


def shut_down() -> None:
    """Send what waits and make no more spans."""
    tracer, _Now.tracer = _Now.tracer, None
    if tracer is not None:
        tracer.close()


@contextmanager
def span(
    name: str,
    *,
    kind: Kind = "internal",
    parent: object = None,
    links: Sequence[str] = (),
    **attributes: Attribute,
) -> Iterator[None]:
    """A span around what happens in the context.

    `parent` and `links` are `traceparent` values; without a parent the current span is it. Attributes are numbers and
    kinds, never an id of a lead or anything that a person wrote.
    """
    tracer = _Now.tracer
    if tracer is None:
        yield
        return
    given = parent if isinstance(parent, str) else None
    told = {f"connector.{name}": value for name, value in bound_now().items()}
    with tracer.span(name, kind, given, links, {**told, **attributes}):
        yield


def annotate(attributes: Mapping[str, Attribute], *, name: str | None = None) -> None:
    """Say more of the current span; `name` takes the place of its name."""
    if _Now.tracer is not None:
        _Now.tracer.annotate(name, attributes)


def carrier() -> dict[str, str]:
    """What travels with a job or a delivery, so that its spans are in this trace; empty without one."""
    found = None if _Now.tracer is None else _Now.tracer.traceparent()
    return {TRACEPARENT: found} if found else {}


def trace_id() -> str:
    """The id of the current trace; empty without one."""
    found = carrier().get(TRACEPARENT, "")
    return found.split("-")[1] if found else ""
