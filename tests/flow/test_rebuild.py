"""A rebuild computes everything anew from the kept versions, finds what is kept, and mends what was spoiled."""

from typing import Any

import pytest
from floor import JANE, JONY, PHIL, Floor, everything
from redhawk_sender import RedHawkSender

from ledger.engine import transaction
from ledger.locks import held_alone
from ledger.tables import aliases
from worker.backfill import NotNow, read_again
from worker.rebuild import Rebuilt, rebuild

AT = "2026-11-20T15:00:00Z"


def _rebuild(floor: Floor, rep: str | None = None, *, correct: bool = True) -> Rebuilt:
    return rebuild(floor.parts, rep, correct=correct, progress=lambda done, length: None)


def _spoil(floor: Floor, statement: str, **values: Any) -> None:
    with transaction(floor.parts.engine) as connection:
        connection.exec_driver_sql(statement, values)


def _facts(floor: Floor) -> list[dict[str, Any]]:
    """Facts and decisions, without when their last delivery came."""
    rows = floor.ledger("SELECT * FROM facts ORDER BY key")
    return [{name: value for name, value in row.items() if name not in ("noticed_at", "behind_at")} for row in rows]


def _totals(floor: Floor) -> list[dict[str, Any]]:
    return floor.ledger('SELECT * FROM day_totals WHERE activities <> 0 ORDER BY rep, "on"')


@pytest.fixture
def settled(floor: Floor) -> Floor:
    """The recorded day, with two modules of Jane's, settled and published."""
    with transaction(floor.parts.engine) as connection:
        connection.execute(aliases.insert().values(source="redhawk", alias="1", rep=JANE))
    academy = RedHawkSender(floor)
    for number, score in ((0, 92.5), (1, 70)):
        data = {"moduleId": str(number), "repId": "1", "score": score, "completedAt": AT, "attemptId": f"a{number}"}
        academy.send({"type": "module.completed", "timestamp": AT, "data": data})
    floor.play(shuffle=5, repeat=2)
    floor.digest(limit=11)
    floor.publish()
    floor.sweep()
    return floor


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_shuffled_day_is_reproduced(floor: Floor, seed: int) -> None:
    """Whatever order facts, totals and standings were made in, the versions give the very same; nobody gets dirty."""
    floor.play(shuffle=seed, repeat=2)
    floor.digest(limit=13)
    floor.publish()
    floor.sweep()
    before = floor.ledger("SELECT * FROM facts ORDER BY key"), _totals(floor), floor.standings()
    found = _rebuild(floor)
    assert found.same
    assert (found.records, found.reps, found.without_versions) == (len(before[0]), 3, 0)
    assert (floor.ledger("SELECT * FROM facts ORDER BY key"), _totals(floor), floor.standings()) == before
    assert floor.ledger("SELECT id FROM reps WHERE dirty > done") == []
    assert floor.ledger("SELECT * FROM audit_log WHERE actor = 'rebuild'") == []


SPOILED = {
    "live": "UPDATE facts SET live = NOT live WHERE kind = 'call' AND rep = %(jane)s",
    "disposition reasons": (
        "UPDATE facts SET reasons = '{dial}', disposition = 'BUSY' WHERE reasons = '{connect,dial,two_plus}'"
    ),
    "won_at": "UPDATE facts SET won_at = won_at - interval '1 day' WHERE won_at IS NOT NULL",
    "score": "UPDATE facts SET score = 12 WHERE kind = 'module'",
    "rep": "UPDATE facts SET rep = %(phil)s WHERE rep = %(jony)s AND live AND kind = 'call'",
    "(missing)": "DELETE FROM facts WHERE kind <> 'module'",
}


@pytest.mark.parametrize("columns", SPOILED)
def test_spoiled_facts_are_mended(settled: Floor, columns: str) -> None:
    """Columns changed behind repsync's back are told by name and put right; the standings come out as before."""
    facts, totals, standings, rows = _facts(settled), _totals(settled), settled.standings(), settled.rows()
    _spoil(settled, SPOILED[columns], jane=JANE, jony=JONY, phil=PHIL)
    found = _rebuild(settled)
    assert sorted(found.columns) == columns.split()
    settled.publish()
    settled.sweep()
    settled.sweep()
    assert (_facts(settled), _totals(settled)) == (facts, totals)
    assert (settled.standings(), settled.rows()) == (standings, rows)
    assert _rebuild(settled).same


