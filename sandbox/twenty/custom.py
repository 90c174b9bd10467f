"""Objects that a workspace adds to Twenty's own: what they have from the start, and what others get with them."""

from dataclasses import replace

from sandbox.twenty.fields import CUSTOM_SYSTEM, in_words, to_many, to_one
from sandbox.twenty.schema import Field, ObjectType, Presentation

_LINKS = (
    ("timelineActivities", "timelineActivity", "Timeline Activities", "Timeline Activity", "IconTimelineEvent"),
    ("attachments", "attachment", "Attachments", "Attachment", "IconFileImport"),
    ("noteTargets", "noteTarget", "Notes", "Note Target", "IconNotes"),
    ("taskTargets", "taskTarget", "Tasks", "Task Target", "IconCheckbox"),
)
LINKING = tuple(singular for _, singular, *_ in _LINKS)
"""The objects, by singular, that get a relation to every custom object."""


def custom_object(
    singular: str,
    plural: str,
    object_id: str,
    fields: tuple[Field, ...],
    shown: Presentation,
    label_plural: str,
    at: str,
) -> ObjectType:
    """`fields` come after those that every custom object has; `at` is the time on the wire."""
    bare = ObjectType(singular, plural, object_id, ())
    return ObjectType(
        singular,
        plural,
        object_id,
        (*CUSTOM_SYSTEM, *_to_linking(bare), *fields),
        is_custom=True,
        shown=shown,
        label_plural=label_plural,
        created_at=at,
        updated_at=at,
    )


def linked_to(linking: ObjectType, kind: ObjectType) -> ObjectType:
    """`linking` (noteTarget, attachment, …) with its relation to the custom object `kind`."""
    relation = f"target{kind.title}"
    return replace(linking, fields=(*linking.fields, to_one(relation, kind.singular)))


def without_links(other: ObjectType, kind: ObjectType) -> ObjectType:
    """`other` without the relations that end at `kind`."""
    kept = tuple(each for each in other.fields if each.target != kind.singular)
    return replace(other, fields=kept) if len(kept) < len(other.fields) else other


def described(kind: ObjectType, other: str) -> str:
    """The description that Twenty gives a relation of `kind`; `other` is the label of the object at its end."""
    return f"{kind.title_plural} tied to the {other}"


def label(kind: ObjectType) -> str:
    return kind.shown.label or in_words(kind.singular)


def _to_linking(kind: ObjectType) -> tuple[Field, ...]:
    return tuple(
        to_many(name, singular, f"target{kind.title}Id", Presentation(shown, described(kind, other), icon))
        for name, singular, shown, other, icon in _LINKS
    )
