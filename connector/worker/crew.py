"""The crew: threads that do jobs, and the loop that leases them, keeps the leases and records what came of each.

One thread does all that concerns the queue; what a job is stands in its handler.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from random import Random

from connector.errors import StoreError
from connector.pipeline import retries
from connector.pipeline.jobs import Failed, JobStore, Lease
from connector.worker.handlers import Again, Handler, at_work, failure_of, said

POLL_S = 0.25  # how long something that nobody told us of may wait
LONGEST_PAUSE_S = 5.0  # after errors of the queue: shorter than a lease, so that none is lost by our own waiting
KEEP_AT = 3  # a lease is renewed after a third of it

_log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Hand:
    """Jobs in one thread's hand. Times are the monotonic clock's. What was given up is no longer ours."""

    handler: Handler
    leases: Sequence[Lease]
    begun: float
    kept: float
    lost: set[str] = field(default_factory=set)
    given_up: bool = False
    again: Again = field(default_factory=dict)
    error: BaseException | None = None

    def holds(self, lease: Lease, now: float) -> bool:
        """Tell whether a lease is still ours, as far as can be known without asking."""
        return not self.given_up and lease.job_id not in self.lost and now < self.kept + self.handler.lease_s


class Crew:
    """Up to `threads` handlers at once over one queue. `name` is what attempts are recorded under.

    `wake` may be called from any thread: there may be something to do. What would only be found by a handler that is
    busy, or rests, is not looked for: it looks itself when it is free again.
    """

    def __init__(
        self,
        queue: JobStore,
        threads: int,
        *,
        name: str,
        rng: Random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue
        self._handlers: dict[str, Handler] = {}
        self._threads = threads
        self._name = name
        self._rng = rng
        self._clock = clock
        self._changed = threading.Condition()
        self._woken = False
        self._hands: list[Hand] = []
        self._rests: dict[str, float] = {}  # until when the handler of a kind takes no more
        self._looked_at = float("-inf")  # when it was last said who is free
        self._ended: list[Hand] = []
        self.ends_at = float("-inf")  # until when, once it was told to stop, what is under way may take

    def take(self, handlers: Sequence[Handler]) -> None:
        """Say who does what, before the work begins."""
        self._handlers.update((kind, one) for one in handlers for kind in one.kinds)

    def wake(self, kinds: Collection[str] = ()) -> None:
        """Look at the queue now, where jobs of one of these kinds (none: of any) could be begun."""
        with self._changed:
            if kinds and not self._free().intersection(kinds):
                return
            self._woken = True
            self._changed.notify()

    def holds(self, lease: Lease) -> bool:
        """Tell a handler whether its lease still holds; when not, somebody else may be doing the job."""
        now = self._clock()
        with self._changed:
            return any(lease in hand.leases and hand.holds(lease, now) for hand in self._hands)

    def work(self, stop: threading.Event, *, grace_s: float = 0.0, tick: Callable[[], object] = lambda: None) -> None:
        """Do jobs until `stop` is set; then finish what is in hand, up to `grace_s` seconds, and give back the rest.

        `tick` is called each time before the queue is looked at. Errors of the queue are logged, and it is tried again.
        """
        pause = POLL_S
        while not stop.is_set():
            try:
                self._settle(stop)
                tick()
                more = self._take_on(stop)
                pause = POLL_S
            except Exception as error:  # noqa: BLE001 - a worker that dies would stop all work without a word
                _log.warning("The worker goes on after an error: %s", said(error))
                pause = min(pause * 2, LONGEST_PAUSE_S)
                stop.wait(pause)
                continue
            if not more:
                self._rest(self._until_free(POLL_S), stop)
        self.ends_at = self._clock() + grace_s
        self._drain(stop, self.ends_at)

    # --- jobs in hand ---------------------------------------------------------------------------------------------

    def _take_on(self, stop: threading.Event) -> bool:
        """Lease and begin what there is room for; tell whether there may be more."""
        with self._changed:
            self._woken = False
            self._looked_at = self._clock()
            unbusy = self._free()
            free = self._threads - len(self._hands)
        kinds = [kind for kind, one in self._handlers.items() if kind in unbusy and one.is_free()]
        if free <= 0 or not kinds or stop.is_set():
            return False
        lease_s = min(self._handlers[kind].lease_s for kind in kinds)
        leases = self._queue.claim(kinds, free, worker=self._name, lease_s=lease_s)
        for one, some in self._by_handler(leases):
            self._begin(one, [*some, *self._fill(one, len(some))])
        return bool(leases)

    def _free(self) -> set[str]:
        """The kinds whose handlers take jobs now. The caller has the lock."""
        now = self._clock()
        busy = {id(hand.handler) for hand in self._hands if hand.handler.batch > 1 or hand.handler.alone}
        return {
            kind for kind, one in self._handlers.items() if id(one) not in busy and self._rests.get(kind, now) <= now
        }

    def _until_free(self, seconds: float) -> float:
        """How long nothing needs to be looked for, `seconds` at most: until a handler has rested."""
        now = self._clock()
        with self._changed:
            rested = [max(until - now, 0.0) for until in self._rests.values() if until > self._looked_at]
        return min([seconds, *rested])

    def _fill(self, one: Handler, begun: int) -> Sequence[Lease]:
        """More jobs for a batch. Where that fails those that were leased before are done all the same."""
        try:
            return self._queue.claim(one.kinds, one.batch - begun, worker=self._name, lease_s=one.lease_s)
        except StoreError as error:
            _log.warning("The worker goes on after an error: %s", said(error))
            return []

    def _by_handler(self, leases: Sequence[Lease]) -> list[tuple[Handler, list[Lease]]]:
        """What belongs into one hand; what nobody ever ended is buried here."""
        hands: list[tuple[Handler, list[Lease]]] = []
        batches: dict[int, list[Lease]] = {}
        for lease in leases:
            one = self._handlers[lease.kind]
            if retries.gave_up(lease.attempt):
                self._queue.fail(lease, "Its worker ended at every try, before it said why.", retry_in_s=None)
            elif one.alone and any(taken is one for taken, _ in hands):
                self._queue.release([lease])
            elif one.batch == 1:
                hands.append((one, [lease]))
            elif id(one) in batches:
                batches[id(one)].append(lease)
            else:
                hands.append((one, batches.setdefault(id(one), [lease])))
        return hands

    def _begin(self, one: Handler, leases: Sequence[Lease]) -> None:
        now = self._clock()
        hand = Hand(one, leases, now, now)
        with self._changed:
            self._hands.append(hand)
            if len(leases) < one.batch:
                self._rests.update(dict.fromkeys(one.kinds, now + one.rest_s))
        # A daemon: one that hangs must not keep the process from ending.
        threading.Thread(target=self._do, args=(hand,), name=f"worker-{leases[0].kind}", daemon=True).start()

    def _do(self, hand: Hand) -> None:
        try:
            with at_work(hand.leases):
                hand.again = hand.handler.do(hand.leases) or {}
        except BaseException as error:  # noqa: BLE001 - recorded with the jobs; nobody else would hear of it
            hand.error = error
        with self._changed:
            if not hand.given_up:
                self._ended.append(hand)
            self._changed.notify()

    # --- what came of them ----------------------------------------------------------------------------------------

    def _settle(self, stop: threading.Event) -> None:
        """Record what has ended, keep the rest, and give up what hangs."""
        with self._changed:
            ended = list(self._ended)
        done = [
            lease for hand in ended if hand.error is None for lease in hand.leases if lease.job_id not in hand.again
        ]
        self._queue.finish(done)
        for hand in ended:
            self._record_failures(hand, stop)
        with self._changed:
            self._ended = [hand for hand in self._ended if hand not in ended]
            self._hands = [hand for hand in self._hands if hand not in ended]
            under_way = [hand for hand in self._hands if hand not in self._ended]
        now = self._clock()
        for hand in under_way:
            if now - hand.begun >= hand.handler.max_age_s:
                self._give_up(hand)
            elif now - hand.kept >= hand.handler.lease_s / KEEP_AT:
                kept = self._queue.keep(hand.leases, lease_s=hand.handler.lease_s)
                hand.lost = {lease.job_id for lease in hand.leases} - kept
                hand.kept = now

    def _record_failures(self, hand: Hand, stop: threading.Event) -> None:
        if hand.error is not None and stop.is_set():
            self._queue.release(hand.leases)  # it was cut short
            return
        if hand.error is not None:
            _log.warning("The worker goes on after an error in a %s job: %s", hand.leases[0].kind, said(hand.error))
        for lease in hand.leases:
            if hand.error is not None:
                pause = retries.retry_in_s(hand.error, lease.attempt, self._rng, hand.handler.schedule)
                self._queue.fail(lease, said(hand.error), retry_in_s=pause)
            elif lease.job_id in hand.again:
                self._record_failure(hand.handler, lease, hand.again[lease.job_id])

    def _record_failure(self, one: Handler, lease: Lease, why: str | Failed) -> None:
        reason, pause = failure_of(why, lease, self._rng, one.schedule)
        self._queue.fail(lease, reason, retry_in_s=pause)

    def _give_up(self, hand: Hand) -> None:
        """Take the jobs of a hand that hangs from it: its thread is left alone, and counts no more."""
        reason = f"It took longer than {hand.handler.max_age_s:.0f} seconds and was given up."
        _log.error("A %s job hangs. %s", hand.leases[0].kind, reason)
        with self._changed:
            if hand in self._ended:
                return
            hand.given_up = True
            self._hands.remove(hand)
        for lease in hand.leases:
            pause = retries.pause_s(lease.attempt, asked_s=None, rng=self._rng, schedule=hand.handler.schedule)
            self._queue.fail(lease, reason, retry_in_s=pause)

    # --- waiting and ending ---------------------------------------------------------------------------------------

    def _rest(self, seconds: float, stop: threading.Event | None = None) -> None:
        with self._changed:
            if not (self._woken or self._ended or (stop is not None and stop.is_set())):
                self._changed.wait(seconds)

    def _drain(self, stop: threading.Event, deadline: float) -> None:
        """Let what is in hand end, record it, and give back what does not end in time."""
        with self._changed:
            self._woken = False  # nothing is begun any more
        while self._hands:
            try:
                self._settle(stop)
                if self._hands and self._clock() >= deadline:
                    self._let_go()
                    return
            except Exception as error:  # noqa: BLE001 - see `work`; what cannot be recorded is left to the leases
                _log.warning("The worker ends with an error: %s", said(error))
                if self._clock() >= deadline:
                    return
            if self._hands:
                self._rest(min(POLL_S, max(deadline - self._clock(), 0.01)))

    def _let_go(self) -> None:
        with self._changed:
            hands, self._hands = self._hands, []
            for hand in hands:
                hand.given_up = True
        self._queue.release([lease for hand in hands for lease in hand.leases])
        _log.warning("%d jobs were given back: they did not end in time.", sum(len(hand.leases) for hand in hands))
