"""Twenty's objects of what is done, as recorded from 2.21: notes, tasks, the calendar, what hangs on them."""

from sandbox.twenty.fields import (
    CREATED_BY,
    SEARCH,
    STAMPS,
    UPDATED_BY,
    defaulting,
    plain,
    position,
    select,
    system_fields,
    text,
    to_many,
    to_one,
)
from sandbox.twenty.schema import Field, ObjectType, Presentation

_ACTORS = (CREATED_BY, UPDATED_BY)

# Objects that the sandbox does not have: their relations are there, and always empty.
_TARGETS = ("Rocket", "Pet", "SurveyResult", "EmploymentHistory", "PetCareAgreement")


def _targets(*titles: str) -> tuple[Field, ...]:
    return tuple(to_one(f"target{title}", title[0].lower() + title[1:]) for title in titles)


NOTE = ObjectType(
    singular="note",
    plural="notes",
    id="fe940971-bce2-407f-a176-6935c39ea093",
    fields=(
        *STAMPS,
        position("Note"),
        Field("title", "TEXT", shown=Presentation("Title", "Note title", "IconNotes")),
        Field("bodyV2", "RICH_TEXT", shown=Presentation("Body", "Note body", "IconFilePencil")),
        *_ACTORS,
        SEARCH,
        to_many(
            "attachments",
            "attachment",
            "targetNoteId",
            Presentation("Attachments", "Note attachments", "IconFileImport"),
        ),
        to_many("noteTargets", "noteTarget", "noteId", Presentation("Relations", "Note targets", "IconArrowUpRight")),
        to_many(
            "timelineActivities",
            "timelineActivity",
            "targetNoteId",
            Presentation("Timeline Activities", "Timeline Activities linked to the note.", "IconTimelineEvent"),
        ),
    ),
    search_by=("title", "bodyV2"),
    children=(("noteTargets", "noteId"),),
    shown=Presentation("Note", "A note", "IconNotes"),
    label_plural="Notes",
    identified_by="title",
    shortcut="N",
)

NOTE_TARGET = ObjectType(
    singular="noteTarget",
    plural="noteTargets",
    id="4b86b021-491e-4a52-aa0b-bf9f2c9709f3",
    fields=(
        *system_fields("Note Target"),
        *_targets("Company"),
        to_one("note", "note"),
        *_targets("Person", "Opportunity", *_TARGETS),
    ),
    search_by=("id",),
    identified_by="id",
)

TASK = ObjectType(
    singular="task",
    plural="tasks",
    id="0b82dc58-0b29-4785-8cb4-e57fc9531991",
    fields=(
        *STAMPS,
        position("Task"),
        *text("title"),
        *plain("RICH_TEXT", "bodyV2"),
        *plain("DATE_TIME", "dueAt"),
        select("status", "TODO", "IN_PROGRESS", "DONE"),
        *_ACTORS,
        SEARCH,
        to_one("assignee", "workspaceMember"),
        to_many("taskTargets", "taskTarget", "taskId"),
        to_many("attachments", "attachment", "targetTaskId"),
        to_many("timelineActivities", "timelineActivity", "targetTaskId"),
    ),
    search_by=("title", "bodyV2"),
    identified_by="title",
)

CALENDAR_EVENT = ObjectType(
    singular="calendarEvent",
    plural="calendarEvents",
    id="499b1b62-06cd-4696-8add-09695d43896d",
    fields=(
        *system_fields("Calendar event"),
        *text("title"),
        defaulting("isCanceled", "BOOLEAN", False),
        defaulting("isFullDay", "BOOLEAN", False),
        *plain("DATE_TIME", "startsAt", "endsAt", "externalCreatedAt", "externalUpdatedAt"),
        *text("description", "location", "iCalUid", "conferenceSolution"),
        *plain("LINKS", "conferenceLink"),
        to_many("calendarEventParticipants", "calendarEventParticipant", "calendarEventId"),
    ),
    search_by=("title",),
    identified_by="title",
)

CALENDAR_EVENT_PARTICIPANT = ObjectType(
    singular="calendarEventParticipant",
    plural="calendarEventParticipants",
    id="1f4ee6eb-47be-41a9-8151-637788adbfce",
    fields=(
        *system_fields("Calendar event participant"),
        *text("handle", "displayName"),
        defaulting("isOrganizer", "BOOLEAN", False),
        select("responseStatus", "NEEDS_ACTION", "DECLINED", "TENTATIVE", "ACCEPTED"),
        to_one("calendarEvent", "calendarEvent"),
        to_one("person", "person"),
        to_one("workspaceMember", "workspaceMember"),
    ),
    search_by=("handle",),
    identified_by="handle",
)

ATTACHMENT = ObjectType(
    singular="attachment",
    plural="attachments",
    id="7f0a7c54-1d0f-4be0-8f0c-2b1c3d4e5f60",
    fields=(
        *STAMPS,
        *text("name"),
        *plain("FILES", "file"),
        *text("fullPath"),
        defaulting("fileCategory", "TEXT", "OTHER"),
        *_ACTORS,
        position("Attachment"),
        SEARCH,
        *_targets("Task", "Note", "Person", "Company", "Opportunity", "Dashboard", "Workflow", *_TARGETS),
    ),
)

TIMELINE_ACTIVITY = ObjectType(
    singular="timelineActivity",
    plural="timelineActivities",
    id="3d2c1b0a-9f8e-4d7c-8b6a-5f4e3d2c1b0a",
    fields=(
        *plain("RAW_JSON", "properties"),
        *STAMPS,
        *_ACTORS,
        position("Timeline Activity"),
        *plain("DATE_TIME", "happensAt"),
        *text("name", "linkedRecordCachedName"),
        *plain("UUID", "linkedRecordId", "linkedObjectMetadataId"),
        SEARCH,
        *_targets("Company", "Dashboard", "MessageCampaign", "MessageList", "Note", "Opportunity", "Person", "Task"),
        to_one("workspaceMember", "workspaceMember"),
        *_targets("Workflow", "WorkflowVersion", "WorkflowRun", *_TARGETS),
    ),
)
