"""Objects and fields made over the metadata API, and what the objects' API then does with them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from sandbox.twenty import SandboxTwenty

HEADERS = {"Authorization": "Bearer key"}
MEMBER = "20202020-0687-4c41-b707-ed1bfca972a7"
MEMBERS_OBJECT = "01599284-1e1f-4bc1-9cef-0ad446047a60"
Call = Callable[..., requests.Response]


@pytest.fixture
def twenty() -> Iterator[SandboxTwenty]:
    twenty = SandboxTwenty("key", tokens=None)
    yield twenty
    twenty.stop()


@pytest.fixture
def call(twenty: SandboxTwenty) -> Call:
    base = twenty.start()

    def call(method: str, path: str, body: Any = None, **params: Any) -> requests.Response:
        return requests.request(method, f"{base}/rest/{path}", json=body, params=params, headers=HEADERS, timeout=5)

    return call


@pytest.fixture
def badge_object(call: Call) -> str:
    """The id of a new custom object `badge`/`badges`."""
    names = {"nameSingular": "badge", "namePlural": "badges", "labelSingular": "Badge", "labelPlural": "Badges"}
    return str(call("POST", "metadata/objects", names).json()["data"]["createOneObject"]["id"])


def _add(call: Call, object_id: str, type_: str, name: str, **more: Any) -> requests.Response:
    field = {"objectMetadataId": object_id, "type": type_, "name": name, "label": name, **more}
    return call("POST", "metadata/fields", field)


def _message(answer: requests.Response) -> str:
    body = answer.json()
    return str(body["messages"][0] if "messages" in body else body["message"])


def test_a_new_object_has_a_path_of_its_own(call: Call, badge_object: str) -> None:
    """Its rows are created, listed and read like any others."""
    created = call("POST", "badges", {"name": "Opener"})
    assert created.status_code == 201
    row = created.json()["data"]["createBadge"]
    assert (row["name"], row["position"], row["searchVector"]) == ("Opener", 0, "'opener':1")
    assert call("GET", "badges").json()["data"] == {"badges": [row]}
    assert call("GET", f"badges/{row['id']}").json()["data"] == {"badge": row}


def test_new_fields_are_typed_and_unique(call: Call, badge_object: str) -> None:
    """A wrong type and a second row with the same unique value are refused; an upsert finds the first."""
    assert _add(call, badge_object, "TEXT", "code", isUnique=True).status_code == 201
    assert _add(call, badge_object, "NUMBER", "worth", defaultValue=5).status_code == 201
    first = call("POST", "badges", {"code": "a"}).json()["data"]["createBadge"]
    assert (first["code"], first["worth"]) == ("a", 5)
    refused = call("POST", "badges", {"worth": "many"})
    assert _message(refused) == "Invalid number value 'many' for field \"worth\""
    assert _message(call("POST", "badges", {"code": "a"})) == "A duplicate entry was detected"
    upserted = call("POST", "badges", {"code": "a", "name": "A"}, upsert="true").json()["data"]["createBadge"]
    assert (upserted["id"], upserted["name"], upserted["worth"]) == (first["id"], "A", 5)


def test_rows_that_were_there_get_a_new_field_with_its_default(call: Call, badge_object: str) -> None:
    """And find each other by it, when it is unique."""
    call("POST", "badges", {"name": "old"})
    options = [{"value": "LOW", "label": "Low", "color": "red", "position": 0}]
    _add(call, badge_object, "SELECT", "grade", options=options, defaultValue="'LOW'")
    assert [row["grade"] for row in call("GET", "badges").json()["data"]["badges"]] == ["LOW"]
    refused = call("PATCH", "badges", {"grade": "HIGH"}, filter="name[eq]:old")
    assert _message(refused) == 'Invalid value "HIGH" for field "grade". Valid values are: LOW'


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ({"type": "TEXT", "name": "code", "isUnique": True, "defaultValue": "'x'"}, "INVALID_FIELD_INPUT"),
        ({"type": "TEXT", "name": "No Name"}, "INVALID_FIELD_INPUT"),
        ({"type": "TEXT", "name": "createdAt"}, "NOT_AVAILABLE"),
    ],
)
def test_a_bad_field_is_refused_and_not_made(call: Call, badge_object: str, field: dict[str, Any], code: str) -> None:
    """A default on a unique field, a name that is none, a name that is taken."""
    before = call("GET", f"metadata/objects/{badge_object}").json()
    refused = call("POST", "metadata/fields", {"objectMetadataId": badge_object, "label": "x", **field})
    assert refused.status_code == 400
    assert refused.json()["errors"]["fieldMetadata"][0]["errors"][0]["code"] == code
    assert call("GET", f"metadata/objects/{badge_object}").json() == before


def test_notes_can_be_put_to_a_new_object(twenty: SandboxTwenty, call: Call, badge_object: str) -> None:
    """noteTargets get its relation, the ones that were there too, and lose it with the object."""
    twenty.put("noteTargets", {"id": MEMBER})
    badge = call("POST", "badges", {}).json()["data"]["createBadge"]
    call("PATCH", f"noteTargets/{MEMBER}", {"targetBadgeId": badge["id"]})
    found = call("GET", f"badges/{badge['id']}", depth=1).json()["data"]["badge"]
    assert [target["id"] for target in found["noteTargets"]] == [MEMBER]
    assert call("DELETE", f"metadata/objects/{badge_object}").status_code == 200
    assert "targetBadgeId" not in twenty.rows("noteTargets")[0]
    assert _message(call("GET", "badges")) == "object 'badges' not found. eg: companies"


def test_an_object_that_is_switched_off_has_no_path(call: Call, badge_object: str) -> None:
    """Until it is switched on again, with its rows."""
    call("POST", "badges", {"name": "kept"})
    changed = call("PATCH", f"metadata/objects/{badge_object}", {"isActive": False})
    assert changed.json()["data"]["updateOneObject"]["isActive"] is False
    assert call("GET", "badges").status_code == 400
    call("PATCH", f"metadata/objects/{badge_object}", {"isActive": True})
    assert call("GET", "badges").json()["totalCount"] == 1


def test_a_new_relation_works_both_ways(twenty: SandboxTwenty, call: Call, badge_object: str) -> None:
    """By its column, by `connect`, in a filter, and as a list at the other end."""
    twenty.put("workspaceMembers", {"id": MEMBER, "userEmail": "tim@apple.dev"})
    wanted = {
        "type": "MANY_TO_ONE",
        "targetObjectMetadataId": MEMBERS_OBJECT,
        "targetFieldLabel": "Won badges",
        "targetFieldIcon": "IconTrophy",
    }
    assert _add(call, badge_object, "RELATION", "rep", relationCreationPayload=wanted).status_code == 201
    connect = {"rep": {"connect": {"where": {"userEmail": "tim@apple.dev"}}}}
    badge = call("POST", "badges", connect).json()["data"]["createBadge"]
    assert badge["repId"] == MEMBER
    assert call("GET", "badges", filter="rep.userEmail[eq]:tim@apple.dev").json()["totalCount"] == 1
    assert call("GET", "badges", filter="rep.userEmail[eq]:jo@apple.dev").json()["totalCount"] == 0
    member = call("GET", f"workspaceMembers/{MEMBER}", depth=1).json()["data"]["workspaceMember"]
    assert [row["id"] for row in member["wonBadges"]] == [badge["id"]]


def test_metadata_pages_follow_their_cursor(call: Call) -> None:
    """A page begins after the id that ended the one before; together they are all objects, by id, descending."""
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 5}
    while len(seen) < 50:
        answer = call("GET", "metadata/objects", **params).json()
        seen += [each["id"] for each in answer["data"]["objects"]]
        if not answer["pageInfo"]["hasNextPage"]:
            break
        params["starting_after"] = answer["pageInfo"]["endCursor"]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == answer["totalCount"] == 12


def test_an_object_of_twentys_own_cannot_be_deleted(call: Call) -> None:
    """Notes stay."""
    assert call("DELETE", "metadata/objects/fe940971-bce2-407f-a176-6935c39ea093").status_code == 400
    assert call("GET", "notes").status_code == 200
