"""Decisions about twins that were lost are found again from what is left."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from progression_factories import call

from programs.progression.facts import KeptFact
from programs.progression.lost_decisions import call_key_of_twin, restored_decisions

FIRST, SECOND, OTHER = "note:v1", "note:v2", "note:v9"


def _pair(paid_under: str = FIRST) -> dict[str, KeptFact]:
    """A settled pair, and another call of the same rep."""
    first, second = call("v1", "Call - CONTACT | 2:05 | Kim"), call("v2", "Call - contact", 1)
    other = call("v9", "Call - CONTACT | 0:40 | Lee", 9)
    return {
        FIRST: replace(first, unpaid=False, call_key=paid_under),
        SECOND: replace(second, unpaid=False, call_key=paid_under, twin_of=FIRST),
        OTHER: replace(other, unpaid=False, call_key=OTHER),
    }


LOST: Mapping[str, tuple[str, dict[str, object]]] = {
    "the twin": (SECOND, {"twin_of": None}),
    "the second's key": (SECOND, {"call_key": None}),
    "the first's key": (FIRST, {"call_key": None}),
    "a stranger's twin": (SECOND, {"twin_of": OTHER}),
    "an unknown twin": (SECOND, {"twin_of": "note:gone"}),
}


@pytest.mark.parametrize("paid_under", [FIRST, SECOND])
@pytest.mark.parametrize("name", LOST)
def test_a_pair_is_restored_from_either_mark(name: str, paid_under: str) -> None:
    """Whatever one of the two lost, both end as they were, and nobody else is touched."""
    whole = _pair(paid_under)
    key, lost = LOST[name]
    spoiled = {**whole, key: replace(whole[key], **lost)}  # type: ignore[arg-type]
    assert restored_decisions(spoiled) == {key: whole[key]}


def test_sound_decisions_stay() -> None:
    """A pair in order, a V2 whose V1 is another rep's by now, and notes that still wait are left alone."""
    assert restored_decisions(_pair()) == {}
    alone = {SECOND: _pair()[SECOND]}
    assert restored_decisions(alone) == {}
    assert restored_decisions({"note:v5": call("v5", "Call - contact")}) == {}


def test_a_call_without_any_mark_is_settled_again() -> None:
    """It earns something, has no call key, and nobody remembers one."""
    lost = replace(call("v9", "Call - CONTACT | 0:40 | Lee"), unpaid=False)
    assert restored_decisions({OTHER: lost}) == {OTHER: replace(lost, unpaid=True)}
    assert restored_decisions({"note:s": replace(call("s", "SMS - hi"), unpaid=False)}) == {}


def test_a_twin_remembers_the_call_key() -> None:
    """The V1's fact is gone: the key that it was paid under is the V2's."""
    assert call_key_of_twin(FIRST, [_pair(SECOND)[SECOND]]) == SECOND
    assert call_key_of_twin(OTHER, _pair().values()) is None
