"""The rules document, § XP: what each thing pays, at once and when the watermark has passed."""

import pytest
from progression_book import Book
from progression_factories import call, day, opportunity, training

from programs.progression.facts import BATTLE, CERTIFICATION, EXAM, MENTORSHIP, MODULE, KeptFact

LATER = day(400)


def _paid(*kept: KeptFact) -> tuple[int, int]:
    """XP before anything is known to be complete, and in the end."""
    book = Book()
    book.take(*kept)
    book.settle(None)
    at_once = book.xp()
    book.settle(LATER)
    return at_once, book.xp()


@pytest.mark.parametrize(
    ("outcome", "connect"),
    [
        ("CONTACT", True),
        ("CALLBACK", True),
        ("NOT_INTERESTED", True),
        ("VOICEMAIL", False),
        ("NO_ANSWER", False),
        ("WRONG_NUMBER", False),
        ("DNC", False),
        ("BUSY", False),
        ("DISCONNECTED", False),
        ("Logged", False),
        ("GATEKEEPER", False),
    ],
)
@pytest.mark.parametrize(
    ("clock", "two_plus"), [("0:00", 0), ("0:29", 0), ("1:59", 0), ("2:00", 15), ("2:01", 15), ("75:00", 15)]
)
def test_a_call_pays_its_reasons_at_once(outcome: str, connect: bool, clock: str, two_plus: int) -> None:
    """A dial 2, a connect 3 on top, 120 s or more 15, whatever the outcome."""
    xp = 2 + (3 if connect else 0) + two_plus
    assert _paid(call("n1", f"Call - {outcome} | {clock} | Jane")) == (xp, xp)


@pytest.mark.parametrize(
    ("kept", "at_once", "in_the_end"),
    [
        (call("n1", "Call - APPOINTMENT | 1:00 | Jane"), 5, 105),
        (call("n1", "Call - contact", body="Duration: 2:00"), 0, 20),
        (call("n1", "Call - CONTACT"), 0, 5),
        (call("n1", "Call - Logged"), 0, 2),
        (call("n1", "Call - CONTACT | 0:10 | Jane", mapped=True), 0, 5),
        (call("n1", "Call - rejected", body="Rejected incoming call"), 0, 0),
        (call("n1", "Call - voicemail", body="Sent to voicemail"), 0, 0),
        (call("n1", "SMS - CONTACT"), 0, 0),
    ],
)
def test_other_notes_wait_or_pay_nothing(kept: KeptFact, at_once: int, in_the_end: int) -> None:
    """An appointment pays 100 at the watermark, a note that may be a twin all of it then; inbound calls pay nothing."""
    assert _paid(kept) == (at_once, in_the_end)


@pytest.mark.parametrize(
    ("module", "xp"),
    [
        ("module_0", 50),
        ("module_1", 50),
        ("module_2", 50),
        ("module_3", 50),
        ("module_4", 75),
        ("module_5", 100),
        ("module_6", 300),
        ("module_7", 0),
    ],
)
def test_a_module_pays_for_its_first_pass(module: str, xp: int) -> None:
    """At once and once: a retake pays nothing, a module that the rules don't know neither."""
    assert _paid(training("a1", MODULE, module, score=100)) == (xp, xp)
    assert _paid(*(training(attempt, MODULE, module, s, score=100) for s, attempt in enumerate("abc"))) == (xp, xp)


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(("outcome", "share"), [("win", 100), ("lose", 0), ("abandon", 0)])
def test_a_boss_battle_pays_for_a_win(level: int, outcome: str, share: int) -> None:
    """100 x its level, for each session; losing and giving up pay nothing."""
    sessions = [training(session, BATTLE, str(level), outcome=outcome) for session in ("b1", "b2")]
    assert _paid(sessions[0]) == (share * level, share * level)
    assert _paid(*sessions) == (2 * share * level, 2 * share * level)


@pytest.mark.parametrize("kind", [EXAM, CERTIFICATION, MENTORSHIP])
@pytest.mark.parametrize("subject", ["operative", "senior_certification", "tcpa", "leadership_cert"])
def test_exams_certifications_and_mentorships_pay_nothing(kind: str, subject: str) -> None:
    """They open gates only."""
    assert _paid(training("e1", kind, subject, score=100)) == (0, 0)


@pytest.mark.parametrize(
    ("stages", "xp"),
    [
        (("NEW",), 0),
        (("SCREENING",), 0),
        (("MEETING",), 100),
        (("PROPOSAL",), 100),
        (("CUSTOMER",), 400),
        (("MEETING", "SCREENING"), 100),
        (("CUSTOMER", "PROPOSAL"), 400),
        (("CUSTOMER", "PROPOSAL", "CUSTOMER"), 400),
    ],
)
def test_appointments_pay_100_and_deals_300_at_the_watermark(stages: tuple[str, ...], xp: int) -> None:
    """Once for each opportunity that ever got there; deleted or reopened it keeps what it paid."""
    steps = [(stage, n) for n, stage in enumerate(stages)]
    assert _paid(opportunity("o1", steps)) == (0, xp)
    assert _paid(opportunity("o1", steps, deleted=True)) == (0, xp)
