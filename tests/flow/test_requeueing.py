"""What is parked can be digested again: told before, done once, whatever dies."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from dying import Died, die_at
from floor import JANE, everything
from leaving import forgotten
from parked import failing, park_notes, parked_ids, states
from proving import discrepancies, rows_off
from world import World

from accounts.requeue_preview import Gain, RequeuePreview
from ledger.delivery_filter import DeliveryFilter
from ledger.engine import transaction
from ledger.fault_points import FaultPoint
from ledger.inbox import wake_retries
from ledger.set_aside import dismiss_all, requeue_all
from runtime.cli import main
from runtime.settings import read_settings
from worker import requeueing
from worker.digest import digest_batch
from worker.mapping import Alias, map_name
from worker.pruning import prune_all
from worker.publish import publish_batch
from worker.requeueing import dismiss, preview_requeue, requeue

PARKED = DeliveryFilter(state="parked")
LONG, SHORT = "Call - CONTACT | 2:05 | Kim", "Call - NO_ANSWER | 0:10 | Kim"


def _told(preview: RequeuePreview) -> list[str]:
    return [each.told for each in preview.foreseen]


def _xp(world: World) -> int:
    (row,) = world.floor.ledger("SELECT coalesce(sum(amount), 0) AS xp FROM awards")
    return int(row["xp"])


def _opened(world: World) -> World:
    """Jane's name and row are known, so what is told is paid at once."""
    world.call(SHORT)
    world.settled()
    return world


