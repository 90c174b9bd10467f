"""Bars: how far a figure has come, as shares of a bar's length. What a bar shows is also said in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from accounts.words import GATES, shown
from handlers.console.rep_words import badge_words, mark_words
from programs.progression.metric_marks import Mark, Marked

Tone = Literal["top", "good", "low", "none"]
_HEADROOM = 1.25
_PERCENT = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class MetricBar:
    """A share between its marks; `fill`, `reached` and `following` are percents of the bar, None for no data or mark.

    `tone`: every mark is met, some are, none is, or there is no data.
    """

    share: float | None
    counts: str
    fill: float | None
    reached: float | None
    following: float | None
    tone: Tone
    told: str


@dataclass(frozen=True, slots=True)
class GateBar:
    """A gate of a rank or a badge's next tier; `told` says what is there, and what is needed.

    `fill` and `mark` are percents of the bar, None where there is nothing to draw.
    """

    name: str
    told: str
    met: bool
    reason: str
    fill: float | None
    mark: float | None


def metric_bar(found: Marked) -> MetricBar:
    """The scale ends a quarter beyond the greatest mark, or at the share itself."""
    rate, value = found.rate, found.rate.value
    share = None if value is None else float(value)
    top = min(100.0, max((mark.percent for mark in found.marks), default=80) * _HEADROOM) / 100
    top = max(top, share or 0)
    return MetricBar(
        share=share,
        counts=f"{rate.have:,} of {rate.of:,}" if rate.of else "no data",
        fill=None if share is None else _part(share, top),
        reached=_place(found.reached, top),
        following=_place(found.following, top),
        tone=_tone(found),
        told=_told(found),
    )


def gate_bar(gate: Mapping[str, Any]) -> GateBar:
    """Of a gate as a standing has it: {rank, gate, need, have, met, reason}."""
    return _bar(GATES.get(gate["gate"], gate["gate"]), gate, met=gate["met"])


def badge_bar(tier: Mapping[str, Any]) -> GateBar:
    """Of a badge's next tier: {badge, tier, need, have, reason}."""
    name = badge_words(f"{tier['badge']}.{tier['tier'] or ''}")
    return _bar(name, tier, met=False)


def _bar(name: str, told: Mapping[str, Any], *, met: bool) -> GateBar:
    have, need = told["have"], told["need"]
    fill, mark = _counted(have, need) if isinstance(need, int | float) else _rated(have, need)
    if mark is None and fill is not None:
        return GateBar(name, f"{shown(have)} of {shown(need)}", met, told["reason"], fill, mark)
    reason = "; ".join(part for part in (f"wanted: {shown(need)}", told["reason"]) if part)
    return GateBar(name, shown(have), met, reason, fill, mark)


def _counted(have: Any, need: float) -> tuple[float | None, float | None]:
    if not need or not isinstance(have, int | float):
        return 0.0, None
    return _part(have, need), None


def _rated(have: Any, need: Any) -> tuple[float | None, float | None]:
    """`41.20 %` of `< 50 %`: on a scale that leaves room beyond the bound."""
    bound = _PERCENT.search(str(need))
    if bound is None or "%" not in str(need):
        return None, None
    value = _PERCENT.search(str(have)) if have is not None else None
    top = max(min(100.0, float(bound[0]) * _HEADROOM), float(value[0]) if value else 0)
    return (_part(float(value[0]), top) if value else 0.0), _part(float(bound[0]), top)


def _tone(found: Marked) -> Tone:
    if not found.rate.of:
        return "none"
    if found.following is None:
        return "top"
    return "good" if found.reached else "low"


def _told(found: Marked) -> str:
    reached = f"meets {mark_words(found.reached)}" if found.reached else "meets no mark yet"
    following = f"next {mark_words(found.following)}" if found.following else "no mark is left"
    return f"{reached}; {following}" if found.rate.of else following


def _place(mark: Mark | None, top: float) -> float | None:
    return None if mark is None else _part(mark.percent / 100, top)


def _part(value: float, whole: float) -> float:
    return round(min(100.0, max(0.0, 100 * value / whole)), 2) if whole else 0.0
