"""The examination: every check, in the order in which one would look."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from redis import Redis
from sqlalchemy import Engine

from onboarding.doctor import (
    access,
    foreign_xp,
    inbox,
    losses,
    missing,
    pace,
    processes,
    records,
    redhawk,
    stores,
    workspace,
)
from onboarding.doctor.check import Check, Finding, checked, skipped
from onboarding.doctor.receiver import ReceiverSight, check_receiver
from onboarding.doctor.round_trip import check_round_trip
from onboarding.doctor.stores import LedgerSight, RedisSight
from onboarding.doctor.twenty_sight import TwentySight
from onboarding.setup_plan import Receiver
from programs.progression.rules import Rules
from programs.progression.unattributed import Unattributed
from twenty_client.paging import Sends

Looks = Sequence[tuple[str, Callable[[], Finding]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is examined. `share` is the configured one, in calls a minute; `queues` those that workers must serve.

    `twenty` should not pause with the others: what is wrong with Twenty is told by its own answers.
    """

    twenty: Sends
    twenty_url: str
    receiver: Receiver | None
    engine: Engine
    redis: Redis
    rules: Rules
    now: Callable[[], datetime]
    clock_ticked_at: Callable[[], datetime | None]
    queues: Sequence[str]
    share: int
    tolerance_s: int
    has_redhawk_webhooks: bool
    has_redhawk_history: bool


class Examination:
    """One look at everything."""

    def __init__(self, around: Surroundings, *, round_trip: bool) -> None:
        self._around = around
        self._travels = round_trip
        self._twenty = TwentySight(around.twenty, around.now)
        self._receiver = ReceiverSight(around.receiver)
        self._ledger = LedgerSight(around.engine)
        self._redis = RedisSight(around.redis)

    def checks(self) -> Iterator[Check]:
        """One after the other, as each is done."""
        for group in (
            self._of_twenty,
            self._of_the_webhooks,
            self._of_ourselves,
            self._of_the_records,
            self._of_redhawk,
        ):
            for name, look in group():
                yield checked(name, look)

    def _of_twenty(self) -> Looks:
        sight, around = self._twenty, self._around
        return (
            ("Twenty", lambda: access.judge_url(sight.objects, around.twenty_url)),
            ("API key", lambda: access.judge_key(sight.objects)),
            ("permissions", lambda: access.check_permissions(sight)),
            ("version", lambda: workspace.check_version(sight)),
            ("object", lambda: workspace.check_object(sight)),
            ("clock skew", lambda: pace.check_skew(sight, around.tolerance_s)),
            ("budget", lambda: pace.check_budget(self._redis, around.redis, around.twenty_url, around.share)),
        )

    def _of_the_webhooks(self) -> Looks:
        return (
            ("webhook", lambda: workspace.check_webhook(self._twenty, self._around.receiver)),
            ("receiver", lambda: check_receiver(self._receiver)),
            ("round trip", self._round_trip),
            ("losses", lambda: losses.check_losses(self._ledger)),
        )

    def _of_ourselves(self) -> Looks:
        return (
            ("PostgreSQL", lambda: stores.judge_database(self._ledger.revisions)),
            ("Redis", lambda: stores.judge_redis(self._redis.problem)),
            ("workers", self._workers),
            ("clock", self._clock),
            ("inbox", lambda: inbox.check_oldest(self._ledger, self._around.now())),
            ("parked", lambda: inbox.check_parked(self._ledger)),
        )

    def _of_the_records(self) -> Looks:
        return (
            ("unmapped reps", lambda: records.judge_unmapped(self._unmapped("twenty"))),
            ("missing records", lambda: missing.check_missing(self._ledger)),
            ("titles", lambda: records.check_titles(self._ledger)),
            ("foreign XP", lambda: foreign_xp.check_foreign_xp(self._ledger, self._around.rules)),
        )

    def _of_redhawk(self) -> Looks:
        around = self._around
        return (
            ("RedHawk", lambda: redhawk.check_webhooks(self._ledger, configured=around.has_redhawk_webhooks)),
            ("RedHawk ids", lambda: redhawk.judge_ids(self._unmapped("redhawk"))),
            ("RedHawk retries", lambda: redhawk.check_retries(self._receiver, configured=around.has_redhawk_webhooks)),
            ("RedHawk history", lambda: redhawk.check_history(self._ledger, configured=around.has_redhawk_history)),
        )

    def _round_trip(self) -> Finding:
        if not self._travels:
            return skipped("not asked for")
        _ = self._twenty.metadata
        self._ledger.require()
        return check_round_trip(self._around.twenty, self._around.engine, self._around.receiver)

    def _workers(self) -> Finding:
        self._redis.require()
        return processes.judge_workers(
            processes.see_workers(self._around.redis), self._around.queues, self._around.now()
        )

    def _clock(self) -> Finding:
        self._redis.require()
        return processes.judge_clock(self._around.clock_ticked_at(), self._around.now())

    def _unmapped(self, source: str) -> list[Unattributed]:
        return [group for group in self._unattributed if group.source == source]

    @cached_property
    def _unattributed(self) -> list[Unattributed]:
        return records.unattributed(self._ledger, self._around.rules)
