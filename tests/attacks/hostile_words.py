"""Every text field of the product, filled through its own form with words that were written to run."""

from collections.abc import Iterator

from sqlmodel import select

from app.recordings.models import TranscriptLine
from tests.attacks.addresses import HERE
from tests.attacks.conftest import World
from tests.writing.harm import SCRIPTS

AT = f"/escalations/{HERE}"
TEMPLATING = [
    "{{ 7*7 }}",
    "{% include '/etc/passwd' %}",
    "${7*7}",
    "<%= 7*7 %>",
    "#{7*7}",
    "{actor} {subject} {0.__class__}",
]
BREAKING = [
    "'-alert(1)-'",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
]
BREAKING += [
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "--><script>alert(1)</script>",
]
BREAKING += [
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover='alert(1)",
    "`onclick=alert(1)`",
    "javascript:alert(1)//",
]
CORPUS = [*SCRIPTS, *TEMPLATING, *BREAKING]


def packed(longest: int) -> list[str]:
    """The whole corpus in as few texts as fit the field; what a single line cannot hold is on one line."""
    texts, text = [], ""
    for words in CORPUS:
        words = " ".join(words.split())
        if len(text) + len(words) + 3 > longest:
            texts.append(text)
            text = ""
        text = f"{text} | {words}" if text else words[:longest]
    return [*texts, text]


def fill_everything(world: World) -> dict[str, int]:
    """How many texts each form took; every form takes the whole corpus, those with a single place a part of it."""
    taken: dict[str, int] = {}
    for nick in ("g1", "s1"):
        browser = world.browser(nick)
        for path, fields in _posts(world, nick):
            if "files" in fields:
                name, fields = fields["files"], {"text": fields["text"]}
                answer = browser.post(path, data=fields, files={"files": (name, b"x")})
            else:
                answer = browser.post(path, data=fields)
            key = f"{nick} {path.removeprefix(AT).split('?')[0]}"
            taken[key] = taken.get(key, 0) + (answer.status_code == 303)
    return taken


def _posts(world: World, nick: str) -> Iterator[tuple[str, dict[str, str]]]:
    own = world.sets["own"]
    everything = "\n\n".join(CORPUS)
    shared = {"audience": "shared", "confirmed": "yes"}
    for words in packed(290):
        yield f"{AT}/concerns", {"words": words, "details": everything[:1900], **shared}
        yield f"{AT}/meetings/{own['meeting_id']}/items", {"title": words, **shared}
    for words in packed(190):
        yield f"{AT}/actions", {"title": words, "details": everything[:1900], **shared}
        yield f"{AT}/discussion", {"title": words, "text": everything, **shared, "in_spite": "true"}
    for words in packed(110)[::6]:
        yield "/profile", {"name": words, "title": words, "time_zone": "UTC"}
    for words in packed(140):
        yield f"{AT}/discussion/{own['topic_id']}/messages", {"text": "A file", "files": f"{words}.txt"}
    yield f"{AT}/meetings/{own['meeting_id']}/notes/{own['note_id']}", {"text": everything, "version": "1"}
    if nick == "s1":
        yield from _ours(world, everything)


def _ours(world: World, everything: str) -> Iterator[tuple[str, dict[str, str]]]:
    own = world.sets["own"]
    with world.looking("s1") as session:
        line = session.exec(select(TranscriptLine.id).where(TranscriptLine.recording_id == own["recording_id"])).one()
    for words in packed(190)[::4]:
        yield f"{AT}/title", {"title": words}
        yield f"{AT}/meetings", {"title": words, "place": words, "starts_at": "2026-04-09T10:00", "minutes": "30"}
        yield f"{AT}/meetings/{own['meeting_id']}/decisions", {"text": words, "audience": "shared"}
        yield f"{AT}/recordings/{own['recording_id']}/lines/{line}", {"text": words}
    for words in packed(110)[::4]:
        yield f"{AT}/concerns/{own['concern_id']}/trackers", {"url": "https://tracker.example/1", "label": words}
        yield "/teams", {"name": words}
        yield "/customers", {"name": words, "mark": "EVIL"}
    yield f"{AT}/concerns/{own['concern_id']}/answer", {"word": "looking_into_it", "answer": everything[:1900]}
    yield f"{AT}/concerns/{own['concern_id']}/inside", {"state": "waiting", "remarks": everything[:1900]}
    yield f"{AT}/answer", {"customer_state": "looking_into_it", "doing_now": everything[:1900]}
    yield f"{AT}/remarks", {"remarks": everything[:9000]}
    yield f"{AT}/guests", {"invitees": "<script>alert(1)</script><img src=x onerror=alert(1)> x@acme.example"}


def pages_of(world: World) -> list[str]:
    own = world.sets["own"]
    rooms = ["", "/concerns", "/actions", "/discussion", "/meetings", "/recordings", "/people", "/timeline", "/vitals"]
    rooms += [
        f"/concerns/{own['concern_id']}",
        f"/actions/{own['action_id']}",
        f"/discussion/{own['topic_id']}",
        f"/discussion/{own['topic_id']}?quote={own['message_id']}",
        f"/meetings/{own['meeting_id']}",
        f"/meetings/{own['meeting_id']}/print",
        f"/meetings/{own['meeting_id']}/edit",
        f"/meetings/{own['meeting_id']}/sharing",
        f"/meetings/{own['meeting_id']}/notes/{own['note_id']}/history",
        f"/recordings/{own['recording_id']}",
        f"/recordings/{own['recording_id']}/transcript?q=script",
        "/actions/new",
        "/closure",
        "/concerns?order=ours",
    ]
    house = [
        "/",
        "/inbox",
        "/meetings",
        "/profile",
        "/people",
        "/customers",
        "/escalations",
        "/escalations/new",
        "/outbox",
    ]
    house += ["/search?q=alert", "/search?q=<script>alert(1)</script>", '/search?q="><img src=x onerror=alert(1)>']
    house += ["/sign-in?next=javascript:alert(1)", '/nowhere/"><script>alert(1)</script>']
    return [*house, *(AT + room for room in rooms)]
