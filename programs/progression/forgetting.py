"""Forgetting a rep: what of a record of theirs may still be kept, and which facts stay as they are."""

from collections.abc import Collection
from hashlib import sha256

from programs.progression.contents import NoteContent, OpportunityContent

HOW = "forgotten"
_BLANK = ("other", "none")  # kind and form of a note that is nobody's, and earns and counts nothing


def is_frozen(kept_rep: str | None, read_rep: str | None, forgotten: Collection[str]) -> bool:
    """Whether a fact stays as it is kept (or stays away): it is a forgotten rep's still, as far as its versions tell.

    One that the versions give to another rep, such as a deal that was handed over, is that rep's.
    """
    return read_rep in forgotten or (read_rep is None and kept_rep in forgotten)


def blanked(content: NoteContent | OpportunityContent) -> NoteContent | OpportunityContent:
    """What is kept of a forgotten rep's record that comes in: that there is one, and since when."""
    if isinstance(content, NoteContent):
        return NoteContent(*_BLANK, None, None, None, HOW, None, None, content.created_at)
    return OpportunityContent(None, None, None, None, content.created_at)


def hidden(select_value: str) -> str:
    """A value of assignedRep, a rep's name in capitals, in the form in which it can be kept to be known again."""
    return sha256(select_value.encode()).hexdigest()