def test_a_check_tells_the_same_and_changes_nothing(settled: Floor) -> None:
    """What --check finds is what a rebuild then corrects; no table is touched before."""
    _spoil(settled, "UPDATE facts SET duration_s = 10 WHERE kind = 'call' AND rep = %(jane)s", jane=JANE)
    _spoil(settled, "UPDATE day_totals SET calls = calls + 1 WHERE rep = %(phil)s", phil=PHIL)
    _spoil(settled, "UPDATE facts SET twin_of = NULL")
    before = everything(settled)
    checked = _rebuild(settled, correct=False)
    assert everything(settled) == before
    rebuilt = _rebuild(settled)
    assert (checked.facts, checked.columns, checked.days) == (rebuilt.facts, rebuilt.columns, rebuilt.days)
    assert (checked.decisions, rebuilt.decisions) == (3, 3)
    assert _rebuild(settled, correct=False).same


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE day_totals SET calls = calls + 3, sub_thirty = 9 WHERE rep = %(jane)s",
        "UPDATE day_totals SET activities = 0",
        "DELETE FROM day_totals WHERE rep = %(jane)s",
        """INSERT INTO day_totals (rep, "on", calls, activities) VALUES (%(jane)s, '2026-11-01', 1, 1)""",
    ],
)
def test_spoiled_day_totals_are_counted_anew(settled: Floor, statement: str) -> None:
    """Totals that are not those of the facts are corrected, days that nobody worked included."""
    totals, standings = _totals(settled), settled.standings()
    _spoil(settled, statement, jane=JANE)
    found = _rebuild(settled)
    assert (found.facts, found.decisions) == (0, 0)
    assert found.days in (1, 3)
    settled.publish()
    assert (_totals(settled), settled.standings()) == (totals, standings)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE facts SET twin_of = NULL",
        "UPDATE facts SET call_key = NULL WHERE twin_of IS NOT NULL",
        "UPDATE facts SET call_key = NULL WHERE key IN (SELECT twin_of FROM facts)",
        "UPDATE facts SET twin_of = (SELECT min(key) FROM facts WHERE form = 'V1' AND twin_of IS NULL)"
        " WHERE twin_of IS NOT NULL",
    ],
)
def test_spoiled_twins_find_each_other(settled: Floor, statement: str) -> None:
    """A pair that lost one of its marks is known by the other: it counts and pays as one call again."""
    facts, totals, awards = _facts(settled), _totals(settled), settled.ledger("SELECT * FROM awards ORDER BY id")
    standings = settled.standings()
    _spoil(settled, statement)
    assert _rebuild(settled).decisions > 0
    settled.publish()
    assert (_facts(settled), _totals(settled)) == (facts, totals)
    assert settled.standings() == standings
    assert [row["amount"] for row in settled.ledger("SELECT * FROM awards ORDER BY id")] == [
        row["amount"] for row in awards
    ]


@pytest.mark.parametrize("lost", ["the first writer's", "the second writer's"])
@pytest.mark.parametrize("paid_under", ["the first writer's", "the second writer's"])
def test_a_lost_twin_is_not_paid_again(settled: Floor, lost: str, paid_under: str) -> None:
    """Whichever note of a pair is gone from the facts, and under whichever key it was paid, its XP is paid once."""
    if paid_under == "the second writer's":
        _spoil(settled, "UPDATE awards a SET fact_key = f.key FROM facts f WHERE f.twin_of = a.fact_key")
        _spoil(settled, "UPDATE facts v1 SET call_key = v2.key FROM facts v2 WHERE v2.twin_of = v1.key")
        _spoil(settled, "UPDATE facts SET call_key = key WHERE twin_of IS NOT NULL")
        assert _rebuild(settled, correct=False).same
    facts, standings = _facts(settled), settled.standings()
    chosen = (
        "(SELECT twin_of FROM facts)" if lost == "the first writer's" else "(SELECT key FROM facts WHERE twin_of <> '')"
    )
    _spoil(settled, f"DELETE FROM facts WHERE key IN {chosen}")
    assert _rebuild(settled).columns == {"(missing)": 3}
    settled.publish()
    settled.sweep()
    settled.sweep()
    assert _facts(settled) == facts
    assert settled.standings() == standings


