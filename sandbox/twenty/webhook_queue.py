"""The queue of webhooks: one batch after the other, up to 20 posts at once within it.

So does Twenty's one queue worker: a hanging receiver holds up everything behind it (recorded: one delivery every
5 s), changes made one after the other come in order, those of one call do not.
"""

import heapq
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import count
from threading import Condition, Thread

import structlog

from sandbox.twenty.clock import SandboxClock
from sandbox.twenty.faults import ON_TIME
from sandbox.twenty.webhook_posts import Delivery, post

log = structlog.get_logger()
PARALLEL = 20
TAKEN = 202
LONGEST_STEP_BACK_S = 1.0
"""How long a delivery that is to be overtaken waits for another one."""

Batch = Callable[[], Sequence[Delivery]]


class WebhookQueue:
    """Its thread starts with the first batch and ends with `stop`."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._changed = Condition()
        self._batches: deque[Batch] = deque()
        self._later: list[tuple[float, int, Batch]] = []
        self._tie = count()
        self._overtaken: list[Delivery] = []
        self._busy = False
        self._stopped = False
        self.answers: Counter[int] = Counter()
        self.taken: set[str] = set()
        self._thread: Thread | None = None
        self._posts = ThreadPoolExecutor(PARALLEL, thread_name_prefix="sandbox-webhook-post")

    def put(self, batch: Batch, *, delay_s: float = 0.0) -> None:
        """`batch` is called when its turn comes, on the queue's own thread. Does nothing after `stop`."""
        with self._changed:
            if self._stopped:
                return
            if delay_s:
                heapq.heappush(self._later, (time.monotonic() + delay_s, next(self._tie), batch))
            else:
                self._batches.append(batch)
            self._start()
            self._changed.notify()

    @property
    def waiting(self) -> int:
        with self._changed:
            return len(self._batches) + len(self._later) + self._busy

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._batches.clear()
            self._later.clear()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        self._posts.shutdown()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name="sandbox-webhook-queue", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            try:
                self._work_off(batch())
            except Exception as error:
                # One batch that can't be posted must not end all posting: Twenty's queue goes on, too.
                log.error("webhooks dropped", error=type(error).__name__)

    def _next(self) -> Batch | None:
        """Waits for the next batch that is due; None when the queue is stopped."""
        with self._changed:
            self._busy = False
            while not self._stopped and self._due_in_s() > 0:
                self._changed.wait(None if not self._later else self._due_in_s())
            if self._stopped:
                return None
            self._busy = True
            return self._taken()

    def _due_in_s(self) -> float:
        if self._batches:
            return 0.0
        return self._later[0][0] - time.monotonic() if self._later else float("inf")

    def _taken(self) -> Batch:
        if self._later and self._later[0][0] <= time.monotonic():
            return heapq.heappop(self._later)[2]
        return self._batches.popleft()

    def _work_off(self, deliveries: Sequence[Delivery]) -> None:
        overtaken, self._overtaken = self._overtaken, []
        on_time = [each for each in deliveries if self._is_on_time(each)]
        self._post(on_time)
        if on_time:
            self._post(overtaken)
        else:
            self._overtaken = overtaken + self._overtaken

    def _is_on_time(self, delivery: Delivery) -> bool:
        """Puts the delivery aside when its fate says so."""
        fate = delivery.fate
        if fate.delay_s:
            held_back = replace(delivery, fate=replace(fate, delay_s=0.0))
            self.put(lambda: [held_back], delay_s=fate.delay_s)
        elif fate.steps_back:
            self._overtaken.append(replace(delivery, fate=ON_TIME))
            self.put(self._given_up, delay_s=LONGEST_STEP_BACK_S)
        return fate == ON_TIME

    def _given_up(self) -> list[Delivery]:
        """What nothing came to overtake."""
        overtaken, self._overtaken = self._overtaken, []
        return overtaken

    def _post(self, deliveries: Sequence[Delivery]) -> None:
        for start in range(0, len(deliveries), PARALLEL):
            if self._stopped:
                return
            for answer in self._posts.map(partial(post, clock=self._clock), deliveries[start : start + PARALLEL]):
                self.answers[answer.status] += 1
                if answer.status == TAKEN:
                    self.taken.add(answer.key)
