"""The floor: the plainest FastAPI + Jinja2 + SQLModel program that does the same, without sign-in or permissions.

Its page has 60 rows and 10 queries on SQLite in the same settings as the product's, one sync handler, about 44 kB of HTML.
Beside it stand the plainest thread of 500 rows, post, search, live stream and upload. What ours cost is said as a multiple
of these, so that it can be judged on any machine.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from jinja2 import DictLoader, Environment
from sqlalchemy import event, text
from sqlmodel import Field, Session, SQLModel, create_engine, func, select

ROWS = 60
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ case.title }}</title></head><body>
<h1>{{ case.title }}</h1><p>{{ author.name }} {{ counts }}</p>
{% for message, writer in rows %}<article id="m{{ message.id }}" class="message from-{{ writer.id }}"><header><b>{{ writer.name }}</b>
<time datetime="{{ message.sent_at.isoformat() }}">{{ message.sent_at.strftime("%a %d %b %H:%M") }}</time></header>
<div class="words"><p>{{ message.words }}</p></div><footer><a href="/cases/{{ case.id }}/messages/{{ message.id }}">Link</a>
<a href="/cases/{{ case.id }}/messages/{{ message.id }}/reply">Reply</a></footer></article>{% endfor %}
{% for other in others %}<a href="/cases/{{ other.id }}">{{ other.title }}</a>{% endfor %}</body></html>"""
FOUND = """<!doctype html><html lang="en"><body>{% for row in rows %}<article><a href="/cases/{{ row.case_id }}">{{ row.id }}</a>
<p>{{ row.excerpt }}</p></article>{% endfor %}</body></html>"""


class Writer(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str


class Case(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str
    writer_id: int = Field(foreign_key="writer.id", index=True)


class Words(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    writer_id: int = Field(foreign_key="writer.id")
    sent_at: datetime
    words: str


engine = create_engine(f"sqlite:///{os.environ.get('FLOOR_DB', '/tmp/evenkeel-floor.db')}")  # noqa: S108
environment = Environment(loader=DictLoader({"page.html": PAGE, "found.html": FOUND}), autoescape=True)
template, found_template = environment.get_template("page.html"), environment.get_template("found.html")
readers: set[asyncio.Queue[bytes]] = set()
app = FastAPI()


@event.listens_for(engine, "connect")
def _as_the_product(connection, _):  # type: ignore[no-untyped-def]
    for pragma in ("journal_mode=wal", "synchronous=full", "wal_autocheckpoint=4000", "busy_timeout=5000"):
        connection.execute(f"pragma {pragma}")


def session():  # type: ignore[no-untyped-def]
    with Session(engine) as opened:
        yield opened


@app.get("/cases/{case_id}", response_class=HTMLResponse)
def show(case_id: int, rows: int = ROWS, session: Session = Depends(session)) -> str:
    case = session.get_one(Case, case_id)
    author = session.get_one(Writer, case.writer_id)
    query = select(Words, Writer).join(Writer).where(Words.case_id == case_id).order_by(Words.id.desc()).limit(rows)  # type: ignore[union-attr]
    found = session.exec(query).all()
    counts = [
        session.exec(select(func.count()).where(Words.case_id == case_id, Words.writer_id == n)).one()
        for n in range(1, 7)
    ]
    others = session.exec(select(Case).where(Case.writer_id == case.writer_id).limit(10)).all()
    return template.render(case=case, author=author, rows=found, counts=counts, others=others)


@app.post("/cases/{case_id}")
def create(case_id: int, words: str = Form(), session: Session = Depends(session)) -> RedirectResponse:
    session.add(Words(case_id=case_id, writer_id=1, sent_at=datetime.now(UTC), words=words))
    session.commit()
    return RedirectResponse(f"/cases/{case_id}", 303)


@app.get("/search", response_class=HTMLResponse)
def search(q: str, session: Session = Depends(session)) -> str:
    """The newest thousand hits, ranked: how anybody would ask FTS5 who knows it."""
    query = text(
        "select w.id, w.case_id, snippet(words_index, 0, '[', ']', '…', 30) as excerpt from words_index "
        "join words w on w.id = words_index.rowid where words_index match :q and words_index.rowid >= coalesce("
        "(select min(rowid) from (select rowid from words_index where words_index match :q order by rowid desc limit 1000)), 0) "
        "order by bm25(words_index) limit 20"
    )
    return found_template.render(rows=session.execute(query, {"q": f'"{q}"'}).all())


@app.get("/live")
async def live() -> StreamingResponse:
    return StreamingResponse(_stream(), media_type="text/event-stream")


async def _stream() -> AsyncIterator[bytes]:
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    readers.add(queue)
    try:
        yield b": hello\n\n"
        while True:
            yield await queue.get()
    finally:
        readers.discard(queue)


@app.post("/tell")
async def tell(request: Request) -> Response:
    frame = b"data: " + await request.body() + b"\n\n"
    for queue in readers:
        queue.put_nowait(frame)
    return Response(status_code=204)


@app.put("/upload")
async def upload(request: Request) -> Response:
    """The body as it comes, a mebibyte at a time, written and synced in a thread."""
    folder = Path(os.environ.get("FLOOR_DB", "/tmp/x")).parent  # noqa: S108
    with NamedTemporaryFile(dir=folder) as file:
        waiting = bytearray()
        async for piece in request.stream():
            waiting += piece
            if len(waiting) >= 1 << 20:
                await asyncio.to_thread(file.write, bytes(waiting))
                waiting.clear()
        file.write(waiting)
        file.flush()
        await asyncio.to_thread(os.fsync, file.fileno())
    return Response(status_code=204)
