"""What repsync and Twenty owe each other, from an empty workspace on; the tests run in this order."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from contract_calls import OwnCalls
from contract_door import Door
from contract_figures import Figures
from contract_processes import SHARE, SWEEP_EVERY_S, Repsync, wait_for
from contract_run import LONG, SHORT, Run
from contract_window import TwentyWindow

from onboarding.wanted import FIELDS, OPERATIONS, PLURAL
from programs.progression.rep_rows import OWNER
from twenty_client.filters import and_, eq, in_
from twenty_client.metadata import read_schema
from twenty_client.request import create, list_rows, patch_where
from twenty_client.webhooks import read_webhooks

pytestmark = [pytest.mark.contract, pytest.mark.timeout(600)]
LONG_XP, SHORT_XP = 20, 2
WHOLE_BUDGET = 100
CONTENDED_S = 60.0
PRESSED_S = 60.0


def _rows(own: OwnCalls, reps: list[str]) -> dict[str, dict[str, Any]]:
    """The reps' rows in Twenty."""
    return {row[OWNER]: row for row in own.send(list_rows(PLURAL, filter=in_(OWNER, reps))).rows}


def _row(own: OwnCalls, rep: str) -> dict[str, Any]:
    return _rows(own, [rep]).get(rep, {})


def _write(own: OwnCalls, run: Run, figures: Figures, rep: str, call: str) -> str:
    """The id of a new note, which is in Twenty."""
    note = run.note(rep, call)
    own.send(create("notes", note))
    figures.posted_s[note["id"]] = time.monotonic()
    return str(note["id"])


@dataclass
class SecondWriter:
    """A program that adds 7 XP to what it read, unless the row was written meanwhile."""

    own: OwnCalls
    rep: str
    read: dict[str, Any] = field(default_factory=dict)
    given: int = 0
    lost: int = 0
    between: int = 0

    def look(self, row: dict[str, Any]) -> None:
        self.read = row

    def give(self) -> bool:
        """Whether it won; what was read is used once."""
        row, self.read = self.read, {}
        if not row:
            return False
        total = int(row["totalXp"])
        same = and_(eq("id", row["id"]), eq("totalXp", total))
        won = bool(self.own.send(patch_where(PLURAL, same, {"totalXp": total + 7})).rows)
        self.given, self.lost = self.given + 7 * won, self.lost + (not won)
        return won

    def cut_in(self) -> None:
        """Between a read of repsync's and its write."""
        self.between += self.give()

    def told(self) -> str:
        won = self.given // 7
        return f"{won} writes won, {self.between} of them between repsync's read and write, {self.lost} races lost"


def _let_cut_in(window: TwentyWindow, writer: SecondWriter) -> None:
    """Waits a while for repsync's next write."""
    window.before_write = writer.cut_in
    ends_s = time.monotonic() + 10
    while window.before_write is not None and time.monotonic() < ends_s:
        time.sleep(0.05)
    window.before_write = None


def _reaches(own: OwnCalls, rep: str, xp: Callable[[], int] | int) -> Any:
    """A look at the rep's row, not too often. A write that cut in may still be on its way: `xp` is what it is then."""

    def seen() -> bool:
        found = _row(own, rep).get("totalXp") == (xp if isinstance(xp, int) else xp())
        time.sleep(0 if found else 3)
        return found

    return seen


def test_setup_makes_what_is_missing_and_nothing_twice(
    set_up: list[Any], own: OwnCalls, run: Run, twenty_under_test: Any
) -> None:
    """A dry run changes nothing, the next makes object, fields and one webhook, a third finds nothing missing."""
    planned, made, again = set_up
    assert "would create: webhook" in planned.stdout, planned.stderr
    assert made.stdout.count("created: ") == planned.stdout.count("would create: "), made.stderr
    assert "nothing is missing" in again.stdout
    schema = read_schema(own, PLURAL)
    assert schema is not None
    assert {field.name for field in FIELDS} <= set(schema.fields)
    target = f"{twenty_under_test.receiver_url}{run.path}/webhooks/twenty"
    (webhook,) = [each for each in read_webhooks(own) if each.target_url == target]
    assert set(webhook.operations) == set(OPERATIONS)


def test_2000_notes_of_before_are_counted_once_each(at_work: Repsync, own: OwnCalls, history: dict[str, int]) -> None:
    """Ten reps with 200 notes each, which no webhook told: figures in the ledger, XP in Twenty's rows."""
    rows = _rows(own, list(history))
    assert {rep: row["totalXp"] for rep, row in rows.items()} == {rep: SHORT_XP * n for rep, n in history.items()}
    assert {rep: row["syncedXp"] for rep, row in rows.items()} == {rep: SHORT_XP * n for rep, n in history.items()}
    assert at_work.ledger("SELECT count(*) FROM facts")[0]["count"] == sum(history.values())


def test_the_doctor_finds_nothing_that_fails(diagnosed: dict[str, dict[str, str]]) -> None:
    """Every line passes or warns; the round trip's note came back as a webhook."""
    failing = [
        f"{name}: {line['told']} {line['cure']}" for name, line in diagnosed.items() if line["verdict"] == "fail"
    ]
    assert not failing
    assert diagnosed["round trip"]["verdict"] == "pass"


