"""The sentences in which Twenty refuses a request, as recorded from version 2.21 (a final dot is optional).

Twenty answers unknown faults of its own with 400 too, so only a sentence found here makes a 400 permanent.
What is kept of a sentence is rebuilt from the named pieces of its pattern, which match names of objects,
fields and types only: a quoted value is replaced by "…".
"""

import re
from dataclasses import dataclass
from enum import Enum
from re import Pattern


class Kind(Enum):
    """What a known sentence says about the request."""

    INVALID = "invalid"
    DUPLICATE = "duplicate"
    DENIED = "denied"
    FAULT = "fault"


@dataclass(frozen=True)
class KnownMessage:
    """A sentence: how it reads, what may be kept of it, and what it means."""

    pattern: Pattern[str]
    kept: str
    kind: Kind


@dataclass(frozen=True)
class Understood:
    """A recognised message: safe text and its meaning."""

    text: str
    kind: Kind


_END = 1000
_PIECES = {
    "NAME": r"[\w.]{1,100}",
    "WORDS": r"[\w, -]{1,300}",
    "VALUE": r".*",
}


def _known(kind: Kind, pattern: str, kept: str) -> KnownMessage:
    for piece, expression in _PIECES.items():
        pattern = pattern.replace(piece, expression)
    return KnownMessage(re.compile(pattern + r"\.?", re.DOTALL), kept, kind)


def _invalid(pattern: str, kept: str) -> KnownMessage:
    return _known(Kind.INVALID, pattern, kept)


_KNOWN = (
    _known(Kind.DUPLICATE, r"A duplicate entry was detected", "A duplicate entry was detected"),
    _known(
        Kind.DUPLICATE,
        r"Multiple records found with the same unique field values for VALUE",
        "Multiple records found with the same unique field values",
    ),
    _known(
        Kind.DENIED,
        r"Entity performing the request does not have permission",
        "Entity performing the request does not have permission",
    ),
    _known(Kind.DENIED, r"Token invalid", "Token invalid."),
    _known(Kind.DENIED, r"Missing authentication token", "Missing authentication token"),
    _known(Kind.FAULT, r"Data validation error", "Data validation error."),
    _known(
        Kind.FAULT,
        r"Limit reached \((?P<n>\d+) tokens per (?P<ms>\d+) ms\)",
        r"Limit reached (\g<n> tokens per \g<ms> ms)",
    ),
    _invalid(
        r"""Object (?P<object>NAME) doesn't have any "(?P<field>NAME)" field""",
        r"""Object \g<object> doesn't have any "\g<field>" field.""",
    ),
    _invalid(r"object '(?P<object>NAME)' not found\b.*", r"object '\g<object>' not found"),
    _invalid(
        r'Field "(?P<field>NAME)" does not exist or is not sortable',
        r'Field "\g<field>" does not exist or is not sortable',
    ),
    _invalid(
        r'Invalid value VALUE for field "(?P<field>NAME)"\. Valid values are: (?P<words>WORDS)',
        r'Invalid value … for field "\g<field>". Valid values are: \g<words>',
    ),
    _invalid(
        r"Invalid (?P<type>\w+ )?value VALUE ?for (?P<what>(?:[\w-]+ )?field) \"(?P<field>NAME)\".*",
        r'Invalid \g<type>value … for \g<what> "\g<field>"',
    ),
    _invalid(
        r'invalid input value for enum NAME\."?(?P<enum>\w+)"?: VALUE',
        r"invalid input value for enum \g<enum>",
    ),
    _invalid(
        r'Operator "(?P<operator>\w+)" is not valid for field "(?P<field>NAME)" of type (?P<type>\w+).*',
        r'Operator "\g<operator>" is not valid for field "\g<field>" of type \g<type>',
    ),
    _invalid(
        r'insert or update on table "(?P<table>\w+)" violates foreign key constraint VALUE',
        r'insert or update on table "\g<table>" violates foreign key constraint',
    ),
    _invalid(r"'VALUE' is not a valid UUID", "… is not a valid UUID"),
    _invalid(r"'filter' invalid\b.*", "'filter' invalid"),
    _invalid(r"'order_by' direction VALUE invalid\b.*", "'order_by' direction invalid"),
    _invalid(r"limit 'VALUE' is invalid\b.*", "limit is invalid"),
    _invalid(r"'depth=VALUE' parameter invalid\b.*", "'depth' parameter invalid"),
    _invalid(r"Invalid cursor: VALUE", "Invalid cursor"),
    _invalid(r"Query path 'VALUE' invalid\b.*", "Query path invalid"),
    _invalid(r"Filters are mandatory for bulk \w+ operations\b.*", "Filters are mandatory for bulk operations"),
    _invalid(r"Maximum number of records to upsert is (?P<n>\d+)", r"Maximum number of records to upsert is \g<n>."),
    _invalid(
        r"Cannot update more than (?P<n>\d+) records at once",
        r"Cannot update more than \g<n> records at once",
    ),
    _invalid(
        r"Multiple validation errors occurred while creating (?P<what>\w+)",
        r"Multiple validation errors occurred while creating \g<what>",
    ),
    _invalid(
        r"(?P<field>NAME) must be one of the following values: .*",
        r"\g<field> must be one of the known values",
    ),
    _invalid(r"Unexpected (?:end of JSON input|token\b.*)", "the body is not JSON"),
)


def understand(message: str) -> Understood | None:
    """What one of Twenty's messages means and what may be kept of it; None if it is not a known sentence."""
    for known in _KNOWN:
        if match := known.pattern.fullmatch(_bounded(message.strip())):
            return Understood(match.expand(known.kept), known.kind)
    return None


def _bounded(message: str) -> str:
    """The message, or its two ends: what it quotes may be as long as a note, and stands in the middle."""
    return message if len(message) <= 2 * _END else message[:_END] + message[-_END:]
