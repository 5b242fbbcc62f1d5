"""What a program does in each room is what a colleague does there: both sides read it, and each no more than theirs."""

from datetime import datetime, timedelta

from sqlmodel import select

from app.access.session import as_system
from app.discussion.models import ReadMark
from app.discussion.releasing import release_due
from app.foundation.clock import now, set_clock
from app.people.models import LinkPurpose, OneTimeLink

HERE = "/escalations/ACME-7K4"
OTHER = "/escalations/GLOB-5Q2"


def test_an_escalation_is_opened_changed_closed_and_opened_again(ben):
    sent = {"title": "Exports fail", "severity": "high", "customer_name": "Northwind"}
    made = ben.post("/escalations", json=sent)
    at = made.headers["location"].removeprefix("/api/v1")
    assert (
        made.status_code == 201 and made.json()["owner"]["name"] == "Ben Okafor" and ben.get(at).json() == made.json()
    )
    changed = ben.patch(
        at, json={"severity": "critical", "doing_now": "We look.", "health": "at_risk", "remarks": "ours"}
    )
    assert changed.json()["severity"] == "critical" and changed.json()["inside"]["health"] == "at_risk"
    assert ben.post(f"{at}/closure").json()["inside"]["stage"] == "closed"
    assert at.endswith(ben.get("/escalations?state=closed").json()["items"][0]["key"])
    assert ben.delete(f"{at}/closure").json()["closed_at"] is None
    kinds = [one["kind"] for one in ben.get(f"{at}/timeline").json()["items"]]
    assert kinds[0] == "escalation_reopened" and kinds[-1] == "escalation_opened"


def test_whoever_changes_what_they_have_not_read_is_stopped(ben, program):
    tag = ben.get(HERE).headers["etag"]
    assert program("ada").patch(HERE, json={"title": "Ada was here"}).status_code == 200
    stale = ben.patch(HERE, json={"title": "Ben was here"}, headers={"if-match": tag})
    assert stale.status_code == 412 and ben.get(HERE).json()["title"] == "Ada was here"
    fresh = ben.get(HERE).headers["etag"]
    assert stale.headers["etag"] == fresh
    assert ben.patch(HERE, json={"title": "Ben was here"}, headers={"if-match": fresh}).status_code == 200


def test_people_come_and_go(ben, people, as_):
    sue = people["sue"].id
    assert sue in [
        one["person_id"] for one in ben.post(f"{HERE}/participants", json={"person_id": sue}).json()["items"]
    ]
    assert ben.delete(f"{HERE}/participants/{sue}").status_code == 204
    guest = ben.post(f"{HERE}/guests", json={"name": "Mark Ellison", "email": "mark@acme.example"})
    assert guest.status_code == 201 and guest.json()["side"] == "guest"
    assert "Mark Ellison" in as_("gus").get(f"{HERE}/people").text
    assert (
        ben.post(f"{HERE}/guests", json={"name": "M", "email": "mark@acme.example"}).json()["errors"][0]["field"]
        == "email"
    )
    assert ben.delete(f"{HERE}/guests/{guest.json()['id']}").status_code == 204
    assert ben.post(f"{HERE}/mute").status_code == ben.delete(f"{HERE}/mute").status_code == 204


def test_who_was_taken_off_comes_back_as_what_they_were(ben, people, ids):
    sue = people["sue"].id
    ben.post(f"{HERE}/participants", json={"person_id": sue, "part": "engineer"})
    assert ben.post(f"{HERE}/participants/{sue}/restoration").status_code == 404, "they are there"
    assert ben.delete(f"{HERE}/participants/{sue}").status_code == 204
    back = ben.post(f"{HERE}/participants/{sue}/restoration").json()["items"]
    assert [one["part"] for one in back if one["person_id"] == sue] == ["engineer"]
    for nobody in (people["gus"].id, "nobody"):
        assert ben.post(f"{HERE}/participants/{nobody}/restoration").status_code == 404


def test_a_guest_gets_a_new_link_and_a_program_does_not(ben, people, engine):
    gus = people["gus"].id
    with as_system(engine) as session:
        links = select(OneTimeLink).where(OneTimeLink.person_id == gus, OneTimeLink.purpose == LinkPurpose.invitation)
        answer = ben.post(f"{HERE}/guests/{gus}/invitation")
        assert answer.status_code == 200 and answer.json() == {"id": gus, "name": "Gus Meyer", "side": "guest"}
        assert ben.post(f"{HERE}/guests/{gus}/invitation").status_code == 200
        assert sorted(link.ended_at is None for link in session.exec(links)) == [False, True]
    for stranger in (people["gwen"].id, people["eve"].id, people["sue"].id, "nobody"):
        assert ben.post(f"{HERE}/guests/{stranger}/invitation").status_code == 404


