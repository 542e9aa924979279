"""Spans by OpenTelemetry, the optional extra `tracing`: the only module that imports it.

Where they go is told by the standard variables: OTEL_EXPORTER_OTLP_ENDPOINT and its like, or
APPLICATIONINSIGHTS_CONNECTION_STRING.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Link, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from connector.telemetry.tracing import TRACEPARENT, Attribute, Kind

SERVICE = "lead-connector"
_KINDS: Mapping[Kind, SpanKind] = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}
_W3C = TraceContextTextMapPropagator()


class Spans:
    """Fulfils `Tracer` by spans that a processor takes."""

    def __init__(self, processor: SpanProcessor) -> None:
        """Take who sends them. Nothing global is set: what else in the process uses OpenTelemetry goes its own way."""
        self._provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("connector")

    @contextmanager
    def span(
        self, name: str, kind: Kind, parent: str | None, links: Sequence[str], attributes: Mapping[str, Attribute]
    ) -> Iterator[None]:
        """A span around what happens in the context; of an error it tells the kind alone."""
        context = _W3C.extract({TRACEPARENT: parent}) if parent else None
        with self._tracer.start_as_current_span(
            name,
            context,
            _KINDS[kind],
            dict(attributes),
            [Link(trace.get_current_span(_W3C.extract({TRACEPARENT: one})).get_span_context()) for one in links],
            record_exception=False,
            set_status_on_exception=False,
        ) as made:
            try:
                yield
            except BaseException as error:
                made.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def annotate(self, name: str | None, attributes: Mapping[str, Attribute]) -> None:
        """Say more of the current span."""
        current = trace.get_current_span()
        if name:
            current.update_name(name)
        current.set_attributes(dict(attributes))

    def traceparent(self) -> str | None:
        """The current span's; None without one."""
        found: dict[str, str] = {}
        _W3C.inject(found)
        return found.get(TRACEPARENT)

    def close(self) -> None:
        """Send what waits."""
        self._provider.shutdown()


def tracer_for(way: str) -> Spans:
    """Spans that are sent in the background, by OTLP over HTTP or to Azure Monitor.

    Raises ImportError where the extra is installed in part, ValueError where what a way needs is not set.
    """
    return Spans(BatchSpanProcessor(_azure() if way == "azure" else _otlp()))


def _otlp() -> SpanExporter:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - one of two

    return OTLPSpanExporter()


def _azure() -> SpanExporter:
    # The exporter would tell its maker how it is used.
    os.environ.setdefault("APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL", "true")
    from azure.monitor.opentelemetry.exporter import AzureMonitorTraceExporter  # noqa: PLC0415 - one of two

    exporter: SpanExporter = AzureMonitorTraceExporter(disable_offline_storage=True)
    return exporter
