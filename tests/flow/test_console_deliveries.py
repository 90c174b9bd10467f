"""The console's pages of deliveries: found, read, previewed, put back into line, dismissed; by those who may."""

import pytest
from console import Visit, read
from floor import JANE, Floor
from telling import note, tell
from world import MONDAY, World

TITLE = "Call - CONTACT | 2:05 | Kim"
WHY = "Twenty: totalXp is no number"
HOSTILE = "<img src=x onerror=alert(1)>'; DROP TABLE deliveries; --\u202e"


@pytest.fixture
def parked(world: World) -> Floor:
    """Two of Jane's calls could not be digested, an hour after one that could."""
    world.call("Call - NO_ANSWER | 0:40 | Kim")
    world.settled()
    for key in ("n1", "n2"):
        tell(world.floor, "note.created", note(key, TITLE, body="a secret of Kim's"), MONDAY)
    world.floor.ledger(
        "UPDATE deliveries SET state = 'parked', reason = 'could not be digested: KeyError', digested_at = now()"
        " WHERE state = 'pending' RETURNING id"
    )
    return world.floor


@pytest.fixture
def visit(parked: Floor) -> Visit:
    """Somebody of ops."""
    return Visit(parked)


def ids(floor: Floor, state: str) -> list[int]:
    """The deliveries in a state, oldest first."""
    rows = floor.ledger("SELECT id FROM deliveries WHERE state = :state ORDER BY id", state=state)
    return [row["id"] for row in rows]


def test_parked_deliveries_are_found_by_state_reason_and_rep(parked: Floor, visit: Visit) -> None:
    """The chips count, each filter narrows, and what can't be read as a filter is said."""
    page = visit.text("/deliveries")
    assert "parked 2" in page
    assert "Parked, by reason could not be digested 2" in page
    for query in ({"state": "parked"}, {"reason": "keyerror"}, {"state": "parked", "source": "twenty"}):
        assert visit.text("/deliveries", **query).count("could not be digested: KeyError") == 2
    for query in ({"source": "redhawk"}, {"until": "2001-01-01T00:00"}, {"since": "2099-01-01T00:00"}):
        assert "No delivery matches." in visit.text("/deliveries", **query)
    own = visit.text("/deliveries", rep=JANE)
    assert "Jane Austen" in own
    assert "KeyError" not in own
    for query in ({"state": "lost"}, {"since": "yesterday"}):
        answer = visit.get("/deliveries", **query)
        assert answer.status_code == 400
        assert f"Not a filter: {next(iter(query))}." in read(answer)


def test_a_long_list_is_read_page_by_page(parked: Floor, visit: Visit) -> None:
    """Each delivery stands on one page, and a cursor that is none begins anew."""
    for number in range(60):
        tell(parked, "note.created", note(f"m{number}", TITLE), MONDAY)
    first = visit.get("/deliveries").get_data(as_text=True)
    assert first.count('name="id"') == 50
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = visit.get(older.removeprefix("/console")).get_data(as_text=True)
    total = parked.ledger("SELECT count(*) FROM deliveries")[0]["count"]
    assert second.count('name="id"') == total - 50
    assert "here are the newest" in visit.text("/deliveries", cursor="nonsense")


def test_requeueing_chosen_ones_is_previewed_done_and_watched(parked: Floor, visit: Visit) -> None:
    """The preview changes nothing and comes true; the page goes from at work to done, with what it paid whom."""
    first, second = ids(parked, "parked")
    preview = read(visit.send("/deliveries/preview", scope="selected", id=[first]))
    assert "Requeue 1 delivery?" in preview
    assert "will add a call fact for Jane Austen, +20 XP" in preview
    assert ids(parked, "parked") == [first, second]
    watched = visit.send("/deliveries/requeue", scope="selected", id=[first])
    page = read(visit.follow(watched))
    assert "1 delivery put back into line at work 0 of 1 digested" in page
    assert "hx-trigger" in visit.follow(watched).get_data(as_text=True)
    parked.digest()
    page = read(visit.follow(watched))
    assert "at work 1 of 1 digested" in page
    assert "waits to be written" in page
    parked.publish()
    page = read(visit.follow(watched))
    assert "done 1 of 1 digested" in page
    assert "Jane Austen +20 XP written" in page
    assert "hx-trigger" not in visit.follow(watched).get_data(as_text=True)
    assert ids(parked, "parked") == [second]
    (audited,) = parked.ledger("SELECT actor FROM audit_log WHERE action = 'requeue'")
    assert audited == {"actor": "an-ops"}


