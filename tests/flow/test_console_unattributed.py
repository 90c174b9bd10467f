"""The console's page of what is nobody's: seen, previewed, mapped in place and released; titles that nobody reads."""

import pytest
from console import Visit, read
from floor import JANE, JONY, Floor
from redhawk_sender import RedHawkSender
from telling import note, settle, stamp, tell
from world import MONDAY, World

HOSTILE = "<script>alert('x')</script>'; DROP TABLE facts; --\u202eevil"


@pytest.fixture
def dialing(world: World) -> Floor:
    """Two reps are known; the API key `dialer` wrote two calls and RedHawk told a module of its id 7."""
    world.call("Call - NO_ANSWER | 0:40 | Kim")
    world.settled()
    floor = world.floor
    tell(floor, "note.created", note("n1", "Call - CONTACT | 2:05 | Kim", rep=None, name="dialer"), MONDAY)
    tell(floor, "note.created", note("n2", "Call - NO_ANSWER | 0:05 | Kim", rep=None, name="dialer"), MONDAY)
    data = {"moduleId": "3", "repId": "7", "score": 90, "completedAt": stamp(MONDAY), "attemptId": "a1"}
    assert RedHawkSender(floor).send({"type": "module.completed", "timestamp": stamp(MONDAY), "data": data}) == 202
    floor.digest()
    floor.publish()
    return floor


DIALER = {"source": "twenty", "name": "dialer", "rep": JANE}


def test_names_without_a_rep_are_seen_previewed_mapped_and_released(dialing: Floor) -> None:
    """What the preview says comes true, under the name of who pressed the button; then nothing of the name is left."""
    visit = Visit(dialing)
    page = visit.text("/unattributed")
    assert "API key of Twenty dialer Facts 2 calls Would pay at most 22 XP" in page
    assert "RedHawk’s id 7 Facts 1 module" in page
    preview = read(visit.send("/unattributed/preview", **DIALER))
    assert "Nothing was changed yet" in preview
    assert "2 calls, until now nobody’s" in preview
    assert "At once +0 XP When the watermark passes +22 XP" in preview
    assert "totalCalls 1 3" in preview
    assert dialing.ledger("SELECT rep FROM facts WHERE rep_hint = 'dialer'") == [{"rep": None}] * 2
    progress = read(visit.follow(visit.send("/unattributed/map", **DIALER)))
    assert "on its way to Twenty" in progress
    settle(dialing)
    progress = visit.text("/unattributed/mapped", source="twenty", name="dialer")
    assert "released Facts that are theirs by this name 2 calls Paid for them so far +22 XP" in progress
    assert "Row in Twenty written" in progress
    assert "dialer" not in visit.text("/unattributed")
    (audited,) = dialing.ledger("SELECT actor, rep, cause FROM audit_log WHERE action = 'map'")
    assert audited == {"actor": "an-ops", "rep": JANE, "cause": "console"}


def test_a_refused_form_changes_nothing(dialing: Floor) -> None:
    """Nobody chosen, a stranger chosen, a source that is none, no token: each is told, nothing is mapped."""
    visit = Visit(dialing)
    for path in ("/unattributed/preview", "/unattributed/map"):
        assert "nobody was chosen" in read(visit.send(path, **DIALER | {"rep": ""}))
        assert visit.send(path, **DIALER | {"rep": "a-stranger"}).status_code == 400
        assert visit.send(path, **DIALER | {"source": "mars"}).status_code == 400
        assert visit.send(path, **DIALER, csrf_token="0" * 64).status_code == 400
    assert dialing.ledger("SELECT * FROM aliases") == []
    assert visit.get("/unattributed/mapped", source="twenty", name="dialer").status_code == 404


def test_a_viewer_sees_and_can_t_act(dialing: Floor) -> None:
    """No form is shown, and a form that is sent all the same is refused; a rep does not even see."""
    viewer, rep = Visit(dialing, "viewer"), Visit(dialing, "rep", JANE)
    page = viewer.get("/unattributed").get_data(as_text=True)
    assert "<select" not in page
    assert "Somebody with the role ops" in page
    for path in ("/unattributed/preview", "/unattributed/map"):
        assert viewer.send(path, **DIALER).status_code == 403
    assert rep.get("/unattributed").status_code == 403
    assert dialing.ledger("SELECT * FROM aliases") == []


def test_twenty_away_is_told_and_changes_nothing(dialing: Floor) -> None:
    """Jony never worked: what his row holds must be read before anything is his."""
    visit = Visit(dialing)
    dialing.twenty.stop()
    for path in ("/unattributed/preview", "/unattributed/map", "/unattributed/map"):
        answer = visit.send(path, **DIALER | {"rep": JONY})
        assert answer.status_code == 503
        assert "Twenty can't serve it now" in read(answer)
    assert dialing.ledger("SELECT * FROM aliases") == []


def test_titles_that_nobody_understands_are_grouped_by_their_word(world: World) -> None:
    """A word of the dialer's own, a sentence that is not kept, a duration of none; what is understood is not listed."""
    visit = Visit(world.floor)
    assert "Every call’s title was understood." in visit.text("/unattributed")
    for title in ("Call - GATEKEEPER | 0:40 | Kim", "Call - gatekeeper | 0:50 | Lee", "Call - CONTACT | 2:75 | Kim"):
        world.call(title)
    world.call("Call - Kim said to ring 5 o'clock | 0:40 | Kim")
    world.call("Call - NO_ANSWER | 0:40 | Kim")
    world.told()
    page = visit.text("/unattributed")
    assert "GATEKEEPER title unknown disposition duration name 2 " in page
    assert "digits, or more than three words: not kept title unknown disposition" in page
    assert "CONTACT title disposition unknown duration name 1 " in page
    assert "NO_ANSWER" not in page
    assert "Kim" not in page


def test_names_from_outside_are_text(world: World) -> None:
    """HTML, SQL and marks that turn the writing direction, in a name of an API key and of a member."""
    tell(world.floor, "note.created", note("n1", "Call - CONTACT | 2:05 | Kim", rep=None, name=HOSTILE))
    first, last = HOSTILE[:30], HOSTILE[30:]
    tell(world.floor, "workspaceMember.updated", {"id": JONY, "name": {"firstName": first, "lastName": last}})
    world.floor.digest()
    visit = Visit(world.floor)
    page = visit.get("/unattributed").get_data(as_text=True)
    assert "alert(&#39;x&#39;)" in page
    assert "<script>alert" not in page
    preview = visit.send("/unattributed/preview", source="twenty", name=HOSTILE, rep=JONY).get_data(as_text=True)
    assert "1 call, until now nobody’s" in preview
    assert "<script>alert" not in preview
    assert "\u202e" not in preview.replace(f'value="{HOSTILE}"', "").split("<form", 1)[0]
