"""Flows subscribe and unsubscribe: their callback is looked at, and what they ask for must be there to listen to."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from connector.bootstrap.verdicts import Verdicts
from connector.delivery.guard import DestinationError, check_destination
from connector.delivery.signing import new_secret
from connector.errors import DocumentError, Fault
from connector.pipeline.ports import DocumentKind
from connector.pipeline.subscriptions import Filters, Subscribed, Subscription, TriggerName, Wish
from connector.scoring.operators import fold
from connector.scoring.rules import ANY_MODEL


class Subscribing(Verdicts):
    """Subscriptions of flows."""

    def subscribe(self, trigger: TriggerName, filters: Filters, callback: str, by: str, request_id: str) -> Subscribed:
        """Store what a flow asks for; the same again is the same subscription.

        Raises DocumentError with every fault: a callback that is not called, a model that is not live. BusyError where
        there are too many.
        """
        faults = [*self._callback_faults(callback), *self._filter_faults(filters)]
        if faults:
            raise DocumentError("This cannot be subscribed to:", faults=faults, remedy="Correct each fault.")
        wish = Wish(trigger, filters, callback, urlsplit(callback).hostname or "")
        return self.store.subscribe(wish, new_secret(), by=by, now=self.clock(), request_id=request_id)

    def unsubscribe(self, key: str, by: str, request_id: str) -> None:
        """End the subscription that a key is for, if there is one."""
        self.store.unsubscribe(key, by=by, now=self.clock(), request_id=request_id)

    def last_qualified(self) -> int:
        """The count of the latest qualification."""
        return self.store.last_qualified()

    def subscriptions(self, *, ended: bool = False) -> Sequence[Subscription]:
        """Those that go on, with `ended` all that are kept."""
        return self.store.subscriptions(ended=ended)

    def subscription(self, subscription_id: str) -> Subscription:
        """One of them. Raises MissingFactError."""
        return self.store.subscription(subscription_id)

    def end_subscription(self, subscription_id: str, *, by: str) -> Subscription:
        """End one. Raises MissingFactError."""
        reason = "Ended by a person."
        return self.store.end_subscription(subscription_id, by=by, reason=reason, now=self.clock())

    def _callback_faults(self, callback: str) -> list[Fault]:
        try:
            check_destination(callback, self.settings.allowed_hosts)
        except DestinationError as error:
            return [Fault("callback_url", None, error.message, error.remedy)]
        return []

    def _filter_faults(self, filters: Filters) -> list[Fault]:
        """What is asked for and is not there; the faults name what is."""
        live = sorted((kind, name) for kind, name, _ in self.store.versions())
        models = [name for kind, name in live if kind is DocumentKind.MODEL]
        criteria = [name for kind, name in live if kind is DocumentKind.QUALIFICATION]
        faults = []
        if filters.model not in {ANY_MODEL, *models}:
            faults.append(_missing("model", filters.model, models))
        elif filters.grade is not None:
            grades = [one.value for one in self.choices("grades", filters.model)]
            if fold(filters.grade) not in {fold(grade) for grade in grades}:
                faults.append(_missing("grade", filters.grade, grades))
        if filters.qualification not in {ANY_MODEL, *criteria}:
            faults.append(_missing("qualification", filters.qualification, criteria))
        return faults


def _missing(what: str, asked: str, known: Sequence[str]) -> Fault:
    said = f"no {what} {asked!r} is live." if what != "grade" else f"the model has no grade {asked!r}."
    return Fault(what, None, said, f"There are: {', '.join(known)}." if known else "There are none yet.")