def test_what_was_paid_before_is_not_told_as_paid_by_this(parked: Floor, visit: Visit) -> None:
    """A delivery whose record was told and paid already: nothing to do, and no XP."""
    for _ in range(2):
        tell(parked, "note.created", note("n9", TITLE), MONDAY)
    (again,) = parked.ledger(
        "UPDATE deliveries SET state = 'parked', reason = 'could not be digested: KeyError', digested_at = now()"
        " WHERE id = (SELECT max(id) FROM deliveries) RETURNING id"
    )
    parked.digest()
    parked.publish()
    assert "already applied, nothing to do" in read(visit.send("/deliveries/preview", scope="selected", id=again["id"]))
    watched = visit.send("/deliveries/requeue", scope="selected", id=again["id"])
    parked.digest()
    page = read(visit.follow(watched))
    assert "done 1 of 1 digested" in page
    assert "Jane Austen +0 XP" in page


def test_all_that_match_are_those_that_were_there_at_the_preview(parked: Floor, visit: Visit) -> None:
    """What parks between the preview and the click stays parked."""
    form = {"scope": "all", "state": "parked", "reason": "KeyError"}
    page = visit.send("/deliveries/preview", **form).get_data(as_text=True)
    assert "Requeue 2 deliveries" in page
    until = page.split('name="until" value="')[1].split('"')[0]
    tell(parked, "note.created", note("n3", TITLE), MONDAY)
    parked.ledger(
        "UPDATE deliveries SET state = 'parked', reason = 'could not be digested: KeyError', digested_at = now()"
        " WHERE state = 'pending' RETURNING id"
    )
    page = read(visit.follow(visit.send("/deliveries/requeue", **form, until=until)))
    assert "2 deliveries put back into line" in page
    assert len(ids(parked, "parked")) == 1


def test_what_is_pruned_is_refused_with_the_reason(parked: Floor, visit: Visit) -> None:
    """On its own page, in the preview and by the act, which changes nothing; no button leads there."""
    first, _ = ids(parked, "parked")
    visit.send("/deliveries/dismiss", scope="selected", id=[first], because="a test note")
    assert "Requeue…" in visit.text(f"/deliveries/{first}")
    parked.ledger("UPDATE deliveries SET raw = '', pruned_at = '2026-11-20Z' WHERE id = :id RETURNING id", id=first)
    whole = visit.text(f"/deliveries/{first}")
    assert "It can’t be requeued Its text was pruned on 2026-11-20" in whole
    assert "Requeue…" not in whole
    preview = visit.send("/deliveries/preview", scope="selected", id=[first]).get_data(as_text=True)
    assert "its text was pruned on 2026-11-20" in preview
    assert "button-main" not in preview
    for form in ({"scope": "selected", "id": [first]}, {"scope": "all", "state": "dismissed"}):
        refused = visit.send("/deliveries/requeue", **form)
        assert refused.status_code == 409
        assert f"Nothing was requeued: delivery {first}: its text was pruned on 2026-11-20." in read(refused)
    assert ids(parked, "dismissed") == [first]
    assert parked.ledger("SELECT * FROM audit_log WHERE action = 'requeue'") == []


def test_dismissing_asks_why(parked: Floor, visit: Visit) -> None:
    """Without a reason nothing is dismissed; with one the delivery says who, when and why, and can be requeued."""
    first, second = ids(parked, "parked")
    assert "Dismiss 2 parked deliveries?" in read(visit.send("/deliveries/dismissal", scope="all", state="parked"))
    refused = visit.send("/deliveries/dismiss", scope="selected", id=[first], because=" ")
    assert refused.status_code == 400
    assert "say why they are dismissed" in read(refused)
    assert ids(parked, "dismissed") == []
    visit.follow(visit.send("/deliveries/dismiss", scope="selected", id=[first], because="a test note"))
    assert ids(parked, "dismissed") == [first]
    assert ids(parked, "parked") == [second]
    assert f"Choose delivery {first}" in visit.get("/deliveries", state="dismissed").get_data(as_text=True)
    whole = visit.text(f"/deliveries/{first}")
    assert "By an-ops" in whole
    assert "a test note" in whole
    assert "Requeue…" in whole


