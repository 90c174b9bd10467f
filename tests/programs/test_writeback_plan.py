"""The write that brings a row to what it should hold, or none."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.progression.row import PassedExam, read_row
from programs.progression.row_json import Json
from programs.progression.rules import default_rules
from programs.progression.writeback import DesiredRow, WritePlan, plan_write

RULES = default_rules()
SCHEMA = {
    "id": "UUID",
    "name": "TEXT",
    "workspaceMemberId": "TEXT",
    "totalXp": "NUMBER",
    "syncedXp": "NUMBER",
    "currentLevel": "NUMBER",
    "currentRank": "TEXT",
    "closedDeals": "NUMBER",
    "streakDays": "NUMBER",
    "badges": "RAW_JSON",
    "completedModules": "RAW_JSON",
    "certifications": "RAW_JSON",
    "defeatedBosses": "RAW_JSON",
    "passedExams": "RAW_JSON",
    "efficiencyMetrics": "RAW_JSON",
    "rankEligibility": "RAW_JSON",
    "adoptedAt": "DATE_TIME",
    "appliedSequence": "NUMBER",
}
ALL_TEXT = {**dict.fromkeys(SCHEMA, "TEXT"), "id": "UUID"}
MEMBER = "20202020-463f-435b-828c-107e007a2711"
DESIRED = DesiredRow(
    workspace_member_id=MEMBER,
    name="Jane Austen",
    total_xp=620,
    synced_xp=620,
    level=4,
    rank="E-2",
    closed_deals=1,
    streak_days=3,
    efficiency={"showRate": {"rate": 0.5, "have": 1, "of": 2}},
    eligibility={"current": "E-2", "next": "E-3", "gates": []},
    modules=frozenset({"module_1", "module_0"}),
    bosses=frozenset({"boss_2"}),
    exams=(PassedExam("operative_certification", Decimal(91), date(2026, 11, 20)),),
)


def plan(
    raw: Mapping[str, object] | None, desired: DesiredRow = DESIRED, schema: Mapping[str, str] = SCHEMA
) -> WritePlan:
    return plan_write(read_row(raw), desired, schema, 9, RULES)


def applied(raw: Mapping[str, object] | None, found: WritePlan) -> dict[str, object]:
    """The row after the write, as Twenty keeps it: [] becomes null, and the row is not deleted any more."""
    written = {field: None if value == [] else value for field, value in (found.fields or {}).items()}
    return {**(raw or {}), **written, "deletedAt": None}


def written() -> dict[str, object]:
    return applied(None, plan(None))


def fields(found: WritePlan) -> Mapping[str, Json]:
    assert found.fields is not None
    return found.fields


def test_a_missing_row_is_created_whole() -> None:
    """Everything that is known is sent, lists in order, and nothing that is empty."""
    found = plan(None)
    assert found.create
    assert found.fields == {
        "workspaceMemberId": MEMBER,
        "name": "Jane Austen",
        "totalXp": 620,
        "syncedXp": 620,
        "currentLevel": 4,
        "currentRank": "E-2",
        "closedDeals": 1,
        "streakDays": 3,
        "completedModules": ["module_0", "module_1"],
        "defeatedBosses": ["boss_2"],
        "passedExams": [{"id": "operative_certification", "score": 91.0, "passedOn": "2026-11-20"}],
        "efficiencyMetrics": {"showRate": {"rate": 0.5, "have": 1, "of": 2}},
        "rankEligibility": {"current": "E-2", "next": "E-3", "gates": []},
        "appliedSequence": 9,
    }


def test_nothing_differs_means_no_write() -> None:
    """The row as it was written needs no call, even under a new sequence."""
    assert plan(written()) == WritePlan(None, create=False, warnings=())


def test_only_what_differs_is_sent_with_its_key_and_sequence() -> None:
    """One more streak day is one field, and the two that mark the write."""
    found = plan(written(), replace(DESIRED, streak_days=4))
    assert (found.fields, found.create) == ({"streakDays": 4, "workspaceMemberId": MEMBER, "appliedSequence": 9}, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("totalXp", 620.0),
        ("badges", []),
        ("badges", ""),
        ("efficiencyMetrics", {"showRate": {"of": 2.0, "have": 1, "rate": 0.5}}),
        ("efficiencyMetrics", '{"showRate": {"of": 2, "have": 1, "rate": 0.50}}'),
        ("completedModules", ["module_1", "module_0"]),
        ("appliedSequence", 8),
        ("name", "Jane A. (renamed by hand)"),
    ],
)
def test_another_form_of_the_same_value_is_no_difference(field: str, value: object) -> None:
    """Floats, key order, list order, JSON text, kinds of empty and a name somebody chose are left alone."""
    assert plan({**written(), field: value}).fields is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("totalXp", 619),
        ("totalXp", None),
        ("totalXp", 620.5),
        ("efficiencyMetrics", {"showRate": {"rate": 0.5, "have": True, "of": 2}}),
    ],
)
def test_another_value_is_written_over(field: str, value: object) -> None:
    """What is ours and differs is put right."""
    assert set(fields(plan({**written(), field: value}))) == {field, "workspaceMemberId", "appliedSequence"}


def test_an_empty_name_is_filled_in() -> None:
    """A row without a name gets the workspace member's."""
    assert fields(plan({**written(), "name": ""}))["name"] == "Jane Austen"


