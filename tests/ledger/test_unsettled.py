"""What is loaded to settle several reps at once is each one's own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ledger.engine import connect_engine, transaction
from ledger.facts import load_unsettled, save_facts
from programs.progression.facts import Fact, KeptFact

AT = datetime(2026, 11, 20, 14, tzinfo=UTC)
DAY = timedelta(days=1)
DIAL = frozenset({"dial"})


def _note(key: str, rep: str, form: str, **fields: object) -> KeptFact:
    fact = Fact(key, "call", rep, AT, live=True, form=form, disposition="CONTACT")
    return KeptFact(replace(fact, **{"reasons" if form == "V1" else "waiting": DIAL}, **fields), unpaid=False)  # type: ignore[arg-type]


def _unpaid(kept: KeptFact) -> KeptFact:
    return replace(kept, unpaid=True)


KEPT = {
    "a": _unpaid(_note("a", "ann", "V1")),
    "a-second": replace(_note("a-second", "ann", "V2", occurred_at=AT + DAY), call_key="a-second"),
    "a-far": replace(_note("a-far", "ann", "V2", occurred_at=AT + DAY * 1.01), call_key="a-far"),
    "a-other": replace(_note("a-other", "ann", "V2", disposition="BUSY"), call_key="a-other"),
    "a-paired": replace(_note("a-paired", "ann", "V2"), call_key="a-paired", twin_of="a-first"),
    "a-first": replace(_note("a-first", "ann", "V1"), call_key="a-paired"),
    "b": _unpaid(_note("b", "bob", "V2", met_at=AT, lead="x")),
    "b-first": replace(_note("b-first", "bob", "V1", occurred_at=AT - DAY), call_key="b-first"),
    "b-paired": replace(_note("b-paired", "bob", "V2"), call_key="b-first", twin_of="b-first"),
    "b-credited": replace(_note("b-credited", "cid", "V1", met_at=AT - DAY * 90), paid_rep="bob", paid_lead="x"),
    "b-elsewhere": replace(
        _note("b-elsewhere", "bob", "V1", occurred_at=AT - DAY * 9, met_at=AT), paid_rep="bob", paid_lead="y"
    ),
    "a-credited": replace(_note("a-credited", "ann", "V1", met_at=AT - DAY * 90), paid_rep="ann", paid_lead="x"),
    "c": _note("c", "cid", "V1"),
    "d": _unpaid(_note("d", "dan", "V1")),
}


def test_each_rep_s_own_is_loaded(database_url: str) -> None:
    """Ann's unpaid note of the first writer needs its lonely seconds within a day and of its outcome; Bob's of the
    second the first ones and whose twins they are, and, as its appointment is due, those of its lead that he was
    credited with."""
    with transaction(connect_engine(database_url)) as connection:
        save_facts(connection, KEPT, dict.fromkeys(KEPT, AT))
        found = load_unsettled(connection, ["ann", "bob", "cid"], DAY, AT, {})
    assert {rep: sorted(facts) for rep, facts in found.items()} == {
        "ann": ["a", "a-second"],
        "bob": ["b", "b-credited", "b-first", "b-paired"],
    }
    assert all(kept == KEPT[key] for facts in found.values() for key, kept in facts.items())


def test_credited_appointments_are_loaded_when_one_may_join_them(database_url: str) -> None:
    """Not for one that waits for the watermark; but for one that was credited and is read anew."""
    with transaction(connect_engine(database_url)) as connection:
        save_facts(connection, KEPT, dict.fromkeys(KEPT, AT))
        for watermark in (None, AT - DAY):
            assert "b-credited" not in load_unsettled(connection, ["bob"], DAY, watermark, {})["bob"]
        again = {"b": replace(KEPT["b"], paid_rep="bob", paid_lead="x")}
        save_facts(connection, again, {"b": AT})
        assert "b-credited" in load_unsettled(connection, ["bob"], DAY, None, {})["bob"]


def test_what_was_saved_just_now_is_not_read_again(database_url: str) -> None:
    """What is known of a fact stands for its row: one that is paid or another rep's by now is not among them."""
    known = {
        "a": replace(KEPT["a"], behind_at=AT),
        "b": replace(KEPT["b"], unpaid=False),
        "d": replace(KEPT["d"], fact=replace(KEPT["d"].fact, rep="ann")),
        "e": _unpaid(_note("e", "eve", "V1")),
    }
    with transaction(connect_engine(database_url)) as connection:
        save_facts(connection, KEPT, dict.fromkeys(KEPT, AT))
        found = load_unsettled(connection, ["ann", "bob", "dan"], DAY, None, known)
    assert {rep: sorted(facts) for rep, facts in found.items()} == {"ann": ["a", "a-second", "d"]}
    assert found["ann"]["a"] == known["a"]


def test_what_only_waits_is_not_read_beside_what_is_known(database_url: str) -> None:
    """A decided note whose appointment waits, a second writer's and a deal are read when the watermark moved since they
    grew, or came for the first time; a first writer's that is not decided always."""
    decided = replace(_unpaid(_note("w-decided", "ann", "V1", met_at=AT)), call_key="w-decided")
    waiting = {
        "w-decided": decided,
        "w-second": _unpaid(_note("w-second", "ann", "V2", disposition="BUSY")),
        "w-deal": KeptFact(Fact("w-deal", "opportunity", "ann", AT, live=True, won_at=AT)),
        "w-uncertain": _unpaid(_note("w-uncertain", "ann", "V1")),
    }
    never = replace(decided, fact=replace(decided.fact, key="w-never"))
    kept = {key: replace(each, behind_at=AT) for key, each in waiting.items()} | {"w-never": never}
    known = {"new": _unpaid(_note("new", "ann", "V1"))}
    with transaction(connect_engine(database_url)) as connection:
        save_facts(connection, kept, dict.fromkeys(kept, AT))
        found = [
            sorted(load_unsettled(connection, ["ann"], DAY, watermark, known)["ann"])
            for watermark in (None, AT, AT + DAY)
        ]
        assert load_unsettled(connection, ["ann"], DAY, AT, {})["ann"].keys() >= kept.keys()
    assert found == [
        ["new", "w-uncertain"],
        ["new", "w-never", "w-uncertain"],
        ["new", "w-deal", "w-decided", "w-never", "w-second", "w-uncertain"],
    ]
