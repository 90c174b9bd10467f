"""The objects of the sandbox's workspace: Twenty's own, and repsync's, as `repsync setup` makes it."""

from collections.abc import Mapping

from sandbox.twenty.activities import (
    ATTACHMENT,
    CALENDAR_EVENT,
    CALENDAR_EVENT_PARTICIPANT,
    NOTE,
    NOTE_TARGET,
    TASK,
    TIMELINE_ACTIVITY,
)
from sandbox.twenty.custom import custom_object
from sandbox.twenty.fields import plain, text
from sandbox.twenty.parties import COMPANY, OPPORTUNITY, PERSON, WORKSPACE_MEMBER
from sandbox.twenty.schema import Field, ObjectType, Presentation

WORKSPACE_ID = "20202020-1c25-4d02-bf25-6aeccf7ea419"
SCHEMA = "workspace_1wgvd1injqtife6y4rvfbu3h5"
"""The workspace's schema in PostgreSQL, which some refusals tell."""

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
