"""An act that is sent twice is done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlmodel import func, select

from app.access.participation import Participation, Restriction
from app.access.session import as_system
from app.api import doors
from app.api.forgetting import KEPT_FOR, forget_answers, forget_words
from app.api.models import KeptAnswer
from app.concerns.models import Concern
from app.discussion.deleting import end_deletions
from app.discussion.models import Message
from app.discussion.releasing import release_due
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.people.models import Customer
from app.sign_in.personal_tokens.models import PersonalToken
from tests.api.furnished import furnish

HERE = "/escalations/ACME-7K4"
CONCERNS = "/escalations/ACME-7K4/concerns"
WORDS = {"words": "Invoices go out twice"}


def count(engine, table):
    with as_system(engine) as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_an_act_with_the_same_key_is_done_once_and_answered_the_same(program, engine):
    ben, key = program("ben"), {"idempotency-key": "import-1"}
    first, second = ben.post(CONCERNS, json=WORDS, headers=key), ben.post(CONCERNS, json=WORDS, headers=key)
    assert first.status_code == second.status_code == 201 and first.content == second.content
    assert first.headers["location"] == second.headers["location"]
    assert count(engine, Concern) == 1


def test_without_a_key_it_is_done_twice(program, engine):
    for _ in range(2):
        program("ben").post(CONCERNS, json=WORDS)
    assert count(engine, Concern) == 2 and count(engine, KeptAnswer) == 0


def test_a_key_names_one_act_of_one_token(program, engine):
    ben, key = program("ben"), {"idempotency-key": "import-1"}
    ben.post(CONCERNS, json=WORDS, headers=key)
    for other in (
        ben.post(CONCERNS, json={"words": "Something else"}, headers=key),
        ben.post("/escalations/GLOB-5Q2/concerns", json=WORDS, headers=key),
        ben.post("/escalations/ACME-7K4/closure", headers=key),
    ):
        assert other.status_code == 422 and other.json()["type"].endswith(":key-reused")
    assert count(engine, Concern) == 1
    assert program("ada").post(CONCERNS, json=WORDS, headers=key).status_code == 201
    assert count(engine, Concern) == 2


def test_a_refused_act_is_not_remembered(program, engine):
    ben, key = program("ben"), {"idempotency-key": "import-1"}
    assert ben.post(CONCERNS, json={"words": ""}, headers=key).status_code == 422
    assert ben.post(CONCERNS, json=WORDS, headers=key).status_code == 201
    assert count(engine, Concern) == 1


def test_whoever_no_longer_sees_the_escalation_is_not_answered_again(program, engine, people, outage):
    eli, key = program("eli"), {"idempotency-key": "import-1"}
    assert eli.post(CONCERNS, json=WORDS, headers=key).status_code == 201
    with as_system(engine) as session:
        assert session.get(Participation, (outage.id, people["eli"].id)) is None
    assert program("ada").post("/escalations/ACME-7K4/restriction").status_code == 200
    assert eli.post(CONCERNS, json=WORDS, headers=key).status_code == 404


def test_sent_many_times_at_once_it_is_done_once(program, engine):
    ben, key = program("ben"), {"idempotency-key": "import-1"}
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: ben.post(CONCERNS, json=WORDS, headers=key), range(6)))
    statuses = {answer.status_code for answer in answers}
    assert 201 in statuses and statuses <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert count(engine, Concern) == 1 and doors._under_way == set()


def test_an_act_that_is_under_way_is_said_to_be(program, engine, monkeypatch):
    """As a second process would find it: the first has begun, and is not answered yet."""
    ben, key = program("ben"), {"idempotency-key": "import-1"}
    token_id = _token_of(engine)
    monkeypatch.setattr(doors, "_under_way", {(token_id, "import-1")})
    answer = ben.post(CONCERNS, json=WORDS, headers=key)
    assert answer.status_code == 409 and answer.headers["retry-after"] == "1"
    assert count(engine, Concern) == 0


def test_where_another_process_was_quicker_nothing_is_done(program, engine, monkeypatch):
    ben, key = program("ben"), {"idempotency-key": "import-1"}
    ben.post(CONCERNS, json=WORDS, headers=key)
    monkeypatch.setattr(doors, "kept_answer", lambda act: None)  # it looked before the other one had committed
    answer = ben.post(CONCERNS, json=WORDS, headers=key)
    assert answer.status_code == 409 and answer.json()["type"].endswith(":under-way")
    assert count(engine, Concern) == 1


def test_a_key_is_one_that_can_be_kept(program):
    for key in ("", "x" * 201, "tab\tin it"):
        assert program("ben").post(CONCERNS, json=WORDS, headers={"idempotency-key": key}).status_code == 400


def test_answers_are_forgotten_after_a_day(program, engine):
    program("ben").post(CONCERNS, json=WORDS, headers={"idempotency-key": "import-1"})
    for later, left in ((KEPT_FOR - timedelta(minutes=1), 1), (KEPT_FOR + timedelta(minutes=1), 0)):
        with as_system(engine) as session:
            forget_answers(session, now() + later)
            session.commit()
        assert count(engine, KeptAnswer) == left


def _token_of(engine):
    with as_system(engine) as session:
        return session.exec(select(PersonalToken.id)).one()


def test_words_that_were_deleted_are_not_answered_again(program, engine):
    ben = program("ben")
    topic = ben.post(f"{HERE}/topics", json={"title": "What happened", "text": "First", "audience": "internal"}).json()
    again = {"headers": {"idempotency-key": "once"}, "json": {"text": "Soon gone", "audience": "internal"}}
    at = f"{HERE}/topics/{topic['topic_id']}/messages"
    sent = ben.post(at, **again)
    assert sent.status_code == 201 and ben.post(at, **again).json() == sent.json()
    assert ben.delete(sent.headers["location"].removeprefix("/api/v1")).status_code == 204
    answer = ben.post(at, **again)
    assert answer.status_code == 404 and "Soon gone" not in answer.text


def test_an_escalation_that_was_opened_is_answered_again_only_to_who_sees_it(program, engine, people, session):
    body = {
        "customer_id": session.exec(select(Customer.id).where(Customer.mark == "ACME")).one(),
        "title": "Ours alone",
    }
    session.rollback()
    again = {"headers": {"idempotency-key": "opened"}, "json": {**body, "severity": "high"}}
    opened = program("eli").post("/escalations", **again)
    assert opened.status_code == 201
    row = session.exec(select(Escalation).where(Escalation.key == opened.json()["key"])).one()
    session.add(Restriction(escalation_id=row.id))
    session.get_one(Participation, (row.id, people["eli"].id)).ended_at = now()
    session.commit()
    answer = program("eli").post("/escalations", **again)
    assert answer.status_code == 404 and "Ours alone" not in answer.text


def test_words_for_the_customer_that_are_gone_are_not_answered_again(program, engine):
    """They were answered while they could still be taken back: taken back, or deleted once they had left."""
    ben = program("ben")
    for number, is_sent in enumerate((False, True)):
        words = {"title": "To you", "text": "Soon gone", "audience": "shared"}
        again = {"headers": {"idempotency-key": f"once-{number}"}, "json": words}
        sent = ben.post(f"{HERE}/topics", **again).json()
        assert ben.post(f"{HERE}/topics", **again).json() == sent
        at = f"{HERE}/topics/{sent['topic_id']}"
        if is_sent:
            with as_system(engine) as session:
                release_due(session, now() + timedelta(minutes=1))
                session.commit()
            assert ben.post(f"{HERE}/topics", **again).json() == sent
        gone = f"{at}/messages/{sent['id']}" if is_sent else f"{at}/held/{sent['id']}"
        assert ben.delete(gone).status_code == 204
        answer = ben.post(f"{HERE}/topics", **again)
        assert answer.status_code == 404 and "Soon gone" not in answer.text, is_sent


def test_of_a_recording_that_was_deleted_nothing_is_told_again(program, session, outage):
    ben = program("ben")
    ids = furnish(ben, session, outage.id)
    at, key = f"{HERE}/recordings/{ids['recording_id']}", {"idempotency-key": "once"}
    told = ben.post(f"{at}/sharing", headers=key)
    assert "Mark" in told.text and ben.post(f"{at}/sharing", headers=key).content == told.content
    assert ben.delete(at).status_code == 204
    answer = ben.post(f"{at}/sharing", headers=key)
    assert answer.status_code == 404 and "Mark" not in answer.text


def test_words_that_were_brought_back_and_deleted_again_are_told_by_no_answer_and_kept_in_none(program, engine):
    ben, key = program("ben"), {"idempotency-key": "back-1"}
    sent = ben.post(f"{HERE}/topics", json={"title": "Ours", "text": "CANARY words"}, headers={"idempotency-key": "t"})
    one = f"{HERE}/topics/{sent.json()['topic_id']}/messages/{sent.json()['id']}"
    assert ben.delete(one).status_code == 204
    back = ben.post(f"{one}/restoration", headers=key)
    assert "CANARY" in back.text and ben.post(f"{one}/restoration", headers=key).content == back.content
    assert ben.delete(one).status_code == 204
    for again in (
        ben.post(f"{one}/restoration", headers=key),
        ben.post(f"{HERE}/topics", json={"title": "Ours", "text": "CANARY words"}, headers={"idempotency-key": "t"}),
    ):
        assert again.status_code == 404 and "CANARY" not in again.text
    with as_system(engine) as session:
        forget_words(session)
        assert len([one for one in session.exec(select(KeptAnswer.body)) if "CANARY" in one]) == 2, "it may come back"
        end_deletions(session)
        forget_words(session)
        session.commit()
        assert session.exec(select(KeptAnswer.body)).all() == ["", ""]
    assert ben.post(f"{one}/restoration", headers=key).status_code == 404
    assert count(engine, Message) == 1
