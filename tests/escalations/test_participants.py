"""Who takes part, inviting the customer's people, and ending their access."""

import re
from urllib.parse import urlsplit

import pytest
from sqlmodel import select

from app.access.participation import Audience, Part, Participation, Reader
from app.escalations.models import Mute
from app.escalations.participants.inviting import read_invitees
from app.escalations.participants.joining import add_colleague
from app.foundation.refusals import Refused
from app.outbox.models import Letter
from app.people.models import Account, Person

NIA = {"invitees": "Nia Frost, nia@acme.example"}


def link_on(page: str) -> str:
    return urlsplit(re.findall(r"<code>([^<]+)</code>", page)[0]).path


def test_several_are_invited_at_once_and_listed_for_both_sides(as_, outage):
    typed = {"invitees": "Nia Frost, nia@acme.example\nOtto Lind <otto@acme.example>\n"}
    assert as_("ben").post(outage.url + "/guests", data=typed).status_code == 303
    for reader in ("ben", "gus"):
        page = as_(reader).get(outage.url + "/people").text
        assert "Nia Frost" in page and "Otto Lind" in page


def test_a_mistake_in_one_line_invites_nobody_and_keeps_every_line(as_, ask, outage):
    answer = as_("ben").post(
        outage.url + "/guests", data={"invitees": "Nia Frost, nia@acme.example\nOtto Lind\nMo mo@acme"}
    )
    assert answer.status_code == 422 and "Line 2, “Otto Lind”: an e-mail address is missing" in answer.text
    assert "Line 3, “Mo mo@acme”: mo@acme is no whole address" in answer.text and "Line 1" not in answer.text
    assert "Nia Frost, nia@acme.example" in answer.text
    assert ask(select(Account.email).where(Account.email == "nia@acme.example")) == []


@pytest.mark.parametrize("line", ["Nia", "Nia nia@", "", "Nia nia@acme.example\n" * 25 + "x"])
def test_a_line_without_an_address_is_refused(line):
    with pytest.raises(Refused):
        read_invitees(line)


def test_without_mail_our_people_copy_the_link_and_guests_never_see_it(as_, outage):
    as_("ben").post(outage.url + "/guests", data=NIA)
    ours, theirs = as_("ben").get(outage.url + "/people").text, as_("gus").get(outage.url + "/people").text
    assert "Mail is not set up" in ours and "/link/" in ours
    assert "/link/" not in theirs and "Mail is not set up" not in theirs


def test_guests_read_names_and_no_addresses_of_others(as_, people, outage):
    page = as_("gus").get(outage.url + "/people").text
    assert "Gil Reyes" in page and people["gil"].email not in page
    assert "End access" not in page and "Invite" not in page


def test_guests_read_who_answers_for_it_and_no_other_part_of_ours(as_, session, people, outage):
    session.viewer = people["ben"].viewer
    add_colleague(session, outage, people["eli"].id, Part.sponsor)
    session.get_one(Participation, (outage.id, people["eli"].id)).audience = Audience.shared
    session.commit()
    theirs, ours = (as_(nick).get(outage.url + "/people").text.lower() for nick in ("gus", "ben"))
    assert "eli stone" in theirs and "sponsor" in ours and "sponsor" not in theirs and "owner" in theirs


def test_a_link_is_looked_at_twice_and_used_once_with_the_right_mailbox(as_, outage):
    as_("ben").post(outage.url + "/guests", data=NIA)
    link = link_on(as_("ben").get(outage.url + "/people").text)
    scanner, browser = as_(""), as_("")
    for _ in range(2):
        page = scanner.get(link)
        assert page.status_code == 200
        assert outage.title not in page.text and "Acme" not in page.text and "Nia" not in page.text
    answer = browser.post(link, data={"mailbox": "Nia@acme.example"})
    assert answer.status_code == 303 and answer.headers["location"] == outage.url
    assert browser.get(outage.url).status_code == 200
    browser.cookies.clear()
    assert browser.post(link, data={"mailbox": "nia@acme.example"}).status_code == 410


def test_five_wrong_mailboxes_end_a_link(as_, outage):
    as_("ben").post(outage.url + "/guests", data=NIA)
    link = link_on(as_("ben").get(outage.url + "/people").text)
    for _ in range(5):
        assert as_("").post(link, data={"mailbox": "gus@acme.example"}).status_code in (410, 422)
    assert as_("").post(link, data={"mailbox": "nia@acme.example"}).status_code == 410


def test_an_invitation_sent_again_ends_the_one_before(as_, ask, outage):
    as_("ben").post(outage.url + "/guests", data=NIA)
    first = link_on(as_("ben").get(outage.url + "/people").text)
    (person_id,) = ask(select(Account.person_id).where(Account.email == "nia@acme.example"))
    assert as_("ben").post(f"{outage.url}/guests/{person_id}/invitation").status_code == 303
    second = link_on(as_("ben").get(outage.url + "/people").text)
    assert first != second
    assert as_("").get(first).status_code == 410 and as_("").get(second).status_code == 200


