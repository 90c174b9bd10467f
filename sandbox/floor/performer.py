"""The performer: carries the floor's actions out on a sandbox Twenty, and tells the receiver what RedHawk tells."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sandbox.floor.actions import Post, Write
from sandbox.floor.redhawk import RedHawk
from sandbox.floor.schedule import schedule
from sandbox.floor.team import Floor
from sandbox.twenty import SandboxClock, SandboxTwenty


class FloorTime:
    """The floor's time: stands still between actions, never goes back."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        self._at = max(self._at, at)

    def clock(self) -> SandboxClock:
        """For the sandbox that the floor is performed on."""
        return SandboxClock(self.now)


@dataclass(frozen=True, slots=True)
class Performed:
    """How many changes were made in Twenty, and how many of RedHawk's posts ended with each HTTP status."""

    writes: int
    posts: dict[int, int]


class Performer:
    """Performs floors on `twenty`, whose clock must be `floor_time.clock()`.

    `receiver_url` has no path. RedHawk's posts go out in the background, in any order.
    """

    def __init__(self, twenty: SandboxTwenty, floor_time: FloorTime, receiver_url: str, redhawk_secret: str) -> None:
        self._twenty = twenty
        self._time = floor_time
        self._redhawk = RedHawk(f"{receiver_url}/webhooks/redhawk", redhawk_secret, floor_time.now)
        self._session = cache(lambda member_id: twenty.as_member(member_id) if member_id else twenty.as_api_key())

    def perform(
        self,
        floor: Floor,
        *,
        actions_a_second: float | None = None,
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> Performed:
        """Performs a whole floor and ends at its end, with every post of RedHawk's taken.

        `actions_a_second` are of real seconds, so that nights and weekends pass at once; None is as fast as it goes.
        `on_progress` gets the number of actions done so far. Errors: those of `RedHawk.deliver`.
        """
        for member in floor.members():
            self._twenty.put("workspaceMembers", member)
        started_s, writes, posts = time.monotonic(), 0, list[Future[list[int]]]()
        with ThreadPoolExecutor(4, "redhawk") as academy:
            for done, action in enumerate(schedule(floor), start=1):
                if actions_a_second is not None:
                    time.sleep(max(0.0, started_s + done / actions_a_second - time.monotonic()))
                self._time.move_to(action.at)
                if isinstance(action, Post):
                    posts.append(academy.submit(self._redhawk.deliver, action))
                else:
                    self.write(action)
                    writes += 1
                on_progress(done)
        self._time.move_to(floor.ends_at)
        return Performed(writes, dict(Counter(status for post in posts for status in post.result())))

    def write(self, action: Write) -> None:
        """One change, by whom it is made. Raises RefusedError in Twenty's own words."""
        session = self._session(action.rep)
        if action.kind == "create":
            session.create(action.plural, {"id": action.id, **action.fields})
        elif action.kind == "update":
            session.update(action.plural, action.id, dict(action.fields))
        elif action.kind == "soft_delete":
            session.soft_delete(action.plural, action.id)
        elif action.kind == "restore":
            session.restore(action.plural, action.id)
        else:
            session.destroy(action.plural, action.id)
