"""Workspaces whose repProgressions are not as `repsync setup` makes them."""

from collections.abc import Mapping

from other_writers import ROWS
from world import World

from onboarding.wanted import FIELDS, SINGULAR
from twenty_client.metadata import read_schema
from twenty_client.request import create_field, create_object

SHOWN = {"label": "A field", "description": "", "icon": "IconStar"}


def reshape(world: World, *, unique: bool = True, types: Mapping[str, str | None] | None = None) -> None:
    """Makes repProgressions anew: workspaceMemberId unique or not, fields of other types, or left out (None)."""
    twenty, wanted = world.floor.parts.twenty, {field.name: field.type for field in FIELDS} | (types or {})
    world.twenty.remove_object(ROWS)
    twenty.send(create_object(SINGULAR, ROWS, label="Rep", label_plural="Reps", description="", icon="IconStar"))
    schema = read_schema(twenty, ROWS)
    assert schema is not None
    for name, kind in wanted.items():
        if kind is not None:
            key = unique and name == "workspaceMemberId"
            twenty.send(create_field(schema.id, name, kind, **SHOWN, unique=key))
