"""Taking letters out of the outbox and to the mail server: at least once, never to somebody who lost access.

1. A letter that is due is claimed by a conditional update, for longer than a send may take; the claim is committed. The next
   one is claimed when this one is settled: a mail server that answers slowly lets no claim run out that somebody still needs.
2. Each is worded in a session of its recipient's own. Nobody left to read it, or nothing to say: suppressed.
3. It is handed to the mail server under a Message-ID that is always the same for this letter.
4. Only then is it marked as sent. A worker killed between 3 and 4 sends the same letter again after its claim ran out.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import ColumnElement, Engine, or_, update
from sqlmodel import col, select

from app.access.recognising import viewer_for
from app.access.session import ViewerSession, as_system
from app.foundation.clock import now
from app.foundation.database import for_reading
from app.foundation.mail import MailRefused, Unreachable, compose, deliver
from app.foundation.settings import Settings
from app.outbox.letters import Draft, Writing, word
from app.outbox.models import Letter, LetterState
from app.outbox.writing_letters import is_made_up
from app.people.models import Account

log = logging.getLogger("evenkeel.outbox")
AT_ONCE = 20
CLAIM = timedelta(minutes=2)
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]
UNWORDED = "It could not be put into words. It is tried again; the server's log says what is wrong."
Deliver = Callable[[Settings, EmailMessage, str], None]


def send_due(session: ViewerSession, settings: Settings, moment: datetime, deliver: Deliver = deliver) -> int:
    """Without a mail server letters wait, and pages offer their links to copy."""
    if not settings.smtp_url:
        return 0
    engine = session.get_bind()
    if not isinstance(engine, Engine):
        raise TypeError("letters are sent from a session on an engine")
    due, sent = _due(session, moment), 0
    session.commit()
    for letter_id in due:
        if not _claim(session, letter_id, max(moment, now())):
            continue
        sent += 1
        try:
            _send(engine, settings, letter_id, deliver)
        except Exception:  # one that cannot be worded must not keep back those that are due with it
            log.exception("letter %s could not be sent", letter_id)
            _try_later(engine, letter_id, UNWORDED)
    return sent


def _due(session: ViewerSession, moment: datetime) -> list[str]:
    query = select(Letter.id).where(_free(moment), col(Letter.due_at) <= moment)
    return list(session.exec(query.order_by(col(Letter.due_at)).limit(AT_ONCE)))


def _claim(session: ViewerSession, letter_id: str, moment: datetime) -> bool:
    """Whoever else found it due and was quicker has changed its state, or put it off."""
    won = session.execute(
        update(Letter)
        .where(col(Letter.id) == letter_id, _free(moment), col(Letter.due_at) <= moment)
        .values(state=LetterState.sending, claimed_until=moment + CLAIM, tries=Letter.tries + 1)
        .execution_options(synchronize_session=False)
    )
    session.commit()
    return bool(won.rowcount == 1)  # type: ignore[attr-defined]


def _free(moment: datetime) -> ColumnElement[bool]:
    return or_(
        col(Letter.state) == LetterState.waiting,
        (col(Letter.state) == LetterState.sending) & (col(Letter.claimed_until) < moment),
    )


def _send(engine: Engine, settings: Settings, letter_id: str, deliver: Deliver) -> None:
    draft, address = _word(engine, settings, letter_id)
    if draft is None:
        _settle(engine, letter_id, LetterState.suppressed, "There was nobody left to tell, or nothing left to say.")
        return
    message = compose(
        sender=settings.mail_from,
        recipient=address,
        subject=draft.one_line_subject,
        text=draft.as_text(),
        html=draft.as_html(),
        message_id=f"<{letter_id}@{settings.site.split('//')[1].split(':')[0]}>",
        enclosures=[(one.name, one.kind, one.content) for one in draft.enclosures],
    )
    try:
        deliver(settings, message, address)
    except MailRefused as refusal:
        _settle(engine, letter_id, LetterState.failed, refusal.sentence)
    except Unreachable as trouble:
        _try_later(engine, letter_id, trouble.sentence)
    else:
        _settle(engine, letter_id, LetterState.sent, "")


def _word(engine: Engine, settings: Settings, letter_id: str) -> tuple[Draft | None, str]:
    with as_system(for_reading(engine)) as session:
        letter = session.get_one(Letter, letter_id)
        viewer = viewer_for(session, letter.recipient_id)
        account = session.get(Account, letter.recipient_id)
        made_up = is_made_up(session, letter.recipient_id)
    if viewer is None or account is None or made_up:
        return None, ""
    with ViewerSession(for_reading(engine), viewer) as own:
        return word(Writing(own, letter, settings)), account.email


def _settle(engine: Engine, letter_id: str, state: LetterState, reason: str) -> None:
    with as_system(engine) as session:
        letter = session.get_one(Letter, letter_id)
        letter.state, letter.reason, letter.claimed_until = state, reason[:300], None
        letter.sent_at = now() if state is LetterState.sent else None
        session.add(letter)
        session.commit()


def _try_later(engine: Engine, letter_id: str, reason: str) -> None:
    with as_system(engine) as session:
        letter = session.get_one(Letter, letter_id)
        pause = PAUSES[min(letter.tries, len(PAUSES)) - 1]
        letter.state, letter.reason, letter.claimed_until = LetterState.waiting, reason[:300], None
        letter.due_at = now() + pause
        session.add(letter)
        session.commit()
    log.warning("letter %s waits %s: %s", letter_id, pause, reason)


def send_again(session: ViewerSession, letter: Letter) -> None:
    """A person asks for one more try, now."""
    letter.state, letter.due_at, letter.reason, letter.tries = LetterState.waiting, now(), "", 0
    session.add(letter)
