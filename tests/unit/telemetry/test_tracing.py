"""Traces: nothing without a tracer, real spans with one, and what travels from one process to another."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from connector.errors import SettingsError
from connector.telemetry import spans, tracing
from connector.telemetry.context import bound
from connector.telemetry.spans import Spans


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    """What spans were made while this tracer is in use."""
    exporter = InMemorySpanExporter()
    tracing.use(Spans(SimpleSpanProcessor(exporter)))
    yield exporter
    tracing.shut_down()


def test_without_a_tracer_nothing_happens() -> None:
    """Spans, annotations and carriers are empty words."""
    with tracing.span("read", kind="client", leads=3):
        tracing.annotate({"status": 200})
        assert tracing.carrier() == {}
        assert tracing.trace_id() == ""
    tracing.shut_down()


def test_a_trace_goes_on_where_it_was_carried_to(exported: InMemorySpanExporter) -> None:
    """A span whose parent came with a job is in the trace of who put the job; others are linked."""
    with bound(request_id="r1"), tracing.span("request", kind="server"):
        taken = tracing.carrier()
        tracing.annotate({"status": 202}, name="POST /hooks")
        trace = tracing.trace_id()
    with tracing.span("other"):
        other = tracing.carrier()
    with tracing.span("job", kind="consumer", parent=taken["traceparent"], links=[other["traceparent"]], jobs=2):
        assert tracing.trace_id() == trace
        with tracing.span("read"):
            pass
    by_name = {one.name: one for one in exported.get_finished_spans()}
    request, job, read = by_name["POST /hooks"], by_name["job"], by_name["read"]
    assert (request.kind, job.kind) == (SpanKind.SERVER, SpanKind.CONSUMER)
    assert dict(request.attributes or {}) == {"connector.request_id": "r1", "status": 202}
    assert job.parent is not None
    assert job.parent.span_id == request.context.span_id
    assert read.parent is not None
    assert read.parent.span_id == job.context.span_id
    assert [one.context.trace_id for one in job.links] == [by_name["other"].context.trace_id]


def test_a_parent_that_is_none_is_not_believed(exported: InMemorySpanExporter) -> None:
    """Whatever a caller sends that is no traceparent begins a trace of its own."""
    for parent in (None, 7, "", "00-zz-1-01", "<script>"):
        with tracing.span("request", parent=parent):
            pass
    found = exported.get_finished_spans()
    assert len({one.context.trace_id for one in found}) == len(found) == 5
    assert all(one.parent is None for one in found)


def test_of_an_error_a_span_tells_the_kind_alone(exported: InMemorySpanExporter) -> None:
    """What an exception says may quote a row."""
    with pytest.raises(ValueError, match="Ada"), tracing.span("write"):
        raise ValueError("Ada Example")
    [span] = exported.get_finished_spans()
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "ValueError")
    assert span.events == ()


def test_what_tracing_needs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, or without an address, the setting cannot be used, and the remedy says what to do."""
    tracing.start("off")
    monkeypatch.delenv("APPLICATIONINSIGHTS_CONNECTION_STRING", raising=False)
    monkeypatch.setenv("APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL", "true")
    with pytest.raises(SettingsError, match="APPLICATIONINSIGHTS_CONNECTION_STRING"):
        tracing.start("azure")
    monkeypatch.setitem(sys.modules, "connector.telemetry.spans", None)
    monkeypatch.delattr("connector.telemetry.spans")
    with pytest.raises(SettingsError, match=r"\[tracing\]"):
        tracing.start("otlp")
    assert tracing.carrier() == {}


def test_both_ways_make_a_tracer(monkeypatch: pytest.MonkeyPatch) -> None:
    """OTLP and Azure Monitor both have an exporter; nothing is sent before there is a span."""
    monkeypatch.setenv("APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL", "true")
    monkeypatch.setenv(
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint=https://127.0.0.1:1/",
    )
    for way in ("otlp", "azure"):
        spans.tracer_for(way).close()
