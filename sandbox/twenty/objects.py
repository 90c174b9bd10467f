"""The objects of the sandbox's workspace, as recorded from Twenty 2.21 and `repsync setup`."""

from collections.abc import Mapping

from sandbox.twenty.custom import custom_object
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

WORKSPACE_ID = "20202020-1c25-4d02-bf25-6aeccf7ea419"
SCHEMA = "workspace_1wgvd1injqtife6y4rvfbu3h5"
"""The workspace's schema in PostgreSQL, which some refusals tell."""

_ACTORS = (CREATED_BY, UPDATED_BY)
# Objects that the sandbox does not have: their relations are there, and always empty.
_TARGETS = ("Rocket", "Pet", "SurveyResult", "EmploymentHistory", "PetCareAgreement")
_FRENCH = {"primaryPhoneCountryCode": "FR", "primaryPhoneCallingCode": "+33"}


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

OPPORTUNITY = ObjectType(
    singular="opportunity",
    plural="opportunities",
    id="c90b9673-7f1f-46ac-bb29-75dc450d2f40",
    fields=(
        *STAMPS,
        *text("name"),
        *plain("CURRENCY", "amount"),
        *plain("DATE_TIME", "closeDate"),
        select("stage", "NEW", "SCREENING", "MEETING", "PROPOSAL", "CUSTOMER"),
        position("Opportunity"),
        *_ACTORS,
        SEARCH,
        to_one("company", "company"),
        to_one("pointOfContact", "person"),
        to_one("owner", "workspaceMember"),
        to_many("noteTargets", "noteTarget", "targetOpportunityId"),
        to_many("taskTargets", "taskTarget", "targetOpportunityId"),
        to_many("attachments", "attachment", "targetOpportunityId"),
        to_many("timelineActivities", "timelineActivity", "targetOpportunityId"),
    ),
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

PERSON = ObjectType(
    singular="person",
    plural="people",
    id="b5d0f1a2-6f0c-4f53-9c1e-7f3a2c8d4e10",
    fields=(
        *STAMPS,
        *plain("FULL_NAME", "name"),
        *plain("EMAILS", "emails"),
        *plain("LINKS", "linkedinLink"),
        *text("jobTitle"),
        *plain("PHONES", "phones"),
        *text("avatarUrl"),
        *plain("FILES", "avatarFile"),
        position("Person"),
        *_ACTORS,
        SEARCH,
        to_one("company", "company"),
        *text("intro"),
        defaulting("whatsapp", "PHONES", _FRENCH),
        defaulting("workPreference", "MULTI_SELECT", []),
        *plain("RATING", "performanceRating"),
        to_many("noteTargets", "noteTarget", "targetPersonId"),
        to_many("taskTargets", "taskTarget", "targetPersonId"),
        to_many("attachments", "attachment", "targetPersonId"),
        to_many("timelineActivities", "timelineActivity", "targetPersonId"),
    ),
    search_by=("name", "emails", "phones", "jobTitle"),
)

COMPANY = ObjectType(
    singular="company",
    plural="companies",
    id="a3c9be54-0a35-4b8f-8a36-5b1e9f6c7d21",
    fields=(
        *STAMPS,
        *text("name"),
        *plain("LINKS", "domainName"),
        *plain("ADDRESS", "address"),
        *plain("LINKS", "linkedinLink"),
        *plain("CURRENCY", "annualRevenue"),
        position("Company"),
        *_ACTORS,
        SEARCH,
        to_one("accountOwner", "workspaceMember"),
        *plain("NUMBER", "employees"),
        *text("tagline"),
        *plain("LINKS", "introVideo"),
        defaulting("workPolicy", "MULTI_SELECT", []),
        defaulting("visaSponsorship", "BOOLEAN", False),
        to_many("people", "person", "companyId"),
        to_many("opportunities", "opportunity", "companyId"),
        to_many("noteTargets", "noteTarget", "targetCompanyId"),
        to_many("taskTargets", "taskTarget", "targetCompanyId"),
        to_many("attachments", "attachment", "targetCompanyId"),
        to_many("timelineActivities", "timelineActivity", "targetCompanyId"),
    ),
    search_by=("name", "domainName"),
)

WORKSPACE_MEMBER = ObjectType(
    singular="workspaceMember",
    plural="workspaceMembers",
    id="01599284-1e1f-4bc1-9cef-0ad446047a60",
    fields=(
        *STAMPS,
        position("Workspace Member"),
        *plain("FULL_NAME", "name"),
        defaulting("colorScheme", "TEXT", "Light"),
        defaulting("locale", "TEXT", "en"),
        *text("avatarUrl", "userEmail", "jobTitle"),
        defaulting("calendarStartDay", "NUMBER", 7),
        *plain("UUID", "userId"),
        defaulting("timeZone", "TEXT", "system"),
        select("dateFormat", "SYSTEM"),
        select("timeFormat", "SYSTEM"),
        select("numberFormat", "SYSTEM"),
        SEARCH,
        *_ACTORS,
    ),
    search_by=("name", "userEmail"),
    creatable=False,
    shown=Presentation("Workspace Member", "A workspace member", "IconUserCircle", is_system=True),
    label_plural="Workspace Members",
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

REP_PROGRESSION = custom_object(
    "repProgression",
    "repProgressions",
    "0056a3c1-1680-4c9b-837b-cf62eb28b29b",
    (
        Field("workspaceMemberId", "TEXT", is_unique=True, shown=Presentation("workspaceMemberId")),
        *plain("NUMBER", "totalXp", "currentLevel"),
        *text("currentRank"),
        *plain("NUMBER", "closedDeals"),
        *plain("RAW_JSON", "badges"),
        *plain("NUMBER", "streakDays"),
        *plain("RAW_JSON", "completedModules", "certifications", "defeatedBosses", "passedExams"),
        *plain("RAW_JSON", "efficiencyMetrics"),
        *text("eligibleRank"),
        *plain("NUMBER", "appliedSequence"),
        *plain("RAW_JSON", "rankEligibility"),
        *plain("NUMBER", "syncedXp"),
        *plain("DATE_TIME", "adoptedAt"),
    ),
    Presentation("Rep Progression", "Sales rep XP, rank and efficiency", "IconTrophy"),
    "Rep Progressions",
    "2026-11-21T02:46:23.746Z",
)

STANDARD = (
    NOTE,
    NOTE_TARGET,
    OPPORTUNITY,
    PERSON,
    COMPANY,
    WORKSPACE_MEMBER,
    TASK,
    CALENDAR_EVENT,
    CALENDAR_EVENT_PARTICIPANT,
    ATTACHMENT,
    TIMELINE_ACTIVITY,
)
"""Twenty's own objects, without any relation to a custom one."""

OBJECTS: Mapping[str, ObjectType] = {each.plural: each for each in (*STANDARD, REP_PROGRESSION)}
"""Every object that a new sandbox has, by its plural, which is its path segment."""
