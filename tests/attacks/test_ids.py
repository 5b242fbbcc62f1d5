"""Rows reached through addresses that do not hold them: the case of nearly every access bug of others."""

from app.operating.surface import routes_of
from tests.attacks.addresses import ANYTHING, HERE, NOBODYS, SAFE, attempts, child_params, fill, with_children
from tests.attacks.state import changed, state_of

OTHERS_RECORDING = {"recording_id", "line_id", "consent_id"}


def seen(answer, *ids):
    """Everything but what has to differ: the request's number and the id that was asked for."""
    text, headers = answer.text, dict(answer.headers)
    for name in ("x-request-id", "content-length", "etag"):
        text = text.replace(headers.pop(name, "no such header"), "")
    for id_ in ids:
        text = text.replace(id_, NOBODYS)
        headers = {name: value.replace(id_, NOBODYS) for name, value in headers.items()}
    return answer.status_code, headers, text


def told_apart(world, browser, routes, sets):
    """Requests with ids that exist and are not theirs that were answered otherwise than ids nobody has."""
    found, answers = [], {}
    for route in routes:
        for attempt in attempts(world, route, sets):
            # An empty form as well, in case a form is looked at before the row: for one set, as it costs as much again.
            for body in _bodies(route, attempt.where.endswith(sets[0])):
                foreign = browser.request(attempt.method, attempt.foreign, data=body)
                asked = (attempt.method, attempt.random, body is None)
                if asked not in answers:
                    answers[asked] = seen(browser.request(attempt.method, attempt.random, data=body))
                if seen(foreign, *attempt.ids) != answers[asked] or foreign.status_code not in (404, 303):
                    found.append(f"{foreign.status_code} {attempt.where}")
    return found


def _bodies(route, empty_too):
    if route.method in SAFE:
        return [None]
    return [None, ANYTHING] if empty_too else [ANYTHING]


def test_a_child_of_another_escalation_or_of_ours_is_not_reached_through_a_guests_own(world):
    """D01 as a guest: every shared address, each of its ids swapped for one that is not theirs. D10: told apart by
    nothing, whatever the method."""
    shared = [route for route in with_children(world) if route.door == "shared"]
    gus = world.browser("g1")
    before = state_of(world.engine)
    assert told_apart(world, gus, shared, ["internal", "E3", "E2", "E9"]) == []
    for_others = [route for route in shared if set(child_params(route)) & OTHERS_RECORDING]
    assert for_others and told_apart(world, gus, for_others, ["others"]) == []
    assert changed(before, state_of(world.engine)) == set()
    assert len(shared) > 20


def test_our_addresses_do_not_exist_for_a_guest_whatever_id_they_hold(world):
    """D01, D16: staff addresses with ids a guest may see and ids they may not."""
    staff = [route for route in with_children(world) if route.door in ("staff", "managers")]
    gus = world.browser("g1")
    before = state_of(world.engine)
    for route in staff:
        answers = {
            seen(gus.request(route.method, fill(route.path, world.sets[at] | {"held": "x"})), *world.sets[at].values())[
                ::2
            ]
            for at in ("own", "internal")
        }
        assert [status for status, _ in answers] == [404], route
    assert changed(before, state_of(world.engine)) == set()


def test_a_colleague_does_not_reach_a_restricted_child_through_an_escalation_they_see(world):
    """D01 as a colleague: children of the restricted escalation under the address of an open one, and children of a
    third escalation they may well see, but not here."""
    sue = world.browser("s0")
    before = state_of(world.engine)
    assert told_apart(world, sue, with_children(world), ["E3", "E9"]) == []
    assert changed(before, state_of(world.engine)) == set()


def test_everybodys_own_rows_outside_of_escalations_are_not_found_by_others(world):
    """D11: ids of uploads, people, letters, customers and news, as a guest and as nobody."""
    rows = {
        "upload_id": world.sets["own"]["upload_id"],
        "person_id": world.people["s9"],
        "customer_id": NOBODYS,
        "letter_id": NOBODYS,
        "notification_id": NOBODYS,
        "token_id": NOBODYS,
    }
    told = []
    for nick, expected in (("g1", {404}), ("", {303, 401})):
        browser = world.browser(nick) if nick else world.nobody()
        for route in routes_of(world.site):
            if "{key}" in route.path or not child_params(route) or route.door == "public":
                continue
            answer = browser.request(route.method, fill(route.path, rows))
            if answer.status_code not in expected:
                told.append(f"{nick} {route.method} {route.path}: {answer.status_code}")
    assert told == []


def test_an_upload_belongs_to_its_sender_alone(world):
    """D60: a colleague who knows the id of somebody's upload reads nothing of it and ends nothing."""
    path, tus = f"/uploads/{world.sets['own']['upload_id']}", {"tus-resumable": "1.0.0"}
    headers = tus | {"upload-offset": "0", "content-type": "application/offset+octet-stream"}
    browsers = [world.browser(nick) for nick in ("s9", "s0", "g1", "adm")]
    before = state_of(world.engine)
    for browser in browsers:
        for method in ("GET", "HEAD", "PATCH", "DELETE"):
            assert browser.request(method, path, headers=headers).status_code == 404, method
        assert browser.post(f"{path}/removal").status_code == 404
    assert changed(before, state_of(world.engine)) == set()


CHANGES_NOT_THEIRS = {
    "/concerns/{concern_id}/words": {"words": "Mine now", "details": ""},
    "/actions/{action_id}/acceptance": {},
    "/actions/{action_id}/agreement": {},
    "/actions/{action_id}/refusal": {"words": "No"},
    "/actions/{action_id}/completion": {},
    "/actions/{action_id}/reopening": {},
    "/actions/{action_id}/proposal": {"proposed_on": "2026-03-19", "words": "Later please"},
    "/discussion/{topic_id}/messages/{message_id}": {"text": "Mine now"},
    "/discussion/{topic_id}/messages/{message_id}/removal": {},
    "/meetings/{meeting_id}/items/{item_id}": {"title": "Mine now"},
    "/meetings/{meeting_id}/items/{item_id}/removal": {},
}


def test_what_a_guest_may_read_is_not_theirs_to_change(world):
    """D03: the rows are shared and a colleague's."""
    gus = world.browser("g1")
    before = state_of(world.engine)
    for path, body in CHANGES_NOT_THEIRS.items():
        answer = gus.post(fill(f"/escalations/{{key}}{path}", world.sets["own"]), data=body)
        assert answer.status_code in (403, 404, 409, 422), path
        assert changed(before, state_of(world.engine)) == set(), path


def test_odd_spellings_tell_a_foreign_escalation_from_none_by_nothing(world):
    """D10: methods nobody serves, endings and overrides."""
    gus, override = world.browser("g1"), {"x-http-method-override": "DELETE"}
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"):
        for ending in ("", "/", "//", "%2f", ";x", "/.", "?_method=DELETE"):
            foreign = gus.request(method, f"/escalations/GLOB-5Q2{ending}", headers=override)
            random = gus.request(method, f"/escalations/GLOB-ZZZ{ending}", headers=override)
            assert seen(foreign, "GLOB-5Q2") == seen(random, "GLOB-ZZZ"), (method, ending)
            assert foreign.status_code == 404, (method, ending)


def test_a_key_in_other_letters_is_another_key(world):
    """D10: case is not folded, so no second spelling has to be guarded."""
    assert world.browser("g1").get(f"/escalations/{HERE.lower()}").status_code == 404
    assert world.browser("g1").get(f"/escalations/{HERE}").status_code == 200
