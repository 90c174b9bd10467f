"""The floor's own ranks: gates in order of time, and what stays when it is taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from floor_deeds import HOUR, NOON, call, deal, dials, examined, expected, note, said, studied, training, won

from sandbox.floor.corrections import Change
from sandbox.floor.notes import Meant
from sandbox.floor.work import Deed


@pytest.mark.parametrize(
    ("deeds", "rank"),
    [
        ([*dials(100), *studied(0, 1)], "E-2"),
        ([*dials(99), *studied(0, 1)], "E-1"),
        ([*dials(100), *studied(0)], "E-1"),
        ([*dials(100), *studied(0, 1, 2, 3), *won(3)], "E-3"),
        ([*dials(100), *studied(0, 1, 2, 3), *won(2)], "E-2"),
        ([*dials(100), *studied(0, 1, 2), *won(3)], "E-2"),
        ([*dials(100), *studied(0, 1, 2, 3, 4, 5), *won(6), examined(80)], "E-4"),
        ([*dials(100), *studied(0, 1, 2, 3, 4, 5), *won(6), examined(79)], "E-3"),
        ([*dials(100), *studied(0, 1, 2, 3, 4, 5), *won(6)], "E-3"),
        ([*dials(100), *studied(0, 1, 2, 3, 4), *won(6), examined(80)], "E-3"),
    ],
)
def test_a_rank_needs_all_its_gates(deeds: list[Deed], rank: str) -> None:
    """100 dials and modules for E-2; three appointments for E-3; five deals and the exam for E-4."""
    assert expected(deeds).rank == rank


def test_a_rate_is_looked_at_in_order_of_time() -> None:
    """Who met E-4's drop rate once keeps the rank, and who never did has none: 50 % is not below 50 %."""
    proven = [*studied(0, 1, 2, 3, 4, 5), *won(7), examined(90)]
    later = NOON + timedelta(days=1)
    assert expected([*proven, *dials(100), *dials(150, duration_s=5, start=later)]).rank == "E-4"
    assert expected([*proven, *dials(150, duration_s=5, start=NOON - HOUR), *dials(100, start=later)]).rank == "E-3"
    assert expected([*proven, *dials(75, duration_s=5, start=NOON - HOUR), *dials(75, start=later)]).rank == "E-3"


def test_a_rank_stays_when_what_it_rests_on_is_taken_back() -> None:
    """The 100th dial, deleted an hour later, was one in between; deleted before the modules are passed, it is none."""
    deleted = call(note(Meant("CONTACT", 40), Change(NOON + HOUR, "soft_delete")))
    early, late = studied(0, 1), [training("module", f"module_{n}", at=NOON + 5 * HOUR) for n in (0, 1)]
    made = dials(99, start=NOON - 5 * HOUR)
    assert expected([*made, deleted, *early]).rank == "E-2"
    assert expected([*made, deleted, *late]).rank == "E-1"


def test_what_a_reopened_deal_had_reached_stays() -> None:
    """Five deals won at one time make a closer and E-4; reopened before the last is won, they are four at most."""
    proven = [*dials(100, 130, NOON - 5 * HOUR), *studied(0, 1, 2, 3, 4, 5), *won(4), examined(90)]
    reopened = deal("MEETING", "CUSTOMER", "PROPOSAL", id="again", lead_id="again")
    rep = expected([*proven, reopened])
    assert (rep.rank, "closer.bronze" in rep.badges, rep.closed_deals) == ("E-4", True, 4)
    early = replace(reopened, at=NOON - 2 * HOUR, steps=tuple(replace(s, at=s.at - 2 * HOUR) for s in reopened.steps))
    rep = expected([*proven, early])
    assert (rep.rank, "closer.bronze" in rep.badges, rep.closed_deals) == ("E-3", False, 4)


def test_a_corrected_call_counted_as_it_then_was() -> None:
    """A call that is said, for an hour, to have set the tenth appointment leaves the badge."""
    signs = [deal("MEETING", id=f"d{n}", lead_id=f"lead{n}") for n in range(9)]
    edit = Change(NOON + HOUR, "update", Meant("CALLBACK", 100))
    rep = expected([*signs, call(note(Meant("APPOINTMENT", 100), edit))])
    assert ("appointment_setter.bronze" in rep.badges, rep.appointments_set) == (True, 9)


def test_an_appointment_counts_from_the_meeting_on() -> None:
    """The tenth deal meets after one of nine appointments was taken back, though it began before."""
    signs = [deal("MEETING", id=f"d{n}", lead_id=f"lead{n}") for n in range(8)]
    edit = Change(NOON + HOUR / 2, "update", Meant("CALLBACK", 100))
    taken_back = call(note(Meant("APPOINTMENT", 100), edit))
    rep = expected([*signs, taken_back, deal("NEW", "MEETING", id="tenth", lead_id="tenth")])
    assert ("appointment_setter.bronze" in rep.badges, rep.appointments_set) == (False, 9)


def test_early_birds_call_before_nine_of_their_own_time() -> None:
    """Ten calls from 8:00 in New York; of nine and one at 9:00 none is given."""
    eight = NOON - 4 * HOUR
    calls = [said("NO_ANSWER", 40, at=eight + n * timedelta(minutes=5)) for n in range(10)]
    assert expected(calls).badges == {"early_bird.bronze"}
    assert expected([*calls[1:], said("NO_ANSWER", 40, at=eight + HOUR)]).badges == set()
    assert expected(calls, time_zone="America/Chicago").badges == {"early_bird.bronze"}
    assert expected([*calls[1:], said("NO_ANSWER", 40, at=eight + HOUR)], time_zone="America/Chicago").badges


def test_e3_needs_two_badges() -> None:
    """Three deals are a first_blood; three appointments in few dials make an efficiency_elite beside it."""
    begun = [*studied(0, 1, 2, 3), *won(3)]
    few, many = expected([*dials(100), *begun]), expected([*dials(100, start=NOON - 3 * HOUR), *begun])
    assert (few.rank, many.rank) == ("E-3", "E-2")
    assert many.badges == {"first_blood"}
    assert {badge.split(".")[0] for badge in few.badges} == {"first_blood", "efficiency_elite"}