def test_fields_that_the_workspace_lacks_are_never_sent() -> None:
    """One unknown field would fail the whole batch."""
    small = {"workspaceMemberId": "TEXT", "totalXp": "NUMBER"}
    assert plan(None, schema=small).fields == {"workspaceMemberId": MEMBER, "totalXp": 620}


def test_a_field_of_a_type_that_cannot_take_the_value_is_left_out_and_reported() -> None:
    """A rank as SELECT would refuse E-codes that are not among its options."""
    found = plan(None, schema={**SCHEMA, "currentRank": "SELECT"})
    assert "currentRank" not in fields(found)
    assert found.warnings == ("currentRank: repsync does not write fields of type SELECT",)


def test_text_fields_hold_json_and_numbers_as_text() -> None:
    """A workspace that was set up by hand with TEXT fields gets text, and the same text every time."""
    found = plan(None, schema=ALL_TEXT)
    assert fields(found)["completedModules"] == '["module_0","module_1"]'
    assert fields(found)["totalXp"] == "620"
    assert plan(applied(None, found), schema=ALL_TEXT).fields is None


def test_json_that_is_kept_as_text_in_a_json_field_stays_text() -> None:
    """Another program reads the form that it wrote."""
    found = plan({**written(), "completedModules": '["module_0"]'})
    assert fields(found)["completedModules"] == '["module_0","module_1"]'


def test_what_others_put_into_lists_stays_in_place_and_form() -> None:
    """Their badge object, their order and their odd element stay; ours is added behind."""
    theirs = [{"badgeId": "closer", "tier": "gold"}, 7, "first_blood"]
    found = plan(
        {**written(), "badges": theirs},
        replace(DESIRED, badges=frozenset({"first_blood", "closer.gold", "opener_elite.bronze"})),
    )
    assert fields(found)["badges"] == [*theirs, "opener_elite.bronze"]


@pytest.mark.parametrize(
    ("theirs", "merged"),
    [
        (["operative"], [{"id": "operative", "score": 91.0, "passedOn": "2026-11-20"}]),
        (
            [{"id": "operative", "score": 85, "tries": 2}],
            [{"id": "operative", "score": 91.0, "tries": 2, "passedOn": "2026-11-20"}],
        ),
        (
            ["dnc"],
            ["dnc", {"id": "operative_certification", "score": 91.0, "passedOn": "2026-11-20"}],
        ),
    ],
)
def test_exams_keep_the_better_score_and_everything_else(theirs: list[Json], merged: list[Json]) -> None:
    """An id alone or a lower score gets ours under the id it has; other exams stay as they are."""
    assert fields(plan({**written(), "passedExams": theirs}))["passedExams"] == merged


def test_a_better_score_in_the_row_stays() -> None:
    """Their 95 % beats our 91 %, so there is nothing to write."""
    assert plan({**written(), "passedExams": [{"id": "operative", "score": 95}]}).fields is None


@pytest.mark.parametrize(("word", "rank"), [("sdr_1", "E-2"), ("Rookie", "E-2"), ("", "E-2"), ("team_lead", "E-6")])
def test_the_row_gets_the_higher_rank_as_a_code(word: str, rank: str) -> None:
    """Old words are put right, and a rank that a leader gave stays."""
    assert fields(plan({**written(), "currentRank": word}))["currentRank"] == rank


