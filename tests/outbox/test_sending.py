"""Letters reach a real mail server at least once, and nobody who lost access."""

import pytest

from app.access.session import as_system
from app.foundation import clock
from app.foundation.clock import now
from app.outbox.letters import Draft, Writing, writes
from app.outbox.models import Letter, LetterState
from app.outbox.sending import send_due
from app.outbox.writing_letters import write_letter
from app.people.models import Account
from tests.mailbox import words_of


@writes("test_greeting")
def greet(writing: Writing) -> Draft | None:
    if writing.about["word"] == "nothing":
        return None
    return Draft(
        f"Hello\r\nBcc: {writing.session.viewer.name}", [writing.about["word"]], ("Open <it>", "https://evenkeel.test/")
    )


@pytest.fixture
def sending(engine, settings, mailbox):
    settings = settings.model_copy(update={"smtp_url": mailbox.url})

    def send():
        with as_system(engine) as session:
            return send_due(session, settings, now())

    return send


@pytest.fixture
def letter_to(session):
    def write(person, word="a calm word", key=None):
        letter = write_letter(session, person.id, "test_greeting", about={"word": word}, key=key)
        session.commit()
        return letter

    return write


def state_of(session, letter):
    session.expire_all()
    found = session.get_one(Letter, letter.id)
    session.commit()
    return found


def test_a_letter_goes_to_its_one_reader_and_no_header_can_be_smuggled_in(people, sending, letter_to, mailbox, session):
    letter = letter_to(people["gus"])
    assert sending() == 1
    [received] = mailbox.letters
    assert mailbox.recipients == [[people["gus"].email]]
    assert received["Subject"] == "Hello Bcc: Gus Meyer" and received["Bcc"] is None
    assert "a calm word" in words_of(received)
    assert b"Open <it>" not in received.get_body(("html",)).get_content().encode()
    assert state_of(session, letter).state is LetterState.sent
    assert sending() == 0


def test_the_same_cause_makes_one_letter(people, letter_to):
    assert letter_to(people["gus"], key="meeting:1") is not None
    assert letter_to(people["gus"], key="meeting:1") is None


def test_nothing_is_sent_to_somebody_who_is_gone(people, sending, letter_to, mailbox, session):
    letter = letter_to(people["sue"])
    account = session.get_one(Account, people["sue"].id)
    account.deactivated_at = now()
    session.add(account)
    session.commit()
    sending()
    assert mailbox.letters == [] and state_of(session, letter).state is LetterState.suppressed


def test_a_letter_with_nothing_left_to_say_is_not_sent(people, sending, letter_to, mailbox, session):
    letter = letter_to(people["gus"], "nothing")
    sending()
    assert mailbox.letters == [] and state_of(session, letter).state is LetterState.suppressed


def test_a_busy_server_is_tried_again_later_and_a_refusal_is_shown(people, sending, letter_to, mailbox, session):
    letter = letter_to(people["gus"])
    mailbox.mode = "busy"
    sending()
    waiting = state_of(session, letter)
    assert waiting.state is LetterState.waiting and waiting.due_at > now() and "451" in waiting.reason
    assert sending() == 0
    clock.set_clock("+2m")
    mailbox.mode = "refused"
    sending()
    assert state_of(session, letter).state is LetterState.failed and "550" in state_of(session, letter).reason


def test_a_worker_that_died_while_sending_is_followed_by_the_same_letter(people, sending, letter_to, mailbox, session):
    letter = letter_to(people["gus"])
    sending()
    claimed = state_of(session, letter)
    claimed.state, claimed.claimed_until = LetterState.sending, now()
    session.add(claimed)
    session.commit()
    clock.set_clock("+1m")
    sending()
    first, second = mailbox.letters
    assert first["Message-ID"] == second["Message-ID"] == f"<{letter.id}@evenkeel.test>"


def test_however_slow_the_mail_server_is_two_workers_never_both_send_a_letter(
    people, engine, settings, letter_to, mailbox, session
):
    """Each takes half a minute, and another worker looks for what is due in between."""
    for number in range(8):
        letter_to(people["gus"], f"letter {number}")
    settings, handed_over = settings.model_copy(update={"smtp_url": mailbox.url}), []

    def slowly(settings, message, address):
        handed_over.append(message["Message-ID"])
        clock.set_clock(f"+{30 * len(handed_over)}s")
        if len(handed_over) == 6:
            with as_system(engine) as other_worker:
                send_due(
                    other_worker, settings, now(), lambda _, message, __: handed_over.append(message["Message-ID"])
                )

    with as_system(engine) as worker:
        send_due(worker, settings, now(), slowly)
    assert len(handed_over) == len(set(handed_over)) == 8


def test_no_mail_server_at_all_leaves_letters_waiting(people, engine, settings, letter_to, session):
    letter = letter_to(people["gus"])
    with as_system(engine) as own:
        assert send_due(own, settings, now()) == 0
    assert state_of(session, letter).state is LetterState.waiting
    away = settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:1"})
    with as_system(engine) as own:
        send_due(own, away, now())
    assert "did not answer" in state_of(session, letter).reason


@writes("test_riddle")
def riddle(writing: Writing) -> Draft | None:
    return Draft(writing.about["forgotten"], [])


def test_a_letter_that_cannot_be_worded_keeps_back_no_other(people, sending, letter_to, mailbox, session):
    broken = write_letter(session, people["gus"].id, "test_riddle", about={})
    behind = letter_to(people["gus"])
    sending()
    assert len(mailbox.letters) == 1 and state_of(session, behind).state is LetterState.sent
    waiting = state_of(session, broken)
    assert waiting.state is LetterState.waiting and waiting.due_at > now() and "put into words" in waiting.reason