def test_one_rep_alone_is_rebuilt(settled: Floor) -> None:
    """Only what concerns the rep is read and corrected, also a fact that was given to somebody else."""
    _spoil(settled, "UPDATE facts SET disposition = 'DNC' WHERE disposition = 'CALLBACK'")
    _spoil(settled, "UPDATE facts SET rep = %(phil)s WHERE rep = %(jane)s AND kind <> 'call'", jane=JANE, phil=PHIL)
    found = _rebuild(settled, JANE)
    assert found.reps == 1
    assert set(found.columns) == {"disposition", "rep"}
    assert _rebuild(settled, JANE, correct=False).same
    assert set(_rebuild(settled, correct=False).columns) == {"disposition"}


def test_each_rebuild_that_corrects_leaves_a_row_in_the_audit_log(settled: Floor) -> None:
    """The row holds the figures; the corrected facts have rows of their own, by the same actor."""
    _spoil(settled, "UPDATE facts SET disposition = 'DNC' WHERE disposition = 'CALLBACK' AND live")
    found = _rebuild(settled, JANE)
    rows = settled.ledger(
        "SELECT action, subject, rep, after, cause FROM audit_log WHERE actor = 'rebuild' ORDER BY id"
    )
    assert [row["action"] for row in rows] == ["edited"] * found.facts + ["rebuilt"]
    assert (rows[-1]["subject"], rows[-1]["rep"], rows[-1]["cause"]) == (JANE, JANE, "repsync rebuild")
    assert rows[-1]["after"]["columns"] == {"disposition": found.facts}
    _rebuild(settled, JANE)
    assert settled.ledger("SELECT count(*) FROM audit_log WHERE actor = 'rebuild'") == [{"count": found.facts + 1}]


def test_a_standing_that_time_or_an_event_will_change_is_not_compared(settled: Floor) -> None:
    """Standings are compared where they should be those of now; a rep who waits to be published is published anyway."""
    _spoil(settled, "UPDATE reps SET standing = jsonb_set(standing, '{totalCalls}', '1')")
    _spoil(settled, "UPDATE reps SET dirty = dirty + 1 WHERE id = %(jane)s", jane=JANE)
    _spoil(settled, "UPDATE reps SET next_change_at = '2026-01-01' WHERE id = %(phil)s", phil=PHIL)
    assert _rebuild(settled).standings == 1
    settled.publish()
    assert settled.standings()[JONY]["totalCalls"] == 27


def test_facts_that_lost_their_versions_stay(settled: Floor) -> None:
    """They can't be recomputed: the rebuild says how many, and changes nothing."""
    _spoil(settled, "DELETE FROM record_versions WHERE object = 'module'")
    before = everything(settled)
    found = _rebuild(settled)
    assert (found.same, found.without_versions) == (True, 2)
    assert everything(settled) == before


def test_from_twenty_the_versions_come_back(settled: Floor) -> None:
    """All versions gone: the whole of Twenty is read again, though the inbox knows every row; metrics are the same."""
    standings, records = settled.standings(), _rebuild(settled, correct=False).records
    _spoil(settled, "DELETE FROM record_versions WHERE object <> 'module'")
    rows = read_again(settled.parts, print)
    found = _rebuild(settled)
    settled.publish()
    assert rows == 130
    # Twenty has all but the note that was destroyed.
    assert (found.records, found.without_versions) == (records - 1, 1)
    assert _rebuild(settled, correct=False).facts == 0
    after = settled.standings()
    names = ("totalXp", "totalCalls", "subThirtyCalls", "appointmentsSet", "closedDeals", "efficiency", "currentRank")
    assert {rep: [after[rep][name] for name in names] for rep in after} == {
        rep: [standings[rep][name] for name in names] for rep in standings
    }


def test_reading_again_repairs_what_no_webhook_told(settled: Floor) -> None:
    """A version that was lost with the ledger's backup is read anew, and the spoiled cursor does not matter."""
    _spoil(settled, "DELETE FROM record_versions WHERE object = 'opportunity'")
    _spoil(settled, "UPDATE facts SET won_now = false, live = false WHERE kind = 'opportunity'")
    read_again(settled.parts, print)
    settled.publish()
    assert {rep: standing["closedDeals"] for rep, standing in settled.standings().items()} == {
        JANE: 1,
        JONY: 0,
        PHIL: 1,
    }


def test_one_reading_of_the_whole_at_a_time(settled: Floor) -> None:
    """While a backfill runs, reading again says so and touches nothing."""
    before = everything(settled)
    with held_alone(settled.parts.engine, "backfill"), pytest.raises(NotNow):
        read_again(settled.parts, print)
    assert everything(settled) == before
