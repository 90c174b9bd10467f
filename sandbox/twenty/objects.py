"""The objects of the sandbox's workspace, as recorded from Twenty 2.21 and `repsync setup`."""

from collections.abc import Mapping

from sandbox.twenty.schema import Field, ObjectType

WORKSPACE_ID = "20202020-1c25-4d02-bf25-6aeccf7ea419"

_ID = Field("id", "UUID")
_CREATED_AT = Field("createdAt", "DATE_TIME")
_UPDATED_AT = Field("updatedAt", "DATE_TIME")
_DELETED_AT = Field("deletedAt", "DATE_TIME")
_CREATED_BY = Field("createdBy", "ACTOR")
_UPDATED_BY = Field("updatedBy", "ACTOR")
_POSITION = Field("position", "POSITION")
_SEARCH = Field("searchVector", "TS_VECTOR")

_STAMPS = (_ID, _CREATED_AT, _UPDATED_AT, _DELETED_AT)
_SYSTEM = (*_STAMPS, _CREATED_BY, _UPDATED_BY, _POSITION, _SEARCH)


def _text(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, "TEXT") for name in names)


def _of(type_: str, *names: str) -> tuple[Field, ...]:
    return tuple(Field(name, type_) for name in names)


def _link(relation: str) -> Field:
    return Field(f"{relation}Id", "RELATION", relation=relation)


def _select(name: str, *options: str) -> Field:
    return Field(name, "SELECT", default=options[0], options=options)


NOTE = ObjectType(
    singular="note",
    plural="notes",
    id="fe940971-bce2-407f-a176-6935c39ea093",
    fields=(
        *_STAMPS,
        _POSITION,
        *_text("title"),
        Field("bodyV2", "RICH_TEXT"),
        _CREATED_BY,
        _UPDATED_BY,
        _SEARCH,
    ),
    children=(("noteTargets", "noteId"),),
)

NOTE_TARGET = ObjectType(
    singular="noteTarget",
    plural="noteTargets",
    id="4b86b021-491e-4a52-aa0b-bf9f2c9709f3",
    fields=(
        *_SYSTEM,
        _link("targetCompany"),
        _link("note"),
        _link("targetPerson"),
        _link("targetOpportunity"),
        _link("targetRocket"),
        _link("targetPet"),
        _link("targetSurveyResult"),
        _link("targetEmploymentHistory"),
        _link("targetPetCareAgreement"),
        _link("targetRepProgression"),
    ),
    search_by="id",
)

OPPORTUNITY = ObjectType(
    singular="opportunity",
    plural="opportunities",
    id="c90b9673-7f1f-46ac-bb29-75dc450d2f40",
    fields=(
        *_STAMPS,
        *_text("name"),
        Field("amount", "CURRENCY"),
        Field("closeDate", "DATE_TIME"),
        _select("stage", "NEW", "SCREENING", "MEETING", "PROPOSAL", "CUSTOMER"),
        _POSITION,
        _CREATED_BY,
        _UPDATED_BY,
        _SEARCH,
        _link("company"),
        _link("pointOfContact"),
        _link("owner"),
    ),
    search_by="name",
)

TASK = ObjectType(
    singular="task",
    plural="tasks",
    id="0b82dc58-0b29-4785-8cb4-e57fc9531991",
    fields=(
        *_STAMPS,
        _POSITION,
        *_text("title"),
        Field("bodyV2", "RICH_TEXT"),
        Field("dueAt", "DATE_TIME"),
        _select("status", "TODO", "IN_PROGRESS", "DONE"),
        _CREATED_BY,
        _UPDATED_BY,
        _SEARCH,
        _link("assignee"),
    ),
)

CALENDAR_EVENT = ObjectType(
    singular="calendarEvent",
    plural="calendarEvents",
    id="499b1b62-06cd-4696-8add-09695d43896d",
    fields=(
        *_SYSTEM,
        *_text("title"),
        Field("isCanceled", "BOOLEAN", default=False),
        Field("isFullDay", "BOOLEAN", default=False),
        *_of("DATE_TIME", "startsAt", "endsAt", "externalCreatedAt", "externalUpdatedAt"),
        *_text("description", "location", "iCalUid", "conferenceSolution"),
        Field("conferenceLink", "LINKS"),
    ),
)

