"""Corrections: what was said of a fact and is no longer so."""

from dataclasses import replace
from decimal import Decimal

import pytest
from progression_factories import REP, call, opportunity, training

from programs.progression.corrections import Correction, correction
from programs.progression.facts import EXAM, Fact

CALL = call("n1", "Call - CONTACT | 2:05 | Jane", lead="jane").fact
WON = opportunity("o1", [("NEW", 0), ("CUSTOMER", 60)]).fact
EXAM_80 = training("e1", EXAM, "operative", score=80).fact


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (CALL, replace(CALL, live=False), Correction("deleted", {"live": True}, {"live": False})),
        (replace(CALL, live=False), CALL, Correction("restored", {"live": False}, {"live": True})),
        (CALL, replace(CALL, rep="kim"), Correction("reassigned", {"rep": REP}, {"rep": "kim"})),
        (CALL, replace(CALL, rep=None), Correction("reassigned", {"rep": REP}, {"rep": None})),
        (CALL, replace(CALL, duration_s=20), Correction("edited", {"duration_s": 125}, {"duration_s": 20})),
        (CALL, replace(CALL, lead="kim"), Correction("edited", {"lead": "jane"}, {"lead": "kim"})),
        (CALL, replace(CALL, kind="other"), Correction("edited", {"kind": "call"}, {"kind": "other"})),
        (WON, replace(WON, won_now=False), Correction("reopened", {"won_now": True}, {"won_now": False})),
        (EXAM_80, replace(EXAM_80, score=Decimal("91.5")), Correction("edited", {"score": 80.0}, {"score": 91.5})),
    ],
)
def test_a_change_of_what_was_said_is_a_correction(old: Fact, new: Fact, expected: Correction) -> None:
    """Its action is named, and of the fields only those that differ are told, before and after."""
    assert correction(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CALL, CALL),
        (replace(CALL, lead="n1", lead_known=False), CALL),
        (replace(CALL, rep=None), CALL),
        (replace(WON, won_now=False), WON),
        (replace(WON, met_now=False), WON),
        (CALL, replace(CALL, reading="otherwise", reasons=frozenset())),
    ],
)
def test_what_only_becomes_known_corrects_nothing(old: Fact, new: Fact) -> None:
    """A lead or rep that is found, a deal that gets further and how a title was read take nothing back."""
    assert correction(old, new) is None
