"""Twenty's objects of who deals with whom, as recorded from 2.21: people, companies, members, their deals."""

from sandbox.twenty.fields import (
    CREATED_BY,
    SEARCH,
    STAMPS,
    UPDATED_BY,
    defaulting,
    plain,
    position,
    select,
    text,
    to_many,
    to_one,
)
from sandbox.twenty.schema import ObjectType, Presentation

_ACTORS = (CREATED_BY, UPDATED_BY)
_FRENCH = {"primaryPhoneCountryCode": "FR", "primaryPhoneCallingCode": "+33"}


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