def test_a_word_that_is_no_rank_is_left_alone_and_reported() -> None:
    """It may mean something to somebody."""
    found = plan({**written(), "currentRank": "Grand Wizard"})
    assert found == WritePlan(None, create=False, warnings=("currentRank: 'Grand Wizard' is no rank, left alone",))


@pytest.mark.parametrize("value", ["module_0, module_1", {"module_0": True}, '{"a": 1}', "[" * 5_000])
def test_a_list_field_that_holds_something_else_is_left_alone_and_reported(value: object) -> None:
    """Writing over what can't be read would lose it."""
    found = plan({**written(), "completedModules": value})
    assert found.fields is None
    assert [warning.split(":")[0] for warning in found.warnings] == ["completedModules"]


def test_adoption_is_written_once() -> None:
    """adoptedAt is set where there is none, and never moved."""
    adopted = replace(DESIRED, adopted_at=datetime(2026, 11, 21, 2, 48, 12, 748_123, tzinfo=UTC))
    assert fields(plan(written(), adopted))["adoptedAt"] == "2026-11-21T02:48:12.748Z"
    assert plan({**written(), "adoptedAt": "2026-10-01T00:00:00.000Z"}, adopted).fields is None


def test_a_deleted_row_is_brought_back_by_an_upsert_and_reported() -> None:
    """A PATCH of a deleted row answers 200 and leaves it deleted, so it is planned like a missing one."""
    found = plan({**written(), "deletedAt": "2026-11-21T02:48:12.748Z"})
    assert found.create
    assert found.fields == {"workspaceMemberId": MEMBER, "appliedSequence": 9}
    assert found.warnings == ("the row was deleted in Twenty, and is brought back",)


IDS = st.sampled_from(["module_0", "module_1", "module_2", "boss_1", "operative", "dnc", "x"])
ELEMENTS = IDS | st.builds(lambda name: {"id": name}, IDS) | st.integers() | st.none()
EXAMS = IDS | st.builds(lambda name, score: {"id": name, "score": score}, IDS, st.none() | st.integers(0, 120))
LISTS = st.none() | st.lists(ELEMENTS, max_size=4)
FOUND = st.fixed_dictionaries(
    {
        "totalXp": st.none() | st.integers(0, 600) | st.floats(0, 600),
        "currentRank": st.sampled_from([None, "", "E-1", "manager", "Wizard"]),
        "completedModules": LISTS,
        "badges": LISTS | LISTS.map(json.dumps),
        "passedExams": st.lists(EXAMS, max_size=4),
        "deletedAt": st.sampled_from([None, "2026-11-21T02:48:12.748Z"]),
        "efficiencyMetrics": ELEMENTS,
    }
)
WANTED = st.builds(
    replace,
    st.just(DESIRED),
    modules=st.frozensets(IDS),
    badges=st.frozensets(IDS),
    exams=st.lists(st.builds(PassedExam, IDS, st.none() | st.decimals(0, 100, places=1)), max_size=3).map(tuple),
)


@given(st.none() | FOUND, WANTED, st.sampled_from([SCHEMA, ALL_TEXT]))
def test_a_plan_carried_out_leaves_nothing_to_do(
    raw: dict[str, object] | None, desired: DesiredRow, schema: Mapping[str, str]
) -> None:
    """Writing is idempotent: the row after the write is the row that was wanted."""
    first = plan(raw, desired, schema)
    assert plan(applied(raw, first), desired, schema).fields is None


@given(FOUND, WANTED, st.sampled_from([SCHEMA, ALL_TEXT]))
def test_no_list_ever_loses_an_element(raw: dict[str, object], desired: DesiredRow, schema: Mapping[str, str]) -> None:
    """All that was in a list is in it afterwards, and all of ours."""
    after = read_row(applied(raw, plan(raw, desired, schema)))
    before = read_row(raw)
    assert after.modules == before.modules | desired.modules
    assert after.badges == before.badges | desired.badges
    assert {exam.id for exam in after.exams} >= {exam.id for exam in before.exams}
    assert {RULES.exam_named(exam.id) for exam in after.exams} >= {RULES.exam_named(e.id) for e in desired.exams}
