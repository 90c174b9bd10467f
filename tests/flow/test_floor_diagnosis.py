"""A sales floor, worked through the real worker: the diagnosis of each rep names the rep's habit."""

from typing import Any

import pytest
from sales_floor import Play, settle

from sandbox.floor import Floor


@pytest.fixture
def diagnoses(play: Play) -> dict[str, list[dict[str, Any]]]:
    """By habit, what the ledger's standings say of a week of work; one rep each."""
    floor = Floor(3, reps=5, days=5, calls_a_day=20)
    jobs = play(floor)
    settle(jobs)
    standings = jobs.standings()
    return {rep.habit.name: standings[rep.id]["diagnosis"] for rep in floor.team()}


def test_the_diagnosis_names_each_habit(diagnoses: dict[str, list[dict[str, Any]]]) -> None:
    """A newcomer trains the opener, who leaves no voicemails that, a talker who never asks the closing; a strong opener
    and a closer are told so."""
    first = {habit: (found[0]["kind"], found[0]["subject"]) for habit, found in diagnoses.items()}
    assert first["newcomer"] == ("train", "opener")
    assert first["voicemail avoider"] == ("train", "voicemail")
    assert first["talker who never asks"] == ("train", "closer")
    named = {habit: {(each["kind"], each["subject"]) for each in found} for habit, found in diagnoses.items()}
    assert ("strength", "opener") in named["strong opener"]
    assert ("strength", "closer") in named["closer"]
    assert not {("train", "opener"), ("train", "voicemail")} & (named["strong opener"] | named["closer"])
