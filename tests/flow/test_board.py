"""The board in the ledger: made, searched, sorted and paged."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from accounts.rep_board import OLD_AFTER, BoardRep, refresh_board, rep_board
from handlers.console.rep_table import PAGE, RepTable, TableQuestion, rep_table
from ledger.engine import connect_engine, snapshot, transaction
from ledger.kept_board import board_state_now, hold_board
from ledger.rep_board import SORTS, BoardQuestion
from programs.progression.rules import default_rules

RULES = default_rules()
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AT_ONCE = timedelta(0)
_EFFICIENCY = '{"efficiency": {"sub30sDropRate": {"have": :have, "of": :of}}, "totalXp": :xp, "currentRank": ":rank"}'


@pytest.fixture
def engine(database_url: str) -> Engine:
    """An empty ledger's."""
    return connect_engine(database_url)


def _member(connection: Connection, name: str, **deleted: Any) -> None:
    known = "INSERT INTO members (id, name, updated_at, deleted_at) VALUES (:id, :name, now(), :deleted_at)"
    connection.execute(text(known), {"id": f"id-{name}", "name": name, "deleted_at": None, **deleted})


def _rep(connection: Connection, name: str, xp: int = 0, drops: tuple[int, int] = (0, 0), rank: str = "E-1") -> None:
    _member(connection, name)
    standing = _EFFICIENCY
    for word, value in (("have", drops[0]), ("of", drops[1]), ("xp", xp), ("rank", rank)):
        standing = standing.replace(f":{word}", str(value))
    kept = "INSERT INTO reps (id, standing, published_at) VALUES (:id, CAST(:standing AS jsonb), now())"
    connection.execute(text(kept), {"id": f"id-{name}", "standing": standing})


def _worked(connection: Connection, name: str, days_ago: int, amount: int, basis: str = "paid") -> None:
    """An award for what happened so many days and an hour ago."""
    at = NOW - timedelta(days=days_ago, hours=1)
    said = {"rep": f"id-{name}", "at": at, "on": at.date(), "amount": amount, "basis": basis}
    award = "INSERT INTO awards (fact_key, reason, cause, rep, amount, basis, rules_version, occurred_at, noticed_at)"
    values = "VALUES (gen_random_uuid()::text, 'dial', '', :rep, :amount, :basis, '', :at, :at)"
    connection.execute(text(f"{award} {values}"), said)
    day = 'INSERT INTO day_totals (rep, "on", activities) VALUES (:rep, :on, 1) ON CONFLICT DO NOTHING'
    connection.execute(text(day), said)


def _board(engine: Engine, **asked: Any) -> list[BoardRep]:
    refresh_board(engine, RULES, NOW, AT_ONCE)
    with snapshot(engine) as connection:
        return rep_board(connection, RULES, BoardQuestion(**asked))


def _names(engine: Engine, **asked: Any) -> list[str | None]:
    return [rep.row.name for rep in _board(engine, **asked)]


def _table(engine: Engine, question: TableQuestion) -> RepTable:
    refresh_board(engine, RULES, NOW, AT_ONCE)
    with snapshot(engine) as connection:
        return rep_table(connection, question, RULES)


def test_weeks_are_counted_to_the_hour(engine: Engine) -> None:
    """Up to seven days back is this week, up to fourteen the one before; what paid nothing counts nothing."""
    with transaction(engine) as connection:
        _rep(connection, "Ann")
        for days_ago, amount in ((0, 1), (6, 2), (7, 4), (13, 8), (14, 16)):
            _worked(connection, "Ann", days_ago, amount)
        _worked(connection, "Ann", 1, 32, "adopted")
    (ann,) = _board(engine)
    assert (ann.row.week_xp, ann.row.before_xp, ann.change, ann.row.trend) == (3, 12, -9, "down")
    assert ann.row.last_active_on == (NOW - timedelta(hours=1)).date()


