"""What an object of the workspace looks like: its fields, their types, what they hold when nothing was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.twenty.errors import unknown_field

Row = dict[str, Any]

SUB_FIELDS: Mapping[str, Row] = {
    "ACTOR": {"source": "MANUAL", "workspaceMemberId": None, "name": "", "context": None},
    "CURRENCY": {"amountMicros": None, "currencyCode": None},
    "RICH_TEXT": {"blocknote": None, "markdown": ""},
    "FULL_NAME": {"firstName": "", "lastName": ""},
    "EMAILS": {"primaryEmail": "", "additionalEmails": []},
    "PHONES": {
        "primaryPhoneNumber": "",
        "primaryPhoneCountryCode": "",
        "primaryPhoneCallingCode": "",
        "additionalPhones": [],
    },
    "LINKS": {"primaryLinkLabel": "", "primaryLinkUrl": "", "secondaryLinks": []},
}
"""The parts of each composite type, with what an untouched part reads as."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row.

    `type` is Twenty's word (TEXT, NUMBER, RAW_JSON, …). A RELATION is here under its join column (`ownerId`), with
    the relation's own name in `relation` (`owner`). `options` are the values of a SELECT.
    """

    name: str
    type: str
    default: Any = None
    is_unique: bool = False
    relation: str | None = None
    options: tuple[str, ...] = ()

    def empty(self) -> Any:
        """What the field reads as when nothing was ever written to it."""
        if self.type in SUB_FIELDS:
            return dict(SUB_FIELDS[self.type])
        if self.default is None and self.type == "TEXT":
            return ""
        return self.default


@dataclass(frozen=True, slots=True)
class ObjectType:
    """One object: `note`/`notes`, its metadata id, and its fields in the order in which Twenty writes them.

    `creatable` is False where an API key has no permission to create. `search_by` names the field whose words
    fill `searchVector`. `children` are (plural, join column) pairs that are soft-deleted and restored along.
    """

    singular: str
    plural: str
    id: str
    fields: tuple[Field, ...]
    search_by: str = "title"
    is_custom: bool = False
    creatable: bool = True
    children: tuple[tuple[str, str], ...] = ()
    by_name: Mapping[str, Field] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {each.name: each for each in self.fields})

    @property
    def title(self) -> str:
        """`RepProgression`: the object's part of keys such as `createRepProgression`."""
        return self.singular[0].upper() + self.singular[1:]

    @property
    def title_plural(self) -> str:
        return self.plural[0].upper() + self.plural[1:]

    @property
    def unique_names(self) -> list[str]:
        return ["id", *(each.name for each in self.fields if each.is_unique)]

    def named(self, name: str) -> Field:
        """The field of that name; raises the refusal for an unknown one."""
        try:
            return self.by_name[name]
        except KeyError:
            raise unknown_field(self.singular, name) from None