def test_the_preview_tells_what_then_happens(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two notes, one edited twice: 20 and 2 XP, and nothing for the edits; nothing is changed until it is done."""
    _opened(world)
    first = world.call(LONG)
    world.edit(first, "Call - CONTACT | 2:05 | Lee")
    world.edit(first, "Call - CONTACT | 3:05 | Lee")
    world.call(SHORT)
    ids = park_notes(world, monkeypatch)
    assert len(ids) == 4
    before, ledger = _xp(world), everything(world.floor)
    preview = preview_requeue(world.floor.parts, PARKED)
    assert everything(world.floor) == ledger
    assert _told(preview) == [
        "will add a call fact for Jane Austen, +20 XP",
        "will be kept; no figure changes",
        "will change a call fact of Jane Austen",
        "will add a call fact for Jane Austen, +2 XP",
    ]
    assert preview.gains == [Gain(JANE, "Jane Austen", 22, 0)]
    assert requeue(world.floor.parts, PARKED, "ana") == preview.matching == 4
    world.floor.digest()
    assert states(world, ids) == ["processed"] * 4
    assert _xp(world) - before == 22
    assert _told(preview_requeue(world.floor.parts, ids)) == ["can't be requeued (processed): stays as it is"] * 4
    assert requeue(world.floor.parts, ids, "ana") == 0
    with transaction(world.floor.parts.engine) as connection:
        assert (requeue_all(connection, ids), dismiss_all(connection, ids, "ana", "late")) == (0, 0)


def test_what_a_sweep_brought_meanwhile_is_nothing_to_do(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record is there already: the preview says so, and requeueing pays nothing more."""
    _opened(world)
    world.call(LONG)
    ids = park_notes(world, monkeypatch)
    world.floor.sweep()
    xp = _xp(world)
    assert _told(preview_requeue(world.floor.parts, ids)) == ["already applied, nothing to do"]
    requeue(world.floor.parts, ids, "ana")
    world.floor.digest()
    assert (states(world, ids), _xp(world)) == (["processed"], xp)


def test_what_waits_for_the_watermark_is_told_apart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call without a duration in its title is paid when the watermark has passed it."""
    _opened(world)
    world.call("Call - contact")
    preview = preview_requeue(world.floor.parts, park_notes(world, monkeypatch))
    assert _told(preview) == ["will add a call fact for Jane Austen, XP waits for the watermark"]
    assert preview.gains == [Gain(JANE, "Jane Austen", 0, 5)]


def test_what_would_be_parked_again_says_why(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unread, nobody's, or still failing: the reason, no XP, and no word of the note."""
    _opened(world)
    world.call(LONG, rep=None)
    world.deliver_all()
    mine = world.call(LONG)
    park_notes(world, monkeypatch)
    with failing(monkeypatch, lambda version: version.record_id == mine, KeyError("Call - Kim Secret")):
        preview = preview_requeue(world.floor.parts, PARKED)
    assert _told(preview) == [
        "would be parked again: unattributed: nobody knows whose this is",
        "would be parked again: could not be digested: KeyError",
    ]
    assert preview.gains == []


def test_a_bulk_preview_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones are looked at one by one, the rest is counted."""
    monkeypatch.setattr(requeueing, "MOST_FORESEEN", 2)
    for _ in range(3):
        world.call(LONG)
    park_notes(world, monkeypatch)
    preview = preview_requeue(world.floor.parts, PARKED)
    assert (preview.matching, len(preview.foreseen), preview.rest) == (3, 2, 1)


def test_a_death_at_any_step_counts_nothing_twice(
    open_world: Callable[[], World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between batches, while digesting and while publishing what was requeued: all ends as if nothing was parked."""
    monkeypatch.setattr(requeueing, "BATCH", 1)
    points: tuple[FaultPoint, ...] = (
        "digest.claimed",
        "digest.before_commit",
        "digest.committed",
        "publish.planned",
        "publish.written",
    )

    def day(world: World, *, dies: bool) -> str:
        _opened(world)
        for _ in range(4):
            world.call(LONG)
        if not dies:
            world.told()
        else:
            _parked_and_dying(world)
        world.settled()
        world.settled()
        assert discrepancies(world.floor) == []
        assert rows_off(world.floor) == []
        return world.floor.settled_to_the_byte()

    def _parked_and_dying(world: World) -> None:
        parts = world.floor.parts
        ids = park_notes(world, monkeypatch)

        def killed(done: int, _: int) -> None:
            if done == 2:
                raise Died

        with pytest.raises(Died):
            requeue(parts, PARKED, "ana", progress=killed)
        assert states(world, ids) == ["pending", "pending", "parked", "parked"]
        for point in points:
            requeue(parts, ids, "ana")
            work = digest_batch if point.startswith("digest") else publish_batch
            die_at(monkeypatch, tmp_path, point, lambda work=work: work(parts))  # type: ignore[misc]
            world.floor.digest()
            with_again = "UPDATE deliveries SET state = 'parked', reason = 'again' WHERE id = :id RETURNING id"
            world.floor.ledger(with_again, id=ids[0])
        requeue(parts, ids, "ana")
        world.floor.digest()
        world.floor.publish()

    assert day(open_world(), dies=True) == day(open_world(), dies=False)


def test_dismissed_deliveries_stay_where_they_are(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither digested nor released, with who, when and why beside the parking reason; requeueing brings them back."""
    world.call(LONG)
    ids = park_notes(world, monkeypatch)
    assert dismiss(world.floor.parts.engine, PARKED, "ana", " a test of the dialer's ") == 1
    world.floor.digest()
    (row,) = world.floor.ledger("SELECT * FROM deliveries WHERE id = :id", id=ids[0])
    assert (row["state"], row["reason"]) == ("dismissed", "could not be digested: KeyError")
    assert (row["dismissed_by"], row["dismissed_because"]) == ("ana", "a test of the dialer's")
    assert discrepancies(world.floor) == []
    assert dismiss(world.floor.parts.engine, ids, "bob", "again") == 0
    assert requeue(world.floor.parts, PARKED, "ana") == 0
    assert requeue(world.floor.parts, DeliveryFilter(state="dismissed"), "ana", "it was real") == 1
    world.floor.digest()
    (row,) = world.floor.ledger("SELECT * FROM deliveries WHERE id = :id", id=ids[0])
    assert (row["state"], row["dismissed_by"], row["dismissed_at"]) == ("processed", None, None)
    audited = world.floor.ledger(
        "SELECT actor, action, subject, cause FROM audit_log WHERE actor <> 'digest' ORDER BY id"
    )
    assert [tuple(entry.values()) for entry in audited] == [
        ("ana", "dismiss", f"delivery {ids[0]}", "a test of the dialer's"),
        ("ana", "requeue", f"delivery {ids[0]}", "it was real"),
    ]


def _days_pass(world: World) -> str:
    """What is old is pruned; returns the day."""
    world.floor.ledger("UPDATE deliveries SET received_at = received_at - interval '100 days' RETURNING id")
    assert prune_all(world.floor.parts.engine, datetime.now(UTC) - timedelta(days=90), lambda _: None).deliveries
    (row,) = world.floor.ledger(
        "SELECT DISTINCT (pruned_at AT TIME ZONE 'UTC')::date AS on FROM deliveries WHERE raw = ''"
    )
    return f"{row['on']:%Y-%m-%d}"


def test_what_is_pruned_can_not_be_digested_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left of it, so it stays as it is, by id or filter; the preview says since when; no row is audited."""
    _opened(world)
    world.call(LONG)
    world.call(SHORT)
    ids = park_notes(world, monkeypatch)
    dismiss(world.floor.parts.engine, ids[:1], "ana", "a test")
    on, ignored = _days_pass(world), "SELECT id FROM deliveries WHERE state = 'ignored'"
    gone = [ids[0], *(row["id"] for row in world.floor.ledger(ignored))]
    (done,) = world.floor.ledger("SELECT min(id) AS id FROM deliveries WHERE state = 'processed'")
    before = everything(world.floor)
    monkeypatch.setattr(requeueing, "MOST_FORESEEN", 0)
    for chosen in (gone, [done["id"]], DeliveryFilter(state="dismissed"), DeliveryFilter(state="ignored")):
        assert preview_requeue(world.floor.parts, chosen).matching == 0
        assert requeue(world.floor.parts, chosen, "ana") == 0
    assert everything(world.floor) == before
    monkeypatch.setattr(requeueing, "MOST_FORESEEN", 200)
    told = [f"can't be requeued (its text was pruned on {on}): stays as it is"] * len(gone)
    assert _told(preview_requeue(world.floor.parts, gone)) == told
    assert _told(preview_requeue(world.floor.parts, [done["id"]])) == ["can't be requeued (processed): stays as it is"]
    assert requeue(world.floor.parts, [*gone, ids[1]], "ana") == 1
    (audited,) = world.floor.ledger("SELECT after FROM audit_log WHERE action = 'requeue'")
    assert audited["after"] == {"count": 1, "ids": [ids[1]]}


def test_what_was_pruned_before_dates_were_kept_is_refused_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a day."""
    world.call(LONG)
    ids = park_notes(world, monkeypatch)
    world.floor.ledger("UPDATE deliveries SET raw = '' RETURNING id")
    preview = preview_requeue(world.floor.parts, ids)
    assert (preview.matching, _told(preview)) == (0, ["can't be requeued (its text was pruned): stays as it is"])
    assert requeue(world.floor.parts, ids, "ana") == 0


def test_what_tells_of_who_was_forgotten_stays_as_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dismissed, ignored or parked for a while: emptied, it is neither requeued nor tried again by itself."""
    _opened(world)
    for _ in range(2):
        world.call(LONG)
    ids = park_notes(world, monkeypatch)
    dismiss(world.floor.parts.engine, ids[:1], "ana", "a test")
    world.floor.ledger("UPDATE deliveries SET retry_at = now() WHERE id = :id RETURNING id", id=ids[1])
    forgotten(world)
    assert states(world, ids) == ["dismissed", "ignored"]
    assert all("its text was pruned on 20" in told for told in _told(preview_requeue(world.floor.parts, ids)))
    assert requeue(world.floor.parts, ids, "ana") == 0
    with transaction(world.floor.parts.engine) as connection:
        wake_retries(connection, 10)
    world.floor.digest()
    assert states(world, ids) == ["dismissed", "ignored"]


def test_the_command_refuses_what_is_pruned(world: World, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With since when, and status 1; also where another one of the IDs is requeued."""
    _opened(world)
    for _ in range(2):
        world.call(LONG)
    ids = park_notes(world, monkeypatch)
    dismiss(world.floor.parts.engine, ids[:1], "ana", "a test")
    on = _days_pass(world)
    monkeypatch.setattr("runtime.commands.deliveries_requeue.configured", read_settings)
    url = world.floor.parts.engine.url.render_as_string(hide_password=False)
    settings = {"DATABASE_URL": url, "REDIS_URL": redis_url, "TWENTY_URL": world.twenty.url, "COLUMNS": "120"}
    for name, value in {**settings, "TWENTY_API_KEY": "a-key-of-the-tests"}.items():
        monkeypatch.setenv(name, value)
    refused = CliRunner().invoke(main, ["deliveries", "requeue", str(ids[0]), "--yes"])
    assert (refused.exit_code, refused.stdout.splitlines()[-1]) == (1, "Nothing was changed.")
    assert f"its text was pruned on {on}" in " ".join(refused.stdout.split())
    both = CliRunner().invoke(main, ["deliveries", "requeue", *map(str, ids), "--yes"])
    assert (both.exit_code, both.stdout.splitlines()[-1]) == (1, "1 of 2 requeued.")
    assert states(world, ids) == ["dismissed", "pending"]


def test_dismissing_needs_a_reason(world: World) -> None:
    """Blanks are none."""
    with pytest.raises(ValueError, match="reason"):
        dismiss(world.floor.parts.engine, PARKED, "ana", "  ")


def test_mapping_releases_what_was_dismissed_as_nobodys(world: World) -> None:
    """What it told counts from then on, so it is processed; requeueing before or after pays nothing twice."""
    _opened(world)
    world.call(LONG, rep=None)
    world.deliver_all()
    ids = parked_ids(world)
    requeue(world.floor.parts, ids, "ana")
    world.floor.digest()
    assert states(world, ids) == ["parked"]
    dismiss(world.floor.parts.engine, ids, "ana", "a robot")
    (hint,) = world.floor.ledger("SELECT rep_hint FROM facts WHERE rep IS NULL")
    map_name(world.floor.parts, Alias("twenty", hint["rep_hint"], JANE))
    assert states(world, ids) == ["processed"]
    world.settled()
    world.settled()
    xp = _xp(world)
    requeue(world.floor.parts, ids, "ana")
    world.settled()
    assert _xp(world) == xp == 22
    assert discrepancies(world.floor) == []


def test_a_filter_without_a_state_means_parked_ones(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody dismissed, and what was processed, is not touched by it."""
    for _ in range(2):
        world.call(LONG)
    ids = park_notes(world, monkeypatch)
    dismiss(world.floor.parts.engine, ids[:1], "ana", "no")
    assert requeue(world.floor.parts, DeliveryFilter(object="note"), "ana") == 1
    assert states(world, ids) == ["dismissed", "pending"]


def test_many_batches_are_one_act(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One audit row with the count and the filter as it was given; progress is told after each batch."""
    monkeypatch.setattr(requeueing, "BATCH", 2)
    for _ in range(3):
        world.call(LONG)
    park_notes(world, monkeypatch)
    heard: list[tuple[int, int]] = []
    assert requeue(world.floor.parts, PARKED, "ana", progress=lambda *told: heard.append(told)) == 3
    assert heard == [(2, 3), (3, 3)]
    (row,) = world.floor.ledger("SELECT subject, after FROM audit_log WHERE action = 'requeue'")
    assert row == {"subject": "deliveries", "after": {"count": 3, "filter": {"state": "parked"}}}
