"""The .ics of one meeting: what a calendar needs and nobody's address."""

from app.foundation.clock import now
from app.meetings.models import Meeting


def invitation_file(meeting: Meeting, url: str, titles: list[str], *, for_guest: bool) -> bytes:
    """The UID never changes and the sequence grows, so that a newer file replaces the older one. In UTC: each calendar
    shows it on its own clock."""
    from icalendar import Calendar, Event  # noqa: PLC0415  large, and few starts of a server ever need it

    calendar = Calendar()
    calendar.add("prodid", "-//Evenkeel//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if meeting.is_cancelled else "PUBLISH")
    event = Event()
    event.add("uid", f"{meeting.id}@evenkeel")
    event.add("sequence", meeting.shared_sequence if for_guest else meeting.sequence)
    event.add("dtstamp", now())
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", meeting.title)
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    event.add("description", "\n".join([*(f"{number}. {title}" for number, title in enumerate(titles, 1)), "", url]))
    event.add("url", url)
    if where := ", ".join(filter(None, [meeting.place, meeting.link])):
        event.add("location", where)
    calendar.add_component(event)
    return calendar.to_ical()
