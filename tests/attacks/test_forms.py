"""Fields that a form never had, and references to rows its sender may not know."""

import re

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from app.discussion.models import Topic
from app.people.models import Account, Person
from app.writing.models import Attachment
from tests.attacks.addresses import HERE, NOBODYS
from tests.attacks.state import changed, state_of
from tests.attacks.test_ids import seen


@pytest.fixture
def world(same_world):
    return same_world


AT = f"/escalations/{HERE}"
# form: (address, fields it has, the table its row goes into, the column that names who wrote it)
FORMS = {
    "concern": (f"{AT}/concerns", {"words": "A worry of ours"}, "concern", "raised_by_id"),
    "action": (f"{AT}/actions", {"title": "Something to do"}, "action_item", "created_by_id"),
    "topic": (f"{AT}/discussion", {"title": "A topic", "text": "Words"}, "topic", "started_by_id"),
    "message": (f"{AT}/discussion/{{topic_id}}/messages", {"text": "Words"}, "message", "author_id"),
    "item": (f"{AT}/meetings/{{meeting_id}}/items", {"title": "To talk about"}, "agenda_item", "added_by_id"),
    "note": (
        f"{AT}/meetings/{{meeting_id}}/notes/{{note_id}}",
        {"text": "Words", "version": "1"},
        "note_version",
        "saved_by_id",
    ),
}


def foreign_fields(world):
    other = world.people["s9"]
    return {
        "id": NOBODYS,
        "escalation_id": world.ids["E3"],
        "customer_id": NOBODYS,
        "audience": "internal",
        "visibility": "internal",
        "is_internal": "1",
        "approved": "1",
        "approved_by": other,
        "created_at": "2001-01-01",
        "sent_at": "2001-01-01",
        "raised_at": "2001-01-01",
        "role": "administrator",
        "parent_id": world.sets["internal"]["topic_id"],
        "seen_by": "system",
        "customer_rank": "a",
        "reader_group_id": NOBODYS,
        "removed_at": "2001-01-01",
        **dict.fromkeys(
            ("author_id", "raised_by_id", "created_by_id", "started_by_id", "added_by_id", "saved_by_id"), other
        ),
    }


def rows_of(world, table):
    columns = SQLModel.metadata.tables[table]
    with world.engine.connect() as connection:
        return {repr(row): row._mapping for row in connection.execute(select(columns))}


@pytest.mark.parametrize("form", FORMS)
def test_fields_a_form_does_not_have_change_nothing(world, form):
    """D02: with the body, again in the query and as headers; the row is the guest's own, here, shared and of now."""
    address, fields, table, author = FORMS[form]
    before, foreign = rows_of(world, table), foreign_fields(world)
    answer = world.browser("g1").post(
        address.format(**world.sets["own"]),
        data=foreign | fields,
        params=foreign,
        headers={"x-tenant": world.ids["E3"]},
    )
    assert answer.status_code == 303, answer.text
    [stored] = [row for key, row in rows_of(world, table).items() if key not in before]
    assert stored["escalation_id"] == world.ids["E1"] and stored[author] == world.people["g1"]
    assert stored["audience"].value == "shared" and stored.get("id") != NOBODYS
    moments = [value.year for value in stored.values() if hasattr(value, "hour")]
    assert all(year >= 2026 for year in moments)