def test_a_concern_is_raised_shared_ranked_answered_and_resolved(ben, ids, as_):
    at, gus = f"{HERE}/concerns/{ids['concern_id']}", as_("gus")
    assert "The nightly file is empty" not in gus.get(f"{HERE}/concerns").text
    for concern in (ids["concern_id"], ids["other_concern_id"]):
        assert ben.post(f"{HERE}/concerns/{concern}/sharing").json()["audience"] == "shared"
    assert "The nightly file is empty" in gus.get(f"{HERE}/concerns").text
    task = ben.post(f"{HERE}/actions", json={"title": "Find out why", "source": f"concern:{ids['concern_id']}"}).json()
    [led_to] = ben.get(f"{at}/links").json()["led_to"]
    assert (led_to["kind"], led_to["id"], led_to["title"]) == ("action_item", task["id"], "Find out why")
    assert led_to["url"].endswith(f"{HERE}/actions/{task['id']}") and ben.get(f"{at}/links").json()["came_from"] == []
    [source] = ben.get(f"{HERE}/actions/{task['id']}/links").json()["came_from"]
    assert (source["kind"], source["id"]) == ("concern", ids["concern_id"])
    moved = {"moved": ids["other_concern_id"], "before": ids["concern_id"]}
    assert ben.post(f"{HERE}/concern-order/theirs", json=moved).json()["theirs"][0] == ids["other_concern_id"]
    assert ben.post(f"{HERE}/concern-order/ours", json=moved).json()["ours"][0] == ids["other_concern_id"]
    answered = ben.patch(at, json={"customer_word": "fix_in_test", "answer": "Friday", "remarks": "only ours"})
    assert answered.json()["inside"]["remarks"] == "only ours"
    page = gus.get(at).text
    assert "Friday" in page and "only ours" not in page
    assert (
        ben.post(f"{at}/resolution").json()["resolved_at"]
        and ben.delete(f"{at}/resolution").json()["resolved_at"] is None
    )
    assert ben.delete(f"{at}/trackers/{ids['tracker_id']}").status_code == 204
    assert ben.get(f"{at}/trackers").json()["items"] == []
    assert ben.post(f"{at}/trackers/{ids['tracker_id']}/restoration").json()["label"] == "IMP-12"
    assert [one["id"] for one in ben.get(f"{at}/trackers").json()["items"]] == [ids["tracker_id"]]
    elsewhere = f"{HERE}/concerns/{ids['other_concern_id']}/trackers/{ids['tracker_id']}/restoration"
    assert ben.post(elsewhere).status_code == 404
    assert ben.delete(f"{at}/sharing").json()["audience"] == "internal"
    assert gus.get(at).status_code == 404


def test_an_action_for_the_customer_is_said_to_be_shared(ben, people, ids, as_):
    sent = {"title": "Send us the file", "owner_id": people["gus"].id, "source": f"concern:{ids['concern_id']}"}
    asked = ben.post(f"{HERE}/actions", json=sent)
    assert asked.status_code == 422 and asked.json()["errors"][0]["field"] == "audience"
    made = ben.post(f"{HERE}/actions", json={**sent, "audience": "shared", "due_on": "2090-01-01"})
    assert made.json()["audience"] == "shared" and "Send us the file" in as_("gus").get(f"{HERE}/actions").text
    at = f"{HERE}/actions/{ids['action_id']}"
    assert ben.post(f"{at}/acceptance").json()["state"] == "accepted"
    assert ben.post(f"{at}/proposal", json={"proposed_on": "2090-02-02", "words": "later"}).status_code == 200
    assert ben.post(f"{at}/agreement").json()["due_on"] == "2090-02-02"
    assert [one["kind"] for one in ben.get(f"{at}/answers").json()["items"]] == ["accepted", "proposed", "agreed"]
    assert ben.post(f"{at}/completion").json()["state"] == "done"
    assert ben.delete(f"{at}/completion").json()["done_at"] is None
    assert ben.post(f"{at}/refusal", json={"words": "not me"}).json()["owner"] is None
    assert ben.delete(at).status_code == 204 and ben.get(at).status_code == 404
    assert ben.post(f"{at}/restoration").status_code == 200
    assert ben.patch(at, json={"title": "Send both logs"}).json()["title"] == "Send both logs"


