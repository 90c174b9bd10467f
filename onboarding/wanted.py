"""What repsync needs in a workspace: the object repProgressions with its fields, and one webhook."""

from dataclasses import dataclass

SINGULAR = "repProgression"
PLURAL = "repProgressions"
# The objects that the worker reads. Not repProgressions: our own writes would come back and use up Twenty's webhooks.
OPERATIONS = ("note.*", "noteTarget.*", "opportunity.*", "workspaceMember.*")
# What Twenty (Settings, Roles) calls the permissions that only setup needs, beside those of objects.
DATA_MODEL_PERMISSION = "Data model"
WEBHOOKS_PERMISSION = "API keys & webhooks"
WEBHOOK_DESCRIPTION = "repsync: keeps rep progressions true"


@dataclass(frozen=True, slots=True)
class WantedField:
    """A field of repProgressions: Twenty's type, and what a person reads beside it."""

    name: str
    type: str
    label: str
    description: str
    icon: str
    unique: bool = False


# The seed's table "repProgressions Custom Object"; then ours, which the write-back needs.
FIELDS = (
    WantedField(
        "workspaceMemberId", "TEXT", "Workspace member", "Whose progression this is (id)", "IconUser", unique=True
    ),
    WantedField("totalXp", "NUMBER", "Total XP", "All XP ever earned; it never falls", "IconStar"),
    WantedField("currentLevel", "NUMBER", "Level", "From the total XP", "IconStairsUp"),
    WantedField("currentRank", "TEXT", "Rank", "E-1 to E-7", "IconMilitaryRank"),
    WantedField("closedDeals", "NUMBER", "Closed deals", "Opportunities that are won now", "IconCoins"),
    WantedField("badges", "RAW_JSON", "Badges", "Badges earned, kept for good", "IconAward"),
    WantedField("streakDays", "NUMBER", "Streak", "Days in a row with activity", "IconFlame"),
    WantedField("completedModules", "RAW_JSON", "Modules", "Academy modules passed", "IconBook"),
    WantedField("certifications", "RAW_JSON", "Certifications", "Certifications awarded", "IconCertificate"),
    WantedField("defeatedBosses", "RAW_JSON", "Bosses", "Boss battles won", "IconSword"),
    WantedField("passedExams", "RAW_JSON", "Exams", "Exams passed, with the best score", "IconSchool"),
    WantedField("efficiencyMetrics", "RAW_JSON", "Efficiency", "What the calls say: where to train", "IconGauge"),
    WantedField("rankEligibility", "RAW_JSON", "Next rank", "What the next rank still needs", "IconTarget"),
    WantedField("syncedXp", "NUMBER", "Synced XP", "repsync's part of the total XP", "IconRefresh"),
    WantedField("appliedSequence", "NUMBER", "Sync sequence", "Number of repsync's last write", "IconHash"),
    WantedField(
        "adoptedAt", "DATE_TIME", "Adopted", "Since when repsync counts, if XP was there before", "IconCalendar"
    ),
)
