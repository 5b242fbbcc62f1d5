"""Whatever a colleague does on the pages, a program can do: each page that writes has its operation, or a reason not to."""

import pytest

from app.access.permissions import may
from app.operating.surface import routes_of, routes_of_api

READS = {"GET", "HEAD", "OPTIONS"}
AT = "/escalations/{key}"
CONCERN = f"{AT}/concerns/{{concern_id}}"
ACTION = f"{AT}/actions/{{action_id}}"
PAGE_OF_TOPIC, TOPIC = f"{AT}/discussion/{{topic_id}}", f"{AT}/topics/{{topic_id}}"
MEETING = f"{AT}/meetings/{{meeting_id}}"
ITEM, DECISION = f"{MEETING}/items/{{item_id}}", f"{MEETING}/decisions/{{decision_id}}"
NOTE = f"{MEETING}/notes/{{note_id}}"
RECORDING = f"{AT}/recordings/{{recording_id}}"

# The page on the left, what a program asks for on the right.
MIRRORED = {
    "POST /customers": "POST /customers",
    "POST /customers/{customer_id}": "PATCH /customers/{customer_id}",
    "POST /people/{person_id}/name": "PATCH /people/{person_id}",
    "POST /escalations": "POST /escalations",
    f"POST {AT}/severity": f"PATCH {AT}",
    f"POST {AT}/title": f"PATCH {AT}",
    f"POST {AT}/answer": f"PATCH {AT}",
    f"POST {AT}/next-update": f"PATCH {AT}",
    f"POST {AT}/owner": f"PATCH {AT}",
    f"POST {AT}/advocate": f"PATCH {AT}",
    f"POST {AT}/inside": f"PATCH {AT}",
    f"POST {AT}/remarks": f"PATCH {AT}",
    f"POST {AT}/restriction": f"POST {AT}/restriction",
    f"POST {AT}/restriction/removal": f"DELETE {AT}/restriction",
    f"POST {AT}/closure": f"POST {AT}/closure",
    f"POST {AT}/closure/removal": f"DELETE {AT}/closure",
    f"POST {AT}/mute": f"POST {AT}/mute",
    f"POST {AT}/mute/removal": f"DELETE {AT}/mute",
    f"POST {AT}/people": f"POST {AT}/participants",
    f"POST {AT}/people/{{person_id}}/removal": f"DELETE {AT}/participants/{{person_id}}",
    f"POST {AT}/people/{{person_id}}/return": f"POST {AT}/participants/{{person_id}}/restoration",
    f"POST {AT}/guests": f"POST {AT}/guests",
    f"POST {AT}/guests/{{person_id}}/invitation": f"POST {AT}/guests/{{person_id}}/invitation",
    f"POST {AT}/guests/{{person_id}}/removal": f"DELETE {AT}/guests/{{person_id}}",
    # Concerns
    f"POST {AT}/concerns": f"POST {AT}/concerns",
    f"POST {AT}/concerns/order": f"POST {AT}/concern-order/theirs",
    f"POST {AT}/concerns/our-order": f"POST {AT}/concern-order/ours",
    f"POST {CONCERN}/words": f"PATCH {CONCERN}",
    f"POST {CONCERN}/answer": f"PATCH {CONCERN}",
    f"POST {CONCERN}/owner": f"PATCH {CONCERN}",
    f"POST {CONCERN}/inside": f"PATCH {CONCERN}",
    f"POST {CONCERN}/sharing": f"POST {CONCERN}/sharing",
    f"POST {CONCERN}/withdrawal": f"DELETE {CONCERN}/sharing",
    f"POST {CONCERN}/resolution": f"POST {CONCERN}/resolution",
    f"POST {CONCERN}/reopening": f"DELETE {CONCERN}/resolution",
    f"POST {CONCERN}/trackers": f"POST {CONCERN}/trackers",
    f"POST {CONCERN}/trackers/{{tracker_id}}/removal": f"DELETE {CONCERN}/trackers/{{tracker_id}}",
    f"POST {CONCERN}/trackers/{{tracker_id}}/return": f"POST {CONCERN}/trackers/{{tracker_id}}/restoration",
    # Action items
    f"POST {AT}/actions": f"POST {AT}/actions",
    f"POST {ACTION}": f"PATCH {ACTION}",
    f"POST {ACTION}/removal": f"DELETE {ACTION}",
    f"POST {ACTION}/restoration": f"POST {ACTION}/restoration",
    f"POST {ACTION}/acceptance": f"POST {ACTION}/acceptance",
    f"POST {ACTION}/proposal": f"POST {ACTION}/proposal",
    f"POST {ACTION}/agreement": f"POST {ACTION}/agreement",
    f"POST {ACTION}/refusal": f"POST {ACTION}/refusal",
    f"POST {ACTION}/completion": f"POST {ACTION}/completion",
    f"POST {ACTION}/reopening": f"DELETE {ACTION}/completion",
    # Topics and messages
    f"POST {AT}/discussion": f"POST {AT}/topics",
    f"POST {PAGE_OF_TOPIC}/reading": f"PUT {TOPIC}/reading",
    f"POST {PAGE_OF_TOPIC}/unread": f"PUT {TOPIC}/unread",
    f"POST {PAGE_OF_TOPIC}/messages": f"POST {TOPIC}/messages",
    f"POST {PAGE_OF_TOPIC}/messages/{{message_id}}": f"PATCH {TOPIC}/messages/{{message_id}}",
    f"POST {PAGE_OF_TOPIC}/messages/{{message_id}}/removal": f"DELETE {TOPIC}/messages/{{message_id}}",
    f"POST {PAGE_OF_TOPIC}/messages/{{message_id}}/restoration": f"POST {TOPIC}/messages/{{message_id}}/restoration",
    f"POST {PAGE_OF_TOPIC}/messages/{{message_id}}/sharing": f"POST {TOPIC}/messages/{{message_id}}/sharing",
    f"POST {PAGE_OF_TOPIC}/held/{{message_id}}/taking-back": f"DELETE {TOPIC}/held/{{message_id}}",
    # Meetings
    f"POST {AT}/meetings": f"POST {AT}/meetings",
    f"POST {MEETING}": f"PATCH {MEETING}",
    f"POST {MEETING}/cancellation": f"POST {MEETING}/cancellation",
    f"POST {MEETING}/revival": f"DELETE {MEETING}/cancellation",
    f"POST {MEETING}/start": f"POST {MEETING}/start",
    f"POST {MEETING}/ending": f"POST {MEETING}/ending",
    f"POST {MEETING}/sharing": f"POST {MEETING}/sharing",
    f"POST {MEETING}/withdrawal": f"DELETE {MEETING}/sharing",
    f"POST {MEETING}/order": f"POST {MEETING}/order",
    f"POST {MEETING}/composition": f"POST {MEETING}/composition",
    f"POST {MEETING}/items": f"POST {MEETING}/items",
    f"POST {ITEM}": f"PATCH {ITEM}",
    f"POST {ITEM}/removal": f"DELETE {ITEM}",
    f"POST {ITEM}/restoration": f"POST {ITEM}/restoration",
    f"POST {ITEM}/tick": f"POST {ITEM}/tick",
    f"POST {ITEM}/untick": f"DELETE {ITEM}/tick",
    f"POST {ITEM}/sharing": f"POST {ITEM}/sharing",
    f"POST {ITEM}/withdrawal": f"DELETE {ITEM}/sharing",
    f"POST {MEETING}/decisions": f"POST {MEETING}/decisions",
    f"POST {DECISION}/sharing": f"POST {DECISION}/sharing",
    f"POST {DECISION}/removal": f"DELETE {DECISION}",
    f"POST {DECISION}/restoration": f"POST {DECISION}/restoration",
    f"POST {NOTE}": f"PUT {NOTE}",
    f"POST {NOTE}/versions/{{number}}/restoration": f"POST {NOTE}/versions/{{number}}/restoration",
    # Recordings
    f"POST {AT}/recordings": f"POST {AT}/uploads",
    f"POST {RECORDING}/replacement": f"POST {AT}/uploads",
    f"POST {AT}/uploads": f"POST {AT}/uploads",
    "PATCH /uploads/{upload_id}": "PATCH /uploads/{upload_id}",
    "DELETE /uploads/{upload_id}": "DELETE /uploads/{upload_id}",
    "POST /uploads/{upload_id}/removal": "DELETE /uploads/{upload_id}",
    f"POST {RECORDING}/lines/{{line_id}}": f"PATCH {RECORDING}/transcript/{{line_id}}",
    f"POST {RECORDING}/sharing": f"POST {RECORDING}/sharing",
    f"POST {RECORDING}/withdrawal": f"DELETE {RECORDING}/sharing",
    f"POST {RECORDING}/removal": f"DELETE {RECORDING}",
    f"POST {RECORDING}/transcription": f"POST {RECORDING}/transcription",
    f"POST {RECORDING}/hearing": f"POST {RECORDING}/hearing",
    f"POST {RECORDING}/consents/{{consent_id}}/withdrawal": f"DELETE {RECORDING}/consents/{{consent_id}}",
    "POST /listening": "PATCH /listening",
    f"POST {AT}/recordings/listening": f"PATCH {AT}/listening",
}

