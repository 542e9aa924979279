"""What all tests share: nothing may be skipped where `.ci/run` says so, but for the vendors' schemas.

No law fails by time: a machine that is busy elsewhere takes any.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

pytest_plugins = ("tests.leaks",)
MAY_SKIP = "CONNECTOR_SCHEMAS"  # the checks against the vendors' schemas, where those are not at hand


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]  # noqa: ANN201 - a pluggy hook's own type
    """Turn a skip into a failure where nothing may be skipped."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CONNECTOR_TEST_NO_SKIP") and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr)
        if MAY_SKIP not in reason:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} was skipped, and nothing may be: {reason}"
