"""The letter that invites to a meeting: when, where, what is on the agenda, and a file for the calendar."""

from app.escalations.models import Escalation
from app.meetings.invitation_file import invitation_file
from app.meetings.models import Meeting
from app.meetings.moments import in_zone
from app.meetings.naming import meeting_url
from app.meetings.reading import read_meeting
from app.outbox.letters import Draft, Enclosure, Writing, writes

MOST_TITLES = 20


@writes("meeting_invitation")
def write_meeting_invitation(writing: Writing) -> Draft | None:
    """As the meeting stands now, in the reader's time, with the items this reader may see."""
    session = writing.session
    meeting = session.get(Meeting, writing.about["meeting_id"])
    escalation = session.get(Escalation, writing.about["escalation_id"])
    if meeting is None or escalation is None or str(meeting.sequence) != writing.about["sequence"]:
        return None  # it has changed since, and another letter says how
    titles = [line.title for line in read_meeting(session, meeting).lines][:MOST_TITLES]
    address = writing.settings.site + meeting_url(escalation.key, meeting.id)
    where = ", ".join(filter(None, [meeting.place, meeting.link])) or "no place is set yet"
    file = invitation_file(meeting, address, titles, for_guest=session.viewer.is_guest)
    what = "is cancelled" if meeting.is_cancelled else in_zone(meeting, session.viewer.zone)
    return Draft(
        subject=f"[{escalation.key}] {meeting.title}: {what}",
        paragraphs=[
            f"{meeting.title} {'is cancelled.' if meeting.is_cancelled else 'is on ' + what + ', ' + where + '.'}",
            f"It is about “{escalation.title}” ({escalation.key}).",
        ],
        quote="\n".join(f"{number}. {title}" for number, title in enumerate(titles, 1)),
        button=("Open the agenda", address),
        why="You are invited to this meeting.",
        enclosures=[Enclosure("meeting.ics", "text/calendar", file)],
    )