WAYS_IN = "Who gets in, and how, is decided by people in a browser: a token must not make more ways in than itself."
HOUSE = "Setting up and keeping the house is an administrator's, and rare."
ONESELF = "How the pages look and behave for one person."
WRITING = "What happens while somebody writes; a program sends whole words."
NEWS = "One's own news; a program reads the timeline, which has all of it."

# Of no use to a program, or not for one.
LEFT_OUT = {
    "POST /sign-in": WAYS_IN,
    "POST /sign-in/link": WAYS_IN,
    "POST /sign-out": WAYS_IN,
    "POST /forgotten-password": WAYS_IN,
    "POST /link/{token}": WAYS_IN,
    "POST /profile/password": WAYS_IN,
    "POST /profile/tokens": WAYS_IN,
    "POST /profile/tokens/{token_id}/removal": WAYS_IN,
    "POST /people/{person_id}/tokens/{token_id}/removal": WAYS_IN,
    "POST /people": WAYS_IN,
    "POST /people/{person_id}/invitation": WAYS_IN,
    "POST /people/{person_id}/role": WAYS_IN,
    "POST /people/{person_id}/deactivation": WAYS_IN,
    "POST /people/{person_id}/deactivation/removal": WAYS_IN,
    "POST /people/{person_id}/place": HOUSE,
    "POST /teams": HOUSE,
    "POST /setup": HOUSE,
    "POST /setup/demo": HOUSE,
    "POST /demo": HOUSE,
    "POST /demo/removal": HOUSE,
    "POST /outbox/{letter_id}/sending": HOUSE,
    "POST /profile": ONESELF,
    "POST /profile/shortcuts": ONESELF,
    "POST /theme": ONESELF,
    f"POST {AT}/drafts": WRITING,
    f"POST {AT}/presence": WRITING,
    "POST /inbox/reading": NEWS,
    "POST /inbox/{notification_id}/opening": NEWS,
}