def test_the_board_follows_what_happened_once_it_is_old(engine: Engine) -> None:
    """A young one is served as it is; an old one is made anew, and who is gone is gone from it."""
    with transaction(engine) as connection:
        _rep(connection, "Ann")
        _rep(connection, "Bob")
        _worked(connection, "Ann", 0, 5)
    assert [rep.row.week_xp for rep in _board(engine)] == [5, 0]
    with transaction(engine) as connection:
        _worked(connection, "Ann", 0, 7)
        connection.execute(text("UPDATE reps SET forgotten_at = now() WHERE id = 'id-Bob'"))
    refresh_board(engine, RULES, NOW, OLD_AFTER)
    with snapshot(engine) as connection:
        assert [rep.row.week_xp for rep in rep_board(connection, RULES, BoardQuestion())] == [5]
    with transaction(engine) as connection:
        connection.execute(text("UPDATE board_state SET kept_at = kept_at - :age"), {"age": OLD_AFTER})
    refresh_board(engine, RULES, NOW, OLD_AFTER)
    with snapshot(engine) as connection:
        assert [rep.row.week_xp for rep in rep_board(connection, RULES, BoardQuestion())] == [12]
        kept = connection.execute(text("SELECT rep FROM board")).scalars().all()
    assert list(kept) == ["id-Ann"]


def test_a_board_is_kept_for_as_long_as_it_is_worth(engine: Engine) -> None:
    """A hundred times as long as it took to make, a minute at most."""
    for took_s, age_s, anew in ((0.1, 9, False), (0.1, 11, True), (9, 59, False), (9, 61, True)):
        with transaction(engine) as connection:
            said = {"took_s": took_s, "age": timedelta(seconds=age_s)}
            kept = "UPDATE board_state SET took_s = :took_s, kept_at = now() - :age RETURNING kept_at"
            before = connection.execute(text(kept), said).scalar_one()
        refresh_board(engine, RULES, NOW)
        with snapshot(engine) as connection:
            assert (board_state_now(connection).kept_at != before) == anew, (took_s, age_s)


def test_who_finds_it_old_while_another_makes_it_serves_it_as_it_is(engine: Engine) -> None:
    """Neither the clock's tick nor a page is held up by a making that hangs; the next one that looks makes it."""
    with transaction(engine) as connection:
        _rep(connection, "Ann")
    assert _names(engine) == ["Ann"]
    with transaction(engine) as connection:
        _rep(connection, "Bob")
        connection.execute(text("UPDATE board_state SET kept_at = kept_at - :age"), {"age": OLD_AFTER})
    for age in (None, OLD_AFTER):
        with transaction(engine) as hanging:
            assert hold_board(hanging, wait=True)
            refresh_board(engine, RULES, NOW, age)
            with snapshot(engine) as connection:
                assert len(rep_board(connection, RULES, BoardQuestion())) == 1
    refresh_board(engine, RULES, NOW)
    with snapshot(engine) as connection:
        assert len(rep_board(connection, RULES, BoardQuestion())) == 2


def test_what_stays_the_same_is_not_written_again(engine: Engine) -> None:
    """A board that is made anew each minute leaves no dead rows behind while nobody works."""
    with transaction(engine) as connection:
        _rep(connection, "Ann")
    _board(engine)
    with snapshot(engine) as connection:
        first, at = (
            connection.execute(text("SELECT xmin::text || xmax::text FROM board")).scalar(),
            board_state_now(connection).kept_at,
        )
    _board(engine)
    with snapshot(engine) as connection:
        assert connection.execute(text("SELECT xmin::text || xmax::text FROM board")).scalar() == first
        assert at is not None
        assert (board_state_now(connection).kept_at or at) > at


def test_members_who_left_and_never_worked_are_not_on_it(engine: Engine) -> None:
    """Who worked stays, who works here is there before the first call."""
    with transaction(engine) as connection:
        _member(connection, "Ann", deleted_at=NOW)
        _member(connection, "Bob")
        _rep(connection, "Cid")
        connection.execute(text("UPDATE members SET deleted_at = now() WHERE id = 'id-Cid'"))
    assert [(rep.row.name, rep.row.left, rep.sync) for rep in _board(engine)] == [
        ("Bob", False, "no work yet"),
        ("Cid", True, "up to date"),
    ]


def test_who_has_no_figure_is_last_whichever_way(engine: Engine) -> None:
    """A member who never worked is neither the best nor the worst, of figures as of XP of a week."""
    with transaction(engine) as connection:
        _member(connection, "Ann")
        _rep(connection, "Bob", 5)
        _rep(connection, "Cid", 7)
        _worked(connection, "Bob", 1, 10)
        _worked(connection, "Cid", 1, 20)
    for sort in ("xp", "week"):
        assert _names(engine, sort=sort) == ["Bob", "Cid", "Ann"]
        assert _names(engine, sort=f"-{sort}") == ["Cid", "Bob", "Ann"]