def test_words_to_the_customer_wait_and_can_be_taken_back(ben, ids, as_, engine):
    held = f"{HERE}/topics/{ids['held_topic_id']}/held"
    assert ben.get(held).json()["items"][0]["leaves_at"] and "To you" not in as_("gus").get(f"{HERE}/discussion").text
    assert ben.delete(f"{held}/{ids['held_id']}").status_code == 204
    sent = {"title": "For you", "text": "It is mended.", "audience": "shared"}
    message = ben.post(f"{HERE}/topics", json=sent).json()
    with as_system(engine) as session:
        release_due(session, now().replace(year=2090))
        session.commit()
    at = f"{HERE}/topics/{message['topic_id']}"
    assert "It is mended." in as_("gus").get(f"{HERE}/discussion/{message['topic_id']}").text
    assert ben.delete(f"{at}/held/{message['id']}").status_code == 409
    assert ben.get(f"{at}/messages/{message['id']}").json()["leaves_at"] is None
    one = f"{at}/messages/{message['id']}"
    assert ben.patch(one, json={"text": "It is mended, we think."}).json()["edited_at"]
    assert ben.get(f"{one}/history").json()["items"][0]["text"] == "It is mended."
    before = ben.get(one).json()
    assert ben.delete(one).status_code == 204 and ben.get(one).json()["text"] == ""
    assert ben.get(f"{one}/history").json()["items"] == []
    assert ben.post(f"{one}/restoration").json() == before == ben.get(one).json()
    assert ben.get(f"{one}/history").json()["items"][0]["text"] == "It is mended."
    assert ben.delete(one).status_code == 204
    set_clock("+31s")
    late = ben.post(f"{one}/restoration")
    assert late.status_code == 409 and "gone for good" in late.text and "mended" not in late.text


def test_words_to_the_customer_say_when_they_hear_next(ben, ids, engine):
    soon = (now() + timedelta(hours=5)).replace(microsecond=0)
    update = {"title": "Update", "text": "We found it.", "audience": "shared", "next_update_due_at": soon.isoformat()}
    topic = ben.post(f"{HERE}/topics", json=update)
    assert topic.status_code == 201 and datetime.fromisoformat(topic.json()["next_update_due_at"]) == soon
    assert ben.get(HERE).json()["next_update_due_at"] != topic.json()["next_update_due_at"], "it has not left yet"

    def leave():
        with as_system(engine) as session:
            release_due(session, now() + timedelta(minutes=1))
            session.commit()

    leave()
    assert datetime.fromisoformat(ben.get(HERE).json()["next_update_due_at"]) == soon
    at, later = f"{HERE}/topics/{topic.json()['topic_id']}/messages", (soon + timedelta(hours=1)).isoformat()
    said = {"text": "It is mended.", "audience": "shared", "next_update_due_at": later}
    assert ben.post(at, json=said).status_code == 201
    leave()
    promised = ben.get(HERE).json()["next_update_due_at"]
    assert datetime.fromisoformat(promised) == soon + timedelta(hours=1)
    count = len(ben.get(f"{at.removesuffix('/messages')}/held").json()["items"])
    for wrong in ({"audience": "internal"}, {"next_update_due_at": "2001-01-01T00:00:00Z"}, {"next_update_due_at": 5}):
        refused = ben.post(at, json=said | wrong)
        assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "next_update_due_at"
    assert ben.get(HERE).json()["next_update_due_at"] == promised
    assert len(ben.get(at).json()["items"]) == 2
    assert len(ben.get(f"{at.removesuffix('/messages')}/held").json()["items"]) == count, "nothing was said"


def test_what_was_read_is_new_again_to_oneself(ben, ids, engine, people):
    at, this = f"{HERE}/topics/{ids['topic_id']}", {"message_id": ids["message_id"]}

    def read_up_to():
        with as_system(engine) as session:
            query = select(ReadMark.last_read_id).where(ReadMark.topic_id == ids["topic_id"])
            return session.exec(query.where(ReadMark.person_id == people["ben"].id)).one()

    assert ben.put(f"{at}/reading", json=this).status_code == 204 and read_up_to() == ids["message_id"]
    assert ben.put(f"{at}/unread", json=this).status_code == 204 and read_up_to() == ""
    for asked in ("reading", "unread"):
        assert ben.put(f"{at}/{asked}", json={"message_id": ids["held_id"]}).status_code == 404


def test_a_note_of_ours_is_shared_as_a_new_message(ben, program, ids, as_):
    at = f"{HERE}/topics/{ids['topic_id']}/messages"
    answer = ben.post(at, json={"text": "secret words", "reply_to_id": ids["message_id"]})
    assert answer.json()["reply_to_id"] == ids["message_id"]
    assert ben.post(at, json={"text": "x", "reply_to_id": "nobodys"}).json()["errors"][0]["field"] == "reply_to_id"
    assert ben.post(at, json={"text": "to you", "audience": "shared"}).json()["errors"][0]["field"] == "audience"
    shared = ben.post(f"{at}/{ids['message_id']}/sharing", json={"text": "It ran.", "title": "What happened"})
    assert shared.status_code == 201 and shared.json()["leaves_at"]
    assert program("ada").patch(f"{at}/{ids['message_id']}", json={"text": "mine now"}).status_code == 403
    assert (
        ben.put(f"{HERE}/topics/{ids['topic_id']}/reading", json={"message_id": ids["message_id"]}).status_code == 204
    )
    assert "secret words" not in as_("gus").get(f"{HERE}/discussion").text


