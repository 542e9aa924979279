"""Trying a call again: when, how long between, and what is said of it. What one try does is handed in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import tenacity

from connector.dataverse.http.answers import Reply
from connector.dataverse.http.exchange import Call
from connector.dataverse.http.refusals import ConditionFailedError
from connector.dataverse.http.retry import RetryPolicy, should_retry, wait_s
from connector.errors import OutsideError

logger = logging.getLogger(__name__)

_TOO_MANY = 429
# A batch that fails twice is not tried a third time: its parts are, one by one, so that none keeps the others back.
_BATCH_TRIES = 2


@dataclass(frozen=True, slots=True)
class Tries:
    """Tries calls within the bounds of a policy."""

    policy: RetryPolicy
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    jitter: Callable[[], float]

    def run(self, attempt: Callable[[Call, float], Reply], call: Call) -> Reply:
        """Try until it works, must not be repeated, or the bounds are met; raise the last try's error.

        An attempt is told until when it may wait.
        """
        policy, began, lost = self.policy, self.monotonic(), False

        def before_sleep(state: tenacity.RetryCallState) -> None:
            nonlocal lost
            error = _failure(state)
            # A 429 says that nothing was done; anything else may have been done and not been told.
            lost = lost or not _is_throttled(error)
            _log_retry(call.doing, error, state)

        def is_over(state: tenacity.RetryCallState) -> bool:
            spent = self.monotonic() - began
            most = _BATCH_TRIES if call.parts and not _is_throttled(_failure(state)) else policy.attempts
            return state.attempt_number >= most or spent + state.upcoming_sleep > policy.budget_s

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(
                lambda error: should_retry(error, repeatable=call.repeatable, policy=policy)
            ),
            wait=lambda state: wait_s(_failure(state), state.attempt_number, jitter=self.jitter(), policy=policy),
            stop=is_over,
            before_sleep=before_sleep,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            reply: Reply = retrying(attempt, call, began + policy.budget_s)
        except ConditionFailedError as error:
            error.answer_lost = lost
            raise
        return replace(reply, answer_lost=lost)


def _failure(state: tenacity.RetryCallState) -> BaseException:
    """Give the error of the try that just failed."""
    error = state.outcome.exception() if state.outcome else None
    return error or RuntimeError("no outcome")


def _is_throttled(error: BaseException) -> bool:
    """Tell whether a try was turned away with 429, so that nothing was done."""
    return isinstance(error, OutsideError) and error.status == _TOO_MANY


def _log_retry(doing: str, error: BaseException, state: tenacity.RetryCallState) -> None:
    """Log that a try failed: what and why, never an address (it holds ids) or a body."""
    status = error.status if isinstance(error, OutsideError) else None
    code = error.code if isinstance(error, OutsideError) else ""
    answer = f"HTTP {status} {code}".rstrip() if status else "no answer"
    logger.warning("%s: try %d failed (%s), next in %.1f s", doing, state.attempt_number, answer, state.upcoming_sleep)