def test_a_revoked_guest_is_out_at_the_next_request_and_their_links_are_dead(as_, ask, session, people, outage):
    gus = people["gus"].id
    session.add(Reader(group_id="g", person_id=gus, escalation_id=outage.id))
    session.commit()
    as_("ben").post(f"{outage.url}/guests/{gus}/invitation")
    link = link_on(as_("ben").get(outage.url + "/people").text)
    assert as_("gus").get(outage.url).status_code == 200
    assert as_("ben").get(f"{outage.url}/guests/{gus}/removal").status_code == 200
    assert as_("ben").post(f"{outage.url}/guests/{gus}/removal").status_code == 303
    answer = as_("gus").get(outage.url)
    assert answer.status_code in (303, 404) and outage.title not in answer.text
    assert as_("").get(link).status_code == 410
    assert ask(select(Reader)) == []
    assert "Gus Meyer" in as_("gil").get(outage.url + "/timeline").text


def test_a_guest_of_two_escalations_keeps_the_other_one(as_, people, outage, migration):
    typed = {"invitees": f"Gus Meyer, {people['gus'].email}"}
    assert as_("sue").post(migration.url + "/guests", data=typed).status_code == 303
    as_("ben").post(f"{outage.url}/guests/{people['gus'].id}/removal")
    assert as_("gus").get(outage.url).status_code == 404
    assert as_("gus").get(migration.url).status_code == 200


def test_one_mailbox_that_two_customers_invite_is_two_people(as_, ask, people, outage, elsewhere):
    as_("sue").post(elsewhere.url + "/guests", data={"invitees": f"Gus Meyer, {people['gus'].email}"})
    assert len(ask(select(Person.id).where(Person.name == "Gus Meyer"))) == 2
    assert as_("gus").get(elsewhere.url).status_code == 404


def test_nobody_of_another_escalation_is_revoked_through_this_one(as_, people, outage):
    assert as_("ben").post(f"{outage.url}/guests/{people['gwen'].id}/removal").status_code == 404
    assert as_("gus").post(f"{outage.url}/guests/{people['gil'].id}/removal").status_code == 404
    assert as_("ben").post(f"{outage.url}/people/{people['gus'].id}/removal").status_code == 404


def test_a_colleague_who_joins_is_unknown_to_the_customer_until_they_speak(as_, people, outage):
    as_("ben").post(outage.url + "/people", data={"person_id": people["eli"].id, "part": "product"})
    assert "Eli Stone" in as_("ben").get(outage.url + "/people").text
    assert "Eli Stone" not in as_("gus").get(outage.url + "/people").text
    assert as_("ben").post(f"{outage.url}/people/{people['eli'].id}/removal").status_code == 303
    assert as_("ben").post(f"{outage.url}/people/{people['eli'].id}/return").status_code == 303
    assert as_("ben").post(f"{outage.url}/people/{people['eli'].id}/return").status_code == 404
    assert as_("ben").post(f"{outage.url}/people/{people['eli'].id}/removal").status_code == 303
    assert as_("ben").post(f"{outage.url}/people/{people['ben'].id}/removal").status_code == 409


def test_everybody_mutes_their_own_mail(as_, ask, people, outage):
    assert as_("gus").post(outage.url + "/mute").status_code == 303
    assert [mute.person_id for mute in ask(select(Mute))] == [people["gus"].id]
    assert "Send me mail again" in as_("gus").get(outage.url + "/people").text
    assert "Stop mail" in as_("gil").get(outage.url + "/people").text
    assert as_("gus").post(outage.url + "/mute/removal").status_code == 303
    assert ask(select(Mute)) == []
    assert as_("eve").post(outage.url + "/mute").status_code == 404


def test_the_letter_carries_the_same_words_that_were_shown(as_, ask, outage, people):
    preview = as_("ben").get(outage.url + "/people").text
    assert "Ben Okafor invites you to follow" in preview
    as_("ben").post(outage.url + "/guests", data=NIA)
    (letter,) = ask(select(Letter).where(Letter.kind == "invitation"))
    assert letter.details == {"escalation_id": outage.id, "invited_by_id": people["ben"].id}


def test_a_former_place_is_taken_up_again_by_a_new_invitation(as_, ask, people, outage):
    gus = people["gus"]
    as_("ben").post(f"{outage.url}/guests/{gus.id}/removal")
    as_("ben").post(outage.url + "/guests", data={"invitees": f"Gus Meyer, {gus.email}"})
    (place,) = ask(
        select(Participation).where(Participation.escalation_id == outage.id, Participation.person_id == gus.id)
    )
    assert place.is_active
