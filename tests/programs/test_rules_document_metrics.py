"""The rules document, § Efficiency metrics, § Appointments and deals: what counts in which figure.

Cadences, appointment windows and streaks have tables of their own: test_cadence, test_appointments, test_streaks.
"""

from zoneinfo import ZoneInfo

import pytest
from progression_factories import RULES, call, day, opportunity

from programs.progression.facts import KeptFact
from programs.progression.figures import Figures
from programs.progression.row import read_row
from programs.progression.standing import standing
from programs.progression.work import Work
from programs.progression.xp_merge import MergedXp

NOTHING = MergedXp(0, 0, 0, 0, lowered=False, foreign_write=False)


def _figures(*kept: KeptFact) -> Figures:
    work = Work(kept, (), (), (), ZoneInfo("America/New_York"))
    return standing(work, read_row(None), NOTHING, day(400), day(400), RULES).figures


@pytest.mark.parametrize(
    ("title", "known", "sub_thirty", "over_two"),
    [
        ("Call - NO_ANSWER | 0:00 | Jane", 1, 1, 0),
        ("Call - NO_ANSWER | 0:29 | Jane", 1, 1, 0),
        ("Call - NO_ANSWER | 0:30 | Jane", 1, 0, 0),
        ("Call - CONTACT | 1:59 | Jane", 1, 0, 0),
        ("Call - CONTACT | 2:00 | Jane", 1, 0, 0),
        ("Call - CONTACT | 2:01 | Jane", 1, 0, 1),
        ("Call - CONTACT | 0:00 | Jane", 0, 0, 0),
        ("Call - CALLBACK | 0:00 | Jane", 0, 0, 0),
        ("Call - CONTACT | 2:75 | Jane", 0, 0, 0),
        ("Call - CONTACT", 0, 0, 0),
    ],
)
def test_a_call_counts_by_its_duration(title: str, known: int, sub_thirty: int, over_two: int) -> None:
    """29 s is sub-30 and 30 s is not, 120 s is not beyond two minutes and 121 s is; an unknown duration is neither,
    but a call. 0:00 of a conversation is the timer's bug."""
    figures = _figures(call("n1", title))
    assert (figures.total_calls, figures.known_duration_calls) == (1, known)
    assert (figures.sub_thirty_calls, figures.over_two_minute_calls) == (sub_thirty, over_two)


@pytest.mark.parametrize(
    ("title", "body", "calls", "connects", "voicemails", "appointments"),
    [
        ("Call - CONTACT | 0:40 | Jane", "", 1, 1, 0, 0),
        ("Call - CALLBACK | 0:40 | Jane", "", 1, 1, 0, 0),
        ("Call - NOT_INTERESTED | 0:40 | Jane", "", 1, 1, 0, 0),
        ("Call - APPOINTMENT | 0:40 | Jane", "", 1, 1, 0, 1),
        ("Call - VOICEMAIL | 0:40 | Jane", "", 1, 0, 1, 0),
        ("Call - NO_ANSWER | 0:40 | Jane", "", 1, 0, 0, 0),
        ("Call - GATEKEEPER | 0:40 | Jane", "", 1, 0, 0, 0),
        ("Call - rejected", "Rejected incoming call", 0, 0, 0, 0),
        ("Call - voicemail", "Sent to voicemail", 0, 0, 0, 0),
        ("Voicemail - left one", "", 0, 0, 0, 0),
    ],
)
def test_a_call_counts_by_its_outcome(
    title: str, body: str, calls: int, connects: int, voicemails: int, appointments: int
) -> None:
    """Four outcomes are connects, one of them an appointment; inbound calls are no calls; a callback sets nothing."""
    figures = _figures(call("n1", title, body=body))
    assert (figures.total_calls, figures.connects, figures.voicemails) == (calls, connects, voicemails)
    assert figures.appointments_set == appointments


@pytest.mark.parametrize(
    ("stages", "booked", "held", "deals"),
    [
        (("NEW",), 0, 0, 0),
        (("SCREENING",), 0, 0, 0),
        (("MEETING",), 1, 0, 0),
        (("PROPOSAL",), 1, 1, 0),
        (("CUSTOMER",), 1, 1, 1),
        (("MEETING", "SCREENING"), 1, 0, 0),
        (("PROPOSAL", "MEETING"), 1, 1, 0),
        (("CUSTOMER", "PROPOSAL"), 1, 1, 0),
        (("CUSTOMER", "PROPOSAL", "CUSTOMER"), 1, 1, 1),
        (("LOST",), 0, 0, 0),
    ],
)
def test_an_opportunity_counts_by_its_stages(stages: tuple[str, ...], booked: int, held: int, deals: int) -> None:
    """An appointment that ever reached MEETING, held from PROPOSAL on, a deal while in CUSTOMER; deleted, nothing."""
    steps = [(stage, n) for n, stage in enumerate(stages)]
    figures = _figures(opportunity("o1", steps))
    assert (figures.appointments_set, figures.appointments_held, figures.closed_deals) == (booked, held, deals)
    gone = _figures(opportunity("o1", steps, deleted=True))
    assert (gone.appointments_set, gone.appointments_held, gone.closed_deals) == (0, 0, 0)