CALENDAR_EVENT_PARTICIPANT = ObjectType(
    singular="calendarEventParticipant",
    plural="calendarEventParticipants",
    id="1f4ee6eb-47be-41a9-8151-637788adbfce",
    fields=(
        *_SYSTEM,
        *_text("handle", "displayName"),
        Field("isOrganizer", "BOOLEAN", default=False),
        _select("responseStatus", "NEEDS_ACTION", "DECLINED", "TENTATIVE", "ACCEPTED"),
        _link("calendarEvent"),
        _link("person"),
        _link("workspaceMember"),
    ),
    search_by="handle",
)

PERSON = ObjectType(
    singular="person",
    plural="people",
    id="fef14cd6-21c8-48d4-8246-defdc831a316",
    fields=(
        *_STAMPS,
        Field("name", "FULL_NAME"),
        Field("emails", "EMAILS"),
        Field("linkedinLink", "LINKS"),
        *_text("jobTitle"),
        Field("phones", "PHONES"),
        *_text("avatarUrl"),
        _POSITION,
        _CREATED_BY,
        _UPDATED_BY,
        _SEARCH,
        _link("company"),
    ),
    search_by="name",
)

WORKSPACE_MEMBER = ObjectType(
    singular="workspaceMember",
    plural="workspaceMembers",
    id="01599284-1e1f-4bc1-9cef-0ad446047a60",
    fields=(
        *_STAMPS,
        _POSITION,
        Field("name", "FULL_NAME"),
        Field("colorScheme", "TEXT", default="Light"),
        Field("locale", "TEXT", default="en"),
        *_text("avatarUrl", "userEmail", "jobTitle"),
        Field("calendarStartDay", "NUMBER", default=7),
        Field("userId", "UUID"),
        Field("timeZone", "TEXT", default="system"),
        _select("dateFormat", "SYSTEM"),
        _select("timeFormat", "SYSTEM"),
        _select("numberFormat", "SYSTEM"),
        _SEARCH,
        _CREATED_BY,
        _UPDATED_BY,
    ),
    search_by="name",
    creatable=False,
)

REP_PROGRESSION = ObjectType(
    singular="repProgression",
    plural="repProgressions",
    id="0056a3c1-1680-4c9b-837b-cf62eb28b29b",
    fields=(
        *_text("name"),
        _ID,
        _CREATED_AT,
        _CREATED_BY,
        _DELETED_AT,
        _POSITION,
        _UPDATED_AT,
        _UPDATED_BY,
        _SEARCH,
        Field("workspaceMemberId", "TEXT", is_unique=True),
        *_of("NUMBER", "totalXp", "currentLevel"),
        *_text("currentRank"),
        *_of("NUMBER", "closedDeals"),
        *_of("RAW_JSON", "badges"),
        *_of("NUMBER", "streakDays"),
        *_of("RAW_JSON", "completedModules", "certifications", "defeatedBosses", "passedExams"),
        *_of("RAW_JSON", "efficiencyMetrics"),
        *_text("eligibleRank"),
        *_of("NUMBER", "appliedSequence"),
        *_of("RAW_JSON", "rankEligibility"),
        *_of("NUMBER", "syncedXp"),
        Field("adoptedAt", "DATE_TIME"),
    ),
    search_by="name",
    is_custom=True,
)

OBJECTS: Mapping[str, ObjectType] = {
    each.plural: each
    for each in (
        NOTE,
        NOTE_TARGET,
        OPPORTUNITY,
        PERSON,
        WORKSPACE_MEMBER,
        TASK,
        CALENDAR_EVENT,
        CALENDAR_EVENT_PARTICIPANT,
        REP_PROGRESSION,
    )
}
"""Every object by its plural, which is its path segment."""
