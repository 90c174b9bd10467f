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
    "ADDRESS": {
        "addressStreet1": "",
        "addressStreet2": "",
        "addressCity": "",
        "addressPostcode": "",
        "addressState": "",
        "addressCountry": "",
        "addressLat": None,
        "addressLng": None,
    },
}
"""The parts of each composite type, with what an untouched part reads as."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """What the metadata tells people about an object or a field; no row depends on it.

    `default` and `settings` are as the metadata writes them (`"'BRONZE'"`, `{"displayFormat": "RELATIVE"}`).
    """

    label: str = ""
    description: str | None = None
    icon: str | None = None
    is_system: bool = False
    is_editable: bool = True
    is_read_only: bool = False
    is_nullable: bool = True
    default: Any = None
    settings: Row | None = None
    options: tuple[Row, ...] | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object.

    `type` is Twenty's word (TEXT, NUMBER, RAW_JSON, …). A RELATION to one row is here under its join column
    (`ownerId`), with the relation's own name in `relation` (`owner`); one to many rows is under its own name, with
    their join column in `joined_by`, and is no column of this object's rows. `target` is the singular of the object
    at the other end. `options` are the values of a SELECT. `created_at` is None where it is as old as its object.
    """

    name: str
    type: str
    default: Any = None
    is_unique: bool = False
    relation: str | None = None
    options: tuple[str, ...] = ()
    target: str | None = None
    joined_by: str | None = None
    shown: Presentation = Presentation()
    created_at: str | None = None

    @property
    def is_column(self) -> bool:
        return self.joined_by is None

    @property
    def title(self) -> str:
        """The name that the metadata gives it: of a relation, its own and not its column's."""
        return self.relation or self.name

    def empty(self) -> Any:
        """What the field reads as when nothing was ever written to it."""
        if self.type in SUB_FIELDS:
            return SUB_FIELDS[self.type] | (self.default or {})
        if self.default is None and self.type == "TEXT":
            return ""
        return self.default


@dataclass(frozen=True, slots=True)
class ObjectType:
    """One object: `note`/`notes`, its metadata id, and its fields in the order in which Twenty writes them.

    `creatable` is False where an API key has no permission to create. `search_by` names the fields whose words
    fill `searchVector`. `children` are (plural, join column) pairs that are soft-deleted, restored and (silently)
    destroyed along.
    """

    singular: str
    plural: str
    id: str
    fields: tuple[Field, ...]
    search_by: tuple[str, ...] = ("name",)
    is_custom: bool = False
    is_active: bool = True
    creatable: bool = True
    children: tuple[tuple[str, str], ...] = ()
    shown: Presentation = Presentation()
    label_plural: str = ""
    identified_by: str = "name"
    shortcut: str | None = None
    created_at: str = "2026-11-21T01:37:19.518Z"
    updated_at: str = "2026-11-21T01:37:19.518Z"
    columns: tuple[Field, ...] = field(init=False, repr=False)
    by_name: Mapping[str, Field] = field(init=False, repr=False)
    relations: Mapping[str, Field] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        columns = tuple(each for each in self.fields if each.is_column)
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "by_name", {each.name: each for each in columns})
        object.__setattr__(self, "relations", {each.title: each for each in self.fields if each.target})

    @property
    def title(self) -> str:
        """`RepProgression`: the object's part of keys such as `createRepProgression`."""
        return self.singular[0].upper() + self.singular[1:]

    @property
    def title_plural(self) -> str:
        return self.plural[0].upper() + self.plural[1:]

    @property
    def table(self) -> str:
        """The name of its table in PostgreSQL, which some refusals tell."""
        return f"_{self.singular}" if self.is_custom else self.singular

    @property
    def unique_names(self) -> list[str]:
        return ["id", *(each.name for each in self.columns if each.is_unique)]

    def named(self, name: str) -> Field:
        """The column of that name; raises the refusal for an unknown one."""
        try:
            return self.by_name[name]
        except KeyError:
            raise unknown_field(self.singular, name) from None
