"""What would happen if deliveries were digested again: told before anybody agrees to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from accounts.words import pruned_on
from ledger.set_aside import REQUEUABLE, DeliveryState

Effect = Literal["adds", "changes", "keeps", "nothing", "parked", "ignored", "untouched"]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What one delivery would lead to, on top of those before it.

    `adds` or `changes`: so many `facts` (of a `kind`, if they are one kind's) of `rep` (None: several, or nobody's),
    paying `xp` at once, and more when the watermark passes them if `waits`. `keeps`: a version or a member's name, and
    no fact. `nothing`: all of it is applied. `parked`, `ignored`: again, for `reason`. `untouched`: it is not set
    aside, `reason` is its state, or its text was pruned.
    """

    delivery_id: int
    effect: Effect
    kind: str | None = None
    facts: int = 0
    rep: str | None = None
    name: str | None = None
    xp: int = 0
    waits: bool = False
    reason: str | None = None

    @property
    def told(self) -> str:
        """In words: `will add a call fact for Jane Doe, +5 XP`."""
        if self.effect in ("adds", "changes"):
            return f"will {self._done} {self._whose}{self._pays}"
        return _WORDS[self.effect].format(reason=self.reason)

    @property
    def _done(self) -> str:
        verb, kind = ("add" if self.effect == "adds" else "change"), self.kind or ""
        if self.facts != 1:
            return " ".join(f"{verb} {self.facts} {kind} facts".split())
        return f"{verb} {'an' if kind[:1] in 'aeiou' else 'a'} {kind} fact"

    @property
    def _whose(self) -> str:
        who = self.name or self.rep or ("nobody" if self.facts == 1 else "several")
        return f"{'for' if self.effect == 'adds' else 'of'} {who}"

    @property
    def _pays(self) -> str:
        now = f", {self.xp:+,} XP" if self.xp else ""
        return f"{now}, {'more ' if self.xp else ''}XP waits for the watermark" if self.waits else now


def why_not(found: DeliveryState) -> str:
    """Why one that is not `requeuable` stays as it is: its state, or that its text was pruned on a day."""
    return found.state if found.state not in REQUEUABLE else pruned_on(found.pruned_at)


_WORDS: Mapping[Effect, str] = {
    "keeps": "will be kept; no figure changes",
    "nothing": "already applied, nothing to do",
    "parked": "would be parked again: {reason}",
    "ignored": "would be ignored again: {reason}",
    "untouched": "can't be requeued ({reason}): stays as it is",
}


@dataclass(frozen=True, slots=True)
class Gain:
    """XP from awards that a rep would get by it: at once, and when all that waits has settled."""

    rep: str
    name: str | None
    at_once: int
    after_watermark: int


@dataclass(frozen=True, slots=True)
class RequeuePreview:
    """`matching` deliveries would be digested again; `foreseen` tells of the first ones, one by one, oldest first.

    `rest` are those behind them, of which nothing is told; `gains` are what the foreseen ones come to together.
    """

    matching: int
    foreseen: Sequence[Foreseen]
    rest: int
    gains: Sequence[Gain]
