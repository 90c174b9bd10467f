"""What the key's role lacks is named, permission by permission."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from onboarding.doctor.access import NOBODY, check_permissions, judge_key, judge_url
from onboarding.doctor.check import NotSeen
from onboarding.doctor.twenty_sight import TwentySight
from onboarding.wanted import FIELDS
from twenty_client.errors import BudgetSpent, TwentyError, Unauthorized, Unreachable, WrongAddress
from twenty_client.reply import Reply
from twenty_client.request import Request

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
DENIED = Unauthorized("no permission", status=400, code="PERMISSION_DENIED")
NAMES = ("note", "noteTarget", "workspaceMember", "repProgression")


class Workspace:
    """A Twenty that refuses the requests that `refuses` says, and notes what it was asked."""

    def __init__(self, refuses: Callable[[Request], TwentyError | None], total_xp: str = "NUMBER") -> None:
        fields = [{"name": field.name, "type": field.type} for field in FIELDS if field.name != "totalXp"]
        fields += [{"name": "totalXp", "type": total_xp}]
        self.objects = [{"id": n, "nameSingular": n, "namePlural": f"{n}s", "fields": fields} for n in NAMES]
        self.refuses = refuses
        self.asked: list[Request] = []

    def send(self, request: Request) -> Reply:
        self.asked.append(request)
        if error := self.refuses(request):
            raise error
        return Reply(tuple(self.objects) if "metadata" in request.path else (), None, NOW)


def _permissions(refuses: Callable[[Request], TwentyError | None]) -> tuple[str, str]:
    return check_permissions(TwentySight(Workspace(refuses), lambda: NOW))[:2]


def test_each_lacking_permission_is_named() -> None:
    """Reading noteTargets and writing the rows are refused, the others are not."""

    def refuses(request: Request) -> TwentyError | None:
        return DENIED if request.method == "PATCH" or request.path.endswith("noteTargets") else None

    assert _permissions(refuses) == ("fail", "the key's role may not: read noteTargets, write repProgressions")


def test_all_permissions_pass() -> None:
    """An object that the workspace lacks is another line's affair."""
    tried = "read notes, read noteTargets, read workspaceMembers, read repProgressions, write repProgressions"
    assert _permissions(lambda _: None) == ("pass", tried)


def test_a_model_that_may_not_be_read_is_named() -> None:
    """Without it nothing else can be tried."""
    found = _permissions(lambda request: DENIED if "metadata" in request.path else None)
    assert found == ("fail", "the key's role may not: read the data model")


def test_what_could_not_be_tried_is_no_lacking_permission() -> None:
    """The budget was spent: a warning."""
    found = _permissions(lambda request: BudgetSpent(9) if request.path.endswith("/notes") else None)
    assert found == ("warn", "could not be tried: read notes (BudgetSpent)")


@pytest.mark.parametrize(("field_type", "sent"), [("NUMBER", 0), ("TEXT", "0")])
def test_the_write_matches_no_row(field_type: str, sent: object) -> None:
    """It is filtered by an id that nobody has, and sends what the field can hold."""
    workspace = Workspace(lambda _: None, field_type)
    check_permissions(TwentySight(workspace, lambda: NOW))
    (write,) = [request for request in workspace.asked if request.method != "GET"]
    assert (write.method, write.query, write.body) == ("PATCH", (("filter", f'id[eq]:"{NOBODY}"'),), {"totalXp": sent})


def test_an_address_that_is_not_twentys_is_told() -> None:
    """A redirect or a page of somebody else's."""
    assert judge_url(WrongAddress("no such route", status=404), "https://x").verdict == "fail"
    with pytest.raises(NotSeen):
        judge_key(Unreachable("gone"))