@pytest.mark.parametrize("form", FORMS)
def test_a_field_given_twice_is_refused(world, form):
    """D02: parsers that take the first and parsers that take the last disagree; this one takes neither."""
    address, fields, table, _ = FORMS[form]
    gus, before = world.browser("g1"), rows_of(world, table)
    twice = "&".join(f"{name}={value}&{name}=other" for name, value in fields.items())
    answer = gus.post(
        address.format(**world.sets["own"]),
        content=twice,
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 422 and rows_of(world, table) == before


@pytest.mark.parametrize("nick", ["g1", "s0"])
def test_nobody_gives_themselves_a_role_an_address_or_a_company(world, nick):
    """D16: the profile form is one's own, and holds nothing that decides what one may."""
    browser = world.browser(nick)
    fields = {"name": f"New {nick}", "time_zone": "UTC", "role": "administrator", "email": "boss@tidewater.example"}
    fields |= {"realm": "staff", "customer_id": NOBODYS, "person_id": world.people["adm"], "side": "staff"}
    with world.engine.connect() as connection:
        before = connection.execute(select(Account).order_by(Account.person_id)).all()
    assert browser.post("/profile", data=fields).status_code == 303
    with world.engine.connect() as connection:
        assert [row[:4] for row in connection.execute(select(Account).order_by(Account.person_id))] == [
            row[:4] for row in before
        ]
        sides = connection.execute(select(col(Person.side)).where(col(Person.id) == world.people[nick])).one()
        assert connection.execute(select(func.count()).where(col(Person.name) == f"New {nick}")).scalar_one() == 1
    assert sides[0] == ("guest" if nick.startswith("g") else "staff")


def test_a_colleague_makes_nobody_a_manager(world):
    """D16: roles, invitations and links of others are for managers."""
    sue = world.browser("s0")
    before = state_of(world.engine)
    for path in ("role", "deactivation", "invitation", "place"):
        assert sue.post(f"/people/{world.people['s0']}/{path}", data={"role": "administrator"}).status_code == 403
    assert sue.post("/people", data={"name": "X", "email": "x@x.example"}).status_code == 403
    assert changed(before, state_of(world.engine)) == set()


def references(world, ids):
    """Forms with a second reference in them, as a guest may send them."""
    own = world.sets["own"]
    yield f"{AT}/actions", {"title": "To do", "owner_id": ids["person"]}
    yield f"{AT}/actions", {"title": "", "source": f"concern:{ids['concern_id']}"}
    yield f"{AT}/discussion/{own['topic_id']}/messages", {"text": "Words", "reply_to": ids["message_id"]}
    yield f"{AT}/discussion/{own['topic_id']}/messages", {"text": "", "kept": ids["file_id"]}
    yield f"{AT}/discussion/{own['topic_id']}/reading", {"message": ids["message_id"]}
    yield f"{AT}/discussion/{own['topic_id']}/unread", {"message": ids["message_id"]}
    yield f"{AT}/concerns/order", {"moved": ids["concern_id"], "before": own["concern_id"]}
    yield f"{AT}/concerns/order", {"moved": own["concern_id"], "before": ids["concern_id"]}


@pytest.mark.parametrize("at", ["internal", "E2", "E3", "E9"])
def test_a_reference_to_what_one_cannot_see_is_answered_like_one_to_nothing(world, at):
    """D04, D05, D07: owners, sources, answers, kept files, places in an order."""
    gus = world.browser("g1")
    strangers = {"internal": "s9", "E2": "g2", "E3": "g3", "E9": "adm"}
    theirs = world.sets[at] | {"person": world.people[strangers[at]]}
    random = dict.fromkeys(theirs, NOBODYS)
    before = state_of(world.engine)
    for (path, fields), (_, nothing) in zip(references(world, theirs), references(world, random), strict=True):
        foreign = gus.post(path, data=fields)
        assert foreign.status_code in (404, 409, 422), (path, fields, foreign.status_code)
        masked, unknown = (
            without_ids(seen(answer, *theirs.values())) for answer in (foreign, gus.post(path, data=nothing))
        )
        assert masked == unknown, (path, fields)
    assert changed(before, state_of(world.engine)) == set()


def test_the_same_references_to_what_one_sees_are_taken(world):
    """The proof that the requests above are refused for what they name."""
    gus, own = world.browser("g1"), world.sets["own"]
    taken = [
        (f"{AT}/actions", {"title": "To do", "owner_id": world.people["g1b"]}),
        (f"{AT}/discussion/{own['topic_id']}/messages", {"text": "Words", "reply_to": own["message_id"]}),
        (f"{AT}/discussion/{own['topic_id']}/reading", {"message": own["message_id"]}),
        (f"{AT}/concerns/order", {"moved": own["concern_id"], "before": world.ids["concern 0"]}),
    ]
    for path, fields in taken:
        assert gus.post(path, data=fields).status_code == 303, (path, fields)


def without_ids(answer):
    """Forms carry a fresh name for each act of posting."""
    return answer[0], re.sub(r'(name="client_id" value=")[^"]*', r"\1", answer[2])


NEW = ["actions/new?from={}", "discussion?before={}", "concerns/new?from={}", "discussion/{topic}?at={}"]
NEW += [
    "discussion/{topic}?before={}",
    "discussion/{topic}?after={}",
    "discussion/{topic}?reply={}",
    "discussion/{topic}?quote={}",
]


@pytest.mark.parametrize("at", ["internal", "E3", "E9"])
def test_a_form_that_is_asked_to_begin_with_a_foreign_row_begins_empty(world, at):
    """D04, D14: quoting, answering, making an action from, paging from."""
    gus = world.browser("g1")
    kinds = {"actions/new?from={}": "concern:", "concerns/new?from={}": "message:"}
    for pattern in NEW:
        names = ["topic_id"] if "discussion?" in pattern else ["message_id", "held"]
        names = {"actions/new?from={}": ["concern_id"], "concerns/new?from={}": ["message_id"]}.get(pattern, names)
        for name in names:
            address = f"{AT}/{pattern.replace('{topic}', world.sets['own']['topic_id'])}"
            foreign = gus.get(address.format(kinds.get(pattern, "") + world.sets[at][name]))
            random = gus.get(address.format(kinds.get(pattern, "") + NOBODYS))
            assert without_ids(seen(foreign, world.sets[at][name])) == without_ids(seen(random)), (pattern, name)
            assert "CNRY-" not in foreign.text or foreign.status_code == 200


def test_a_name_that_is_taken_where_a_guest_cannot_look_is_free_for_them(world):
    """D09: a topic and a file called as something internal is."""
    gus = world.browser("g1")
    with world.looking("s1") as session:
        titles = [session.get_one(Topic, world.sets[at]["topic_id"]).title for at in ("internal", "E3")]
        names = [session.get_one(Attachment, world.sets[at]["file_id"]).name for at in ("internal", "E3")]
    for title, name in zip([*titles, "Nobody's title"], [*names, "nobodys.txt"], strict=True):
        answer = gus.post(f"{AT}/discussion", data={"title": title, "text": "w"}, files={"files": (name, b"bytes")})
        assert answer.status_code == 303