def test_a_meeting_is_planned_run_written_down_and_shared(ben, ids, as_):
    at = f"{HERE}/meetings/{ids['meeting_id']}"
    sheet = ben.get(at).json()
    assert [one["title"] for one in sheet["agenda"]][-1] == "What is next" and sheet["audience"] == "internal"
    moved = ben.post(f"{at}/order", json={"moved": ids["item_id"], "before": sheet["agenda"][0]["id"]}).json()
    assert moved["items"][0]["id"] == ids["item_id"]
    assert ben.post(f"{at}/start").json()["state"] == "running"
    assert ben.post(f"{at}/items/{ids['item_id']}/tick").json()["discussed_at"]
    assert ben.post(f"{at}/sharing", json={"items": [ids["item_id"]]}).json()["audience"] == "shared"
    page = as_("gus").get(at).text
    assert "What is next" in page and "We ship on Friday" not in page
    assert ben.post(f"{at}/decisions/{ids['decision_id']}/sharing").json()["audience"] == "shared"
    assert "We ship on Friday" in as_("gus").get(at).text
    assert ben.delete(f"{at}/decisions/{ids['decision_id']}").status_code == 204
    assert ben.post(f"{at}/decisions/{ids['decision_id']}/restoration").status_code == 200
    assert ben.patch(at, json={"title": "The weekly call", "minutes": 30}).json()["title"] == "The weekly call"
    assert ben.post(f"{at}/ending").json()["state"] == "ended"
    assert ben.delete(f"{at}/sharing").json()["audience"] == "internal" and as_("gus").get(at).status_code == 404


def test_ones_own_meetings_of_all_escalations_are_one_list(ben, program, people):
    plan = {"starts_at": (now() + timedelta(days=1)).isoformat(), "people": [people["ben"].id]}
    for key, title in (("ACME-7K4", "Weekly call"), ("GLOB-5Q2", "Look at reports")):
        assert ben.post(f"/escalations/{key}/meetings", json={**plan, "title": title}).status_code == 201
    other = {**plan, "title": "Without Ben", "people": [people["ada"].id]}
    ben.post(f"{HERE}/meetings", json=other)
    told = {(one["escalation"], one["title"]) for one in ben.get("/meetings").json()["items"]}
    assert told == {("ACME-7K4", "Weekly call"), ("GLOB-5Q2", "Look at reports")}
    assert ben.get("/meetings?state=cancelled").json()["items"] == []
    assert program("sue").get("/meetings").json()["items"] == []
    assert program("ada").post("/escalations/GLOB-5Q2/restriction").status_code == 200
    assert [one["title"] for one in ben.get("/meetings").json()["items"]] == ["Weekly call"]


def test_a_note_is_merged_or_stopped_as_its_writer_wants(ben, program, ids):
    at = f"{HERE}/meetings/{ids['meeting_id']}/notes/{ids['note_id']}"
    first = ben.get(at)
    assert first.json()["text"] == "Said" and first.headers["etag"] == '"1"'
    begun = {"version": 1}
    assert program("ada").put(at, json={"text": "Said\nby Ada", **begun}).json()["version"] == 2
    stopped = ben.put(at, json={"text": "by Ben\nSaid", **begun}, headers={"if-match": '"1"'})
    assert stopped.status_code == 412 and stopped.headers["etag"] == '"2"'
    merged = ben.put(at, json={"text": "by Ben\nSaid", **begun}).json()
    assert merged["text"] == "by Ben\nSaid\nby Ada" and not merged["has_conflict"]
    assert [one["number"] for one in ben.get(f"{at}/versions").json()["items"]] == [3, 2, 1]
    assert ben.post(f"{at}/versions/1/restoration").json()["text"] == "Said"


def test_a_child_is_reached_through_its_own_escalation_alone(ben, ids):
    """D01: the same ids under the address of another escalation that Ben sees as well."""
    told = []
    for path in (
        f"/concerns/{ids['concern_id']}",
        f"/concerns/{ids['concern_id']}/links",
        f"/actions/{ids['action_id']}",
        f"/actions/{ids['action_id']}/links",
        f"/topics/{ids['topic_id']}",
        f"/topics/{ids['topic_id']}/messages/{ids['message_id']}",
        f"/meetings/{ids['meeting_id']}",
        f"/meetings/{ids['meeting_id']}/notes/{ids['note_id']}",
        f"/recordings/{ids['recording_id']}",
        f"/recordings/{ids['recording_id']}/transcript",
    ):
        assert ben.get(HERE + path).status_code == 200, path
        if ben.get(OTHER + path).status_code != 404:
            told.append(path)
    assert told == []
