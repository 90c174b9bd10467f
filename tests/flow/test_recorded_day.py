"""The recorded day, worked out by hand.

A dial is 2 XP, a connect (CONTACT, CALLBACK, NOT_INTERESTED, APPOINTMENT) 3 more, a call of 120 s or longer 15 more;
an appointment 100, a deal 300. Sub-30 is below 30 s, "2+ minutes" above 120 s.

The 60 notes of the bulk import, 20 for each rep, were counted from their titles: Jane 12 connects and 13 calls of 120 s
or longer (40 + 36 + 195 = 271 XP), Jony 14 and 19 (40 + 42 + 285 = 367), Phil 12 and 16 (40 + 36 + 240 = 316); none of
them is below 30 s or exactly 120 s.

Jane  2:05 CONTACT 20, 0:30 CONTACT 5, 6:41 CALLBACK 20, 0:40 DNC 2 (renamed "Do not call": no call any more, the XP
      stays), 3:10 CONTACT 20, "call - contacted | 1:05" 5 (destroyed), "Call -" 2, 5:15 CALLBACK 20 = 94 XP; a rejected
      inbound call and an SMS are nothing; two V2 notes are twins of calls above. Roof A: appointment 100, deal 300.
      94 + 271 + 400 = 765. Calls 2:05, 0:30, 6:41, 3:10, "Call -", 5:15 = 6 + 20; above 2 minutes 4 + 13.
Jony  2:00 CONTACT 20 (exactly 120 s: not "2+ minutes"), 0:07 NO_ANSWER 2, 1:12 NOT_INTERESTED 5, 75:00 CONTACT 20
      (deleted), 8:20 APPOINTMENT 20, "Call — CONTACT | 1:05" 5, 2:75 CONTACT 5 (no duration is 2:75), 4:01 CONTACT 20
      = 97 XP; "Re: Call -" is no call; his V2 "no_answer" is the twin of 0:07. His appointment note 100.
      97 + 367 + 100 = 564. Calls 7 + 20; below 30 s 1; above 2 minutes 2 + 19. Roof B was his, then became Phil's.
Phil  0:29 CONTACT edited to 0:59 CALLBACK 5, 0:22 VOICEMAIL 2, 0:11 WRONG_NUMBER 2 (deleted), 0:00 CONTACT 5
      (duration unknown), "NO ANSWER | 0:05" 2, "Call - Logged" 2, "Call - we talked about roofs" 2, "Site visit notes"
      renamed "Call - CONTACT | 1:00" 5, V3 CONTACT with 2:05 in the body 20 = 45 XP. Roof B: appointment 100. Roof C:
      appointment 100 (held), deal 300 once though it was closed twice. 45 + 316 + 500 = 861.
      Calls 8 + 20; below 30 s 2 (0:22, 0:05); above 2 minutes 1 + 16.
Nobody: a note by an API key, and Roof D without owner: parked.
Everybody was active on one day, 20 November in New York: streak 1. Nobody has modules: E-1. 500 XP is level 4.
"""

from typing import Any

from floor import JANE, JONY, PHIL, Floor

HAND_COUNTED = {
    JANE: {"totalXp": 765, "closedDeals": 1, "totalCalls": 26, "subThirtyCalls": 0, "overTwoMinuteCalls": 17}
    | {"appointmentsSet": 1, "appointmentsHeld": 1, "streakDays": 1, "currentLevel": 4, "currentRank": "E-1"},
    JONY: {"totalXp": 564, "closedDeals": 0, "totalCalls": 27, "subThirtyCalls": 1, "overTwoMinuteCalls": 21}
    | {"appointmentsSet": 1, "appointmentsHeld": 0, "streakDays": 1, "currentLevel": 4, "currentRank": "E-1"},
    PHIL: {"totalXp": 861, "closedDeals": 1, "totalCalls": 28, "subThirtyCalls": 2, "overTwoMinuteCalls": 17}
    | {"appointmentsSet": 2, "appointmentsHeld": 1, "streakDays": 1, "currentLevel": 4, "currentRank": "E-1"},
}


def test_the_day_gives_what_was_worked_out_by_hand(floor: Floor) -> None:
    """Played once and swept once, the recorded day ends with the standings in this file's head, in Twenty too."""
    assert set(floor.play()) == {202}
    floor.digest()
    floor.publish()
    floor.sweep()
    rows, standings = floor.rows(), floor.standings()
    assert {rep: _named(standings[rep], HAND_COUNTED[rep]) for rep in standings} == HAND_COUNTED
    in_twenty = ("totalXp", "currentLevel", "currentRank", "closedDeals", "streakDays")
    assert {rep: [row[name] for name in in_twenty] for rep, row in rows.items()} == {
        rep: [counted[name] for name in in_twenty] for rep, counted in HAND_COUNTED.items()
    }
    assert {row["name"] for row in rows.values()} == {"Jane Austen", "Jony Ive", "Phil Schiler"}


def _named(standing: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    return {name: standing[name] for name in names}


def test_every_delivery_of_the_day_has_an_outcome(floor: Floor) -> None:
    """152 webhooks: 5 task and calendar events are not ours, 2 records have no owner, none waits."""
    floor.play()
    floor.digest()
    assert floor.deliveries() == {"processed": 145, "ignored": 5, "parked": 2, "duplicates": 0}
    parked = floor.ledger("SELECT DISTINCT reason FROM deliveries WHERE state = 'parked'")
    assert [row["reason"] for row in parked] == ["unattributed: nobody knows whose this is"]


def test_the_gates_say_what_is_missing(floor: Floor) -> None:
    """Jane has the XP of E-2, and sees which of its gates still stand."""
    floor.play()
    floor.digest()
    floor.publish()
    floor.sweep()
    gates = {gate["gate"]: gate for gate in floor.rows()[JANE]["rankEligibility"]["gates"]}
    assert gates["xp"] == {
        "rank": "E-2",
        "gate": "xp",
        "need": 500,
        "have": 765,
        "met": True,
        "reason": gates["xp"]["reason"],
    }
    assert (gates["dials"]["need"], gates["dials"]["have"], gates["dials"]["met"]) == (100, 26, False)
    assert gates["modules"]["met"] is False


def test_day_totals_equal_the_facts(floor: Floor) -> None:
    """What was added by differences is what counting all facts anew gives."""
    floor.play(shuffle=3, repeat=2)
    floor.digest(limit=7)
    floor.publish()
    floor.sweep()
    totals = {
        row["rep"]: (row["calls"], row["sub_thirty"], row["over_two_minutes"])
        for row in floor.ledger("SELECT * FROM day_totals")
    }
    standing_of = {
        rep: (standing["totalCalls"], standing["subThirtyCalls"], standing["overTwoMinuteCalls"])
        for rep, standing in floor.standings().items()
    }
    assert totals == standing_of
