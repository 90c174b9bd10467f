"""Whether Twenty is reached, takes the key, and lets it do what repsync does."""

from collections.abc import Mapping
from uuid import UUID

from onboarding.doctor.check import Finding, NotSeen, failed, passed, warned
from onboarding.doctor.twenty_sight import TwentySight
from onboarding.wanted import PLURAL
from twenty_client.errors import PermanentError, TwentyError, Unauthorized, WrongAddress
from twenty_client.filters import eq
from twenty_client.reply import Reply
from twenty_client.request import list_rows, patch_where

READ = ("notes", "noteTargets", "opportunities", "workspaceMembers", PLURAL)
PEOPLE, ASSIGNED_REP = "people", "assignedRep"
NOBODY = str(UUID(int=0))


def judge_url(answer: Reply | TwentyError, url: str) -> Finding:
    """Whether something that is Twenty answered at all; a refusal is an answer."""
    if isinstance(answer, WrongAddress):
        return failed(f"{url} is not Twenty's API: {answer}", "Set TWENTY_URL to the server's address without /rest.")
    if isinstance(answer, TwentyError) and answer.status is None:
        return failed(f"{url} does not answer: {answer}", "Start Twenty, or set TWENTY_URL and the way there right.")
    if isinstance(answer, TwentyError) and not isinstance(answer, PermanentError):
        return failed(f"{url} answers, but not well: {answer}", "Look at Twenty's own log.")
    return passed(f"reached at {url}")


def judge_key(answer: Reply | TwentyError) -> Finding:
    """Whether the key is taken for one."""
    if isinstance(answer, Unauthorized) and answer.status in (401, 403):
        return failed(
            f"Twenty does not accept the API key ({answer.status})",
            "Make a new one in Twenty (Settings, API & Webhooks) and set TWENTY_API_KEY.",
        )
    if isinstance(answer, TwentyError) and not isinstance(answer, Unauthorized):
        raise NotSeen("Twenty is not reached")
    return passed("accepted")


def see_permissions(sight: TwentySight) -> dict[str, TwentyError | None]:
    """What was tried, and the error that it met. The write matches no row and changes nothing."""
    there = [plural for plural in READ if sight.schema(plural) is not None]
    if ASSIGNED_REP in getattr(sight.schema(PEOPLE), "fields", {}):
        there.append(PEOPLE)
    tried = {f"read {plural}": sight.tried(list_rows(plural, limit=1)) for plural in there}
    fields = getattr(sight.schema(PLURAL), "fields", {})
    if "totalXp" in fields:
        nothing = {"totalXp": "0" if fields["totalXp"] == "TEXT" else 0}
        tried[f"write {PLURAL}"] = sight.tried(patch_where(PLURAL, eq("id", NOBODY), nothing))
    return {what: answer if isinstance(answer, TwentyError) else None for what, answer in tried.items()}


def judge_permissions(answer: Reply | TwentyError, tried: Mapping[str, TwentyError | None]) -> Finding:
    """Names each permission that the key's role lacks, and what could not be tried."""
    refused = [what for what, error in tried.items() if isinstance(error, Unauthorized)]
    if isinstance(answer, Unauthorized):
        refused = ["read the data model", *refused]
    if refused:
        return failed(
            f"the key's role may not: {', '.join(refused)}", "Allow it in Twenty (Settings, Roles), or change the role."
        )
    untried = [f"{what} ({type(error).__name__})" for what, error in tried.items() if error is not None]
    if untried:
        return warned(f"could not be tried: {', '.join(untried)}", "Run the doctor again.")
    return passed(", ".join(tried))


def check_permissions(sight: TwentySight) -> Finding:
    """Whether the key may read each object and write the rows."""
    answer = sight.objects
    if isinstance(answer, Unauthorized) and answer.status not in (401, 403):
        return judge_permissions(answer, {})
    return judge_permissions(sight.metadata, see_permissions(sight))
