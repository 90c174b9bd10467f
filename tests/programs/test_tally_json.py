"""A tally comes back from JSON as it was."""

from zoneinfo import ZoneInfo

from progression_factories import RULES, at

from programs.progression.appointments import Point
from programs.progression.tally import Tally
from programs.progression.tally_json import lead_json, restore_leads

NEW_YORK = ZoneInfo("America/New_York")


def test_signs_of_one_moment_are_kept_whether_held_or_not() -> None:
    """Three signs at the same time, one without and two with a time at which it was held."""
    tally, again = Tally(RULES, NEW_YORK), Tally(RULES, NEW_YORK)
    signs = [Point(at(0), "jane", at(60)), Point(at(0), "jane"), Point(at(0), "jane", at(30))]
    for sign in signs:
        tally.appointments.add(sign)
    restore_leads(again, {"jane": lead_json(tally, "jane")})
    assert sorted(map(str, again.appointments.points["jane"])) == sorted(map(str, signs))