def test_a_note_is_in_its_reps_row_by_webhook(webhooks: Repsync, own: OwnCalls, run: Run, figures: Figures) -> None:
    """A webhook tells of the note, and the row has its XP before a sweep could have told."""
    rep = run.rep(20)
    note = _write(own, run, figures, rep, LONG)
    wait_for(lambda: note in figures.came_s, 15, "the webhook of a note")
    took_s = wait_for(lambda: webhooks.settled(rep).get("totalXp") == LONG_XP, 30, "a note's XP published")
    figures.in_row_s["a note told by a webhook, until Twenty's row had its XP"] = took_s
    sources = webhooks.ledger(
        "SELECT source FROM deliveries WHERE strpos(encode(raw, 'escape'), %s) > 0 ORDER BY id", note
    )
    assert sources[0] == {"source": "twenty"}
    wait_for(_reaches(own, rep, LONG_XP), 15, "the row with the note's XP")


def test_what_came_while_the_receiver_was_down_is_swept(
    at_work: Repsync, door: Door, own: OwnCalls, run: Run, figures: Figures
) -> None:
    """No webhook gets through, and the next sweep brings all of it; then webhooks are let in again."""
    rep = run.rep(21)
    door.close()
    try:
        notes = [run.note(rep, LONG) for _ in range(3)]
        for note in notes:
            own.send(create("notes", note))
        swept = lambda: at_work.settled(rep).get("totalXp") == 3 * LONG_XP  # noqa: E731
        took_s = wait_for(swept, 4 * SWEEP_EVERY_S, "notes without webhooks published")
    finally:
        door.open()
    figures.in_row_s["notes without webhooks, until the sweep had them in the row"] = took_s
    assert not {note["id"] for note in notes} & figures.came_s.keys()
    wait_for(_reaches(own, rep, 3 * LONG_XP), 15, "the row with the swept XP")


def test_a_row_with_a_second_writer_loses_no_xp_of_either(
    at_work: Repsync, window: TwentyWindow, own: OwnCalls, run: Run, figures: Figures
) -> None:
    """For a minute another program adds XP by compare-and-set while the rep makes calls: the sum is of both.

    In every second round it writes between repsync's read and its write, in the others some time after its own read.
    """
    rep, calls = run.rep(22), 1
    _write(own, run, figures, rep, LONG)
    wait_for(lambda: at_work.settled(rep).get("totalXp") == LONG_XP, 4 * SWEEP_EVERY_S, "the row to contend for")
    writer = SecondWriter(own, rep)
    ends_s = time.monotonic() + CONTENDED_S
    while time.monotonic() < ends_s:
        writer.look(_row(own, rep))
        _write(own, run, figures, rep, LONG)
        calls += 1
        if calls % 2:
            time.sleep(0.3 * (calls % 7))
            writer.give()
        else:
            _let_cut_in(window, writer)
    both = lambda: writer.given + calls * LONG_XP  # noqa: E731
    wait_for(_reaches(own, rep, both), 4 * SWEEP_EVERY_S, "the sum of both writers' XP")
    assert _row(own, rep)["syncedXp"] == calls * LONG_XP
    assert writer.between, "the second writer never wrote between repsync's read and its write"
    figures.told.append(f"second writer: {writer.told()}; {calls} calls counted")


def test_refused_for_rate_repsync_backs_off_and_ends_right(
    at_work: Repsync, own: OwnCalls, run: Run, figures: Figures
) -> None:
    """A burst uses up the workspace's budget: after a 429 repsync pauses, and then writes what waited."""
    rep = run.rep(23)
    before = len(figures.of("repsync", 429))
    with ThreadPoolExecutor(8) as crowd:
        pressing = [crowd.submit(_press, own, figures, before) for _ in range(8)]
        for _ in range(3):
            _write(own, run, figures, rep, SHORT)
        for each in pressing:
            each.result()
    refused_s = [each.at_s for each in figures.of("repsync", 429)[before:]]
    assert refused_s, f"Twenty refused no call of repsync's within {PRESSED_S:.0f} s"
    wait_for(lambda: at_work.settled(rep).get("totalXp") == 3 * SHORT_XP, 240, "what waited while Twenty refused")
    too_soon = [each for each in figures.of("repsync") if refused_s[0] + 1 < each.at_s < refused_s[0] + 4.5]
    assert not too_soon
    wait_for(_reaches(own, rep, 3 * SHORT_XP), 30, "the row with what waited")


def _press(own: OwnCalls, figures: Figures, before: int) -> None:
    """Calls at once until Twenty refuses, then as often as keeps its bucket empty, until repsync was refused too."""
    ends_s = time.monotonic() + PRESSED_S
    while time.monotonic() < ends_s and len(figures.of("repsync", 429)) == before:
        status = own.press(list_rows("workspaceMembers", limit=1))
        time.sleep(0.2 if status == 429 else 0)


def test_it_kept_to_its_budget_and_to_its_own_records(figures: Figures) -> None:
    """Without the burst never more than the workspace's calls a minute, and no write but of the run's own."""
    assert figures.refused_writes == []
    assert figures.most_a_minute() <= WHOLE_BUDGET
    assert len(figures.of("repsync")) > SHARE // 2