def test_shares_sort_by_their_value_and_ranks_by_the_ladder(engine: Engine) -> None:
    """Nine of ten are more than fifty of a hundred; a rank that the rules do not have is none."""
    with transaction(engine) as connection:
        _rep(connection, "Ann", drops=(9, 10), rank=RULES.ranks[-1].code)
        _rep(connection, "Bob", drops=(50, 100), rank=RULES.ranks[0].code)
        _rep(connection, "Cid", rank="Wizard")
    assert _names(engine, sort="drops") == ["Bob", "Ann", "Cid"]
    assert _names(engine, sort="rank") == ["Bob", "Ann", "Cid"]
    assert _names(engine, sort="-rank") == ["Ann", "Bob", "Cid"]


@pytest.mark.parametrize("sort", SORTS)
def test_everybody_is_there_by_every_sort(engine: Engine, sort: str) -> None:
    """Both ways, searched and not; those who are alike by name, whatever its case."""
    with transaction(engine) as connection:
        for name in ("bob", "Cid", "Ann"):
            _member(connection, name)
    assert _names(engine, sort=sort) == ["Ann", "bob", "Cid"]
    assert sorted(map(str, _names(engine, sort=f"-{sort}", search="id-"))) == ["Ann", "Cid", "bob"]


def test_sync_sorts_by_the_words_that_are_shown(engine: Engine) -> None:
    """What the ledger sorts by is what the page says."""
    with transaction(engine) as connection:
        for name in ("Ann", "Bob", "Cid", "Dan"):
            _rep(connection, name)
        _member(connection, "Eve")
        for name, said in (
            ("Ann", "dirty = 1, dirty_at = now()"),
            ("Bob", "row_problem = 'two rows'"),
            ("Cid", "refused = 'no field'"),
        ):
            connection.execute(text(f"UPDATE reps SET {said} WHERE id = :id"), {"id": f"id-{name}"})
    shown = [rep.sync for rep in _board(engine, sort="sync")]
    assert shown == sorted(shown)
    assert len(set(shown)) == 5


def test_search_and_trend_narrow_the_table(engine: Engine) -> None:
    """Letters of the name in any case, or the beginning of the id; the counts are of who fits the search."""
    with transaction(engine) as connection:
        for name, days_ago in (("Ann Löw", 0), ("Bob LÖW", 8), ("Cid", 0)):
            _rep(connection, name)
            _worked(connection, name, days_ago, 5)
    found = _table(engine, TableQuestion("lÖw"))
    assert ([row.rep.row.name for row in found.rows], found.found, found.all) == (["Ann Löw", "Bob LÖW"], 2, 3)
    assert (found.trends["up"], found.trends["stalled"], found.trends["idle"]) == (1, 1, 0)
    assert [row.rep.row.name for row in _table(engine, TableQuestion("löw", trend="stalled")).rows] == ["Bob LÖW"]
    assert _table(engine, TableQuestion("id-C")).found == 1
    assert _table(engine, TableQuestion("%")).found == 0


@pytest.mark.parametrize("name", ["İlker", "ΣΟΦΟΣ", "STRAẞE", "a\\b", "a_b", "50%"])
def test_a_name_is_found_as_it_is_written(engine: Engine, name: str) -> None:
    """Whatever letters and signs: what is searched for is put in small letters by whom the names are."""
    with transaction(engine) as connection:
        _member(connection, name)
        _member(connection, "aXb 500")
    assert _names(engine, search=name) == [name]


def test_pages_hold_everybody_once(engine: Engine) -> None:
    """A page beyond the last is the last one; without anybody there is one page."""
    assert _table(engine, TableQuestion(page=2)).question.page == 1
    with transaction(engine) as connection:
        for number in range(PAGE + 1):
            _member(connection, f"{number:03}")
    first, second = _table(engine, TableQuestion()), _table(engine, TableQuestion(page=99))
    assert (len(first.rows), first.pages, first.found) == (PAGE, 2, PAGE + 1)
    assert ([row.rep.row.name for row in second.rows], second.question.page) == ([f"{PAGE:03}"], 2)