@pytest.fixture
def written(site):
    """The verb of each page that writes."""
    return {f"{route.method} {route.path}": route.verb for route in routes_of(site) if route.method not in READS}


@pytest.fixture
def operations():
    """The verb of each operation that writes."""
    found = [route for route in routes_of_api() if route.method not in READS]
    return {f"{route.method} {route.path.removeprefix('/api/v1')}": route.verb for route in found}


def test_each_page_that_writes_has_its_operation_or_a_reason(written):
    assert sorted(set(written) - set(MIRRORED) - set(LEFT_OUT)) == []
    assert sorted(set(MIRRORED) & set(LEFT_OUT)) == []
    assert sorted((set(MIRRORED) | set(LEFT_OUT)) - set(written)) == [], "these pages are gone"


def test_each_operation_that_writes_is_what_a_page_does(operations):
    assert sorted(set(MIRRORED.values()) - set(operations)) == [], "these operations are not there"
    assert sorted(set(operations) - set(MIRRORED.values())) == [], "no page does these"


def test_page_and_operation_ask_for_the_same_of_ones_role(written, operations, people):
    colleagues = [people[nick].viewer for nick in ("ben", "ada", "adm")]
    differing = [
        page
        for page, operation in MIRRORED.items()
        if [may(viewer, written[page]) for viewer in colleagues]
        != [may(viewer, operations[operation]) for viewer in colleagues]
    ]
    assert differing == []