def test_one_delivery_is_told_without_its_text(parked: Floor, visit: Visit) -> None:
    """Steps, reading and headers at once; the body only for a POST, of which the audit log tells."""
    processed, first = ids(parked, "processed")[0], ids(parked, "parked")[0]
    whole = visit.text(f"/deliveries/{processed}")
    assert "sent" in whole
    assert "digested" in whole
    assert "Disposition NO_ANSWER" in whole
    assert "dial: +2 XP" in whole
    assert "secret" not in visit.text(f"/deliveries/{first}")
    assert parked.ledger("SELECT * FROM audit_log WHERE action = 'read text'") == []
    shown = read(visit.send(f"/deliveries/{first}/text"))
    assert "a secret of Kim's" in shown
    assert "an-ops : read text" in shown
    assert visit.get("/deliveries/999999").status_code == 404
    assert visit.send("/deliveries/999999/text").status_code == 404


def test_nothing_chosen_is_said(parked: Floor, visit: Visit) -> None:
    """No box ticked, or ids that are none."""
    for chosen in ([], ["x"], ["-1"]):
        answer = visit.send("/deliveries/preview", scope="selected", id=chosen)
        assert answer.status_code == 400
        assert "Nothing was chosen" in read(answer)


def test_addresses_that_no_page_leads_to_are_not_found(parked: Floor, visit: Visit) -> None:
    """No time, one without a zone, ids that are none; an address of everything is answered."""
    since = "2026-11-16T14:00:00"
    for query in (
        {"ids": "1"},
        {"ids": "1-x", "since": f"{since}+00:00"},
        {"since": "now"},
        {"ids": "1", "since": since},
    ):
        assert visit.get("/deliveries/requeued", **query).status_code == 404
    page = visit.text("/deliveries/requeued", ids="1-999999", since=f"{since}+00:00", reps=["a-stranger"], count="many")
    assert "parked 2" in page


def test_when_others_are_at_it_one_is_told(parked: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Previews take threads from webhooks, so only so many go on at once; the others change nothing."""
    monkeypatch.setattr("runtime.console_work.MOST_AT_ONCE", 0)
    visit = Visit(parked)
    answer = visit.send("/deliveries/preview", scope="all", state="parked")
    assert answer.status_code == 503
    assert "Nothing was changed: others preview or map at this moment." in read(answer)


def test_a_viewer_looks_and_can_t_act(parked: Floor) -> None:
    """No button, no box; a form sent all the same is refused, and the body stays hidden."""
    viewer = Visit(parked, "viewer")
    (first, _) = ids(parked, "parked")
    for path in ("/deliveries", f"/deliveries/{first}"):
        page = viewer.get(path).get_data(as_text=True)
        assert "KeyError" in page
        assert "Requeue" not in page
        assert "checkbox" not in page
    actions = ("preview", "requeue", "dismissal", "dismiss", f"{first}/text")
    for path in (*(f"/deliveries/{action}" for action in actions), "/rows/retry"):
        assert viewer.send(path, scope="selected", id=[first], because="x", rep=JANE).status_code == 403
    assert len(ids(parked, "parked")) == 2


def test_a_refused_row_is_parked_work_too(parked: Floor, visit: Visit) -> None:
    """It stands there with the reason; trying again publishes it, and the page says when it is written."""
    parked.ledger("UPDATE reps SET dirty = dirty + 1, refused = :why WHERE id = :jane RETURNING id", why=WHY, jane=JANE)
    assert f"Jane Austen {WHY}" in visit.text("/deliveries")
    watched = visit.send("/rows/retry", rep=[JANE])
    assert "Rows tried again at work" in read(visit.follow(watched))
    parked.publish()
    assert "Rows tried again done" in read(visit.follow(watched))
    assert WHY not in visit.text("/deliveries")


def test_what_records_say_is_text(parked: Floor, visit: Visit) -> None:
    """HTML, SQL and marks that turn the writing direction: in a name, an id, a reason and a body."""
    first, last = HOSTILE[:30], HOSTILE[30:]
    tell(parked, "workspaceMember.updated", {"id": JANE, "name": {"firstName": first, "lastName": last}})
    tell(parked, "note.created", note(f"n{HOSTILE}", HOSTILE, body=HOSTILE), MONDAY)
    parked.digest()
    (newest,) = parked.ledger("SELECT max(id) AS id FROM deliveries")
    shown = visit.send(f"/deliveries/{newest['id']}/text")
    for answer in (visit.get("/deliveries"), visit.get(f"/deliveries/{newest['id']}"), shown):
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert "<img" not in page.replace('<img src="/console', "")
    assert "\u202e" not in visit.get("/deliveries").get_data(as_text=True).split("<form", 2)[0]
