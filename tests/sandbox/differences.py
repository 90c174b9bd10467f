"""The few ways in which the sandbox deliberately answers otherwise than Twenty 2.21, each with its reason.

The replay fails for every deviation that is not listed here, and for every entry that no longer deviates.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from replay_calls import RecordedCall
from replay_comparing import Deviation


@dataclass(frozen=True)
class Difference:
    """`calls` (of `topic`, by name) deviate at `paths`; both may hold `*`."""

    topic: str
    calls: str
    paths: tuple[str, ...]
    reason: str

    def covers(self, call: RecordedCall, deviation: Deviation) -> bool:
        return (
            call.topic == self.topic
            and fnmatchcase(call.name, self.calls)
            and any(fnmatchcase(deviation.path, path) for path in self.paths)
        )


_ANY = ("*",)
_NO_GRAPHQL = "No GraphQL: repsync uses the REST API alone."
_NO_OPEN_API = "No OpenAPI documents: nothing of repsync reads them."
_FEWER_OBJECTS = "Only the objects that repsync, or a relation of theirs at depth 1, needs; not Twenty's other ones."
_FEWER_FIELDS = "Of a workspace member, the fields that its rows have; not its relations to objects left out."
_FIELDS_BY_ID = "Fields are listed by their ids, which are made up; there are fewer of them, too."
_ID_WORDS = "The search vector of a noteTarget is PostgreSQL's reading of its random id; nothing searches for it."
_MIGRATION = "Of a refused object, what failed itself; not the views, indexes and fields that would have come with it."
_API_KEYS_ONLY = "The sandbox knows its API key and no people's tokens: everything is written by the key."
_LOAD_TEST = "Between the two calls this row was written by a load test that was not recorded."
_NO_TIMELINE = "No timeline is written: repsync does not read it, and it would grow with every change."

_FIRST_OBJECTS = ("data.objects.?.(another)", "pageInfo.endCursor", "totalCount")
_OBJECT_LIST = ("data.objects.(length)", *_FIRST_OBJECTS)

DIFFERENCES = (
    Difference("metadata-rest", "meta-002-list-objects", _OBJECT_LIST, _FEWER_OBJECTS),
    Difference("metadata-rest", "meta-003-list-objects-limit2", _FIRST_OBJECTS, _FEWER_OBJECTS),
    Difference("rep-progression-setup", "setup-001-objs", _OBJECT_LIST, _FEWER_OBJECTS),
    Difference("compare-and-set", "cas-001-list-objects", _OBJECT_LIST, _FEWER_OBJECTS),
    Difference("rate-limit", "ratelimit-004-metadata-while-refused", ("totalCount",), _FEWER_OBJECTS),
    Difference("metadata-rest", "meta-004-get-object-one", ("data.object.fields.(length)",), _FEWER_FIELDS),
    Difference(
        "metadata-rest",
        "meta-005-list-fields-limit3",
        ("data.fields.?.(another)", "data.fields.0*", "pageInfo.*", "totalCount"),
        _FIELDS_BY_ID,
    ),
    Difference("metadata-rest", "meta-007-open-api-core", _ANY, _NO_OPEN_API),
    Difference("metadata-rest", "meta-008-open-api-metadata", _ANY, _NO_OPEN_API),
    Difference(
        "metadata-rest-custom-object", "custom-003-create-object-duplicate", ("errors.*", "summary.*"), _MIGRATION
    ),
    Difference("rest-read", "rest-034-create-noteTarget-*", ("data.*.searchVector",), _ID_WORDS),
    Difference("floor-calls", "*-target", ("data.*.searchVector",), _ID_WORDS),
    Difference("floor-calls", "102-notes-since-depth1", ("data.notes.?.noteTargets.?.searchVector",), _ID_WORDS),
    Difference("floor-calls", "102-notes-since-depth1", ("data.notes.?.timelineActivities.(length)",), _NO_TIMELINE),
    Difference("errors", "err-004-no-token-gql", _ANY, _NO_GRAPHQL),
    Difference("errors", "err-005-bad-token-gql", _ANY, _NO_GRAPHQL),
    Difference("errors", "err-031-gql-get", _ANY, _NO_GRAPHQL),
    Difference("webhook-admin", "hook-034-wm-upd", _ANY, _NO_GRAPHQL),
    *(
        Difference("as-user", call, _ANY, _NO_GRAPHQL)
        for call in (
            "user-001-note-create",
            "user-002-note-update",
            "user-003-note-update2",
            "user-005-note-delete",
            "user-006-note-restore",
            "user-007-note-destroy",
            "user-008-opp-create",
        )
    ),
    Difference("rate-limit", "ratelimit-003-refused-gql", _ANY, _NO_GRAPHQL),
    Difference("as-user", "user-004-user-rest", ("data.updateNote.updatedBy.*",), _API_KEYS_ONLY),
    Difference("compare-and-set", "cas-008-in-200", ("data.repProgressions.0.points",), _LOAD_TEST),
)
