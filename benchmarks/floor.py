"""The floor: the plainest FastAPI + Jinja2 + SQLModel page of the same weight, without sign-in or permissions.

60 rows, 10 queries on SQLite in the same settings as the product's, one sync handler, about 44 kB of HTML. What a page
of ours costs is said as a multiple of this one, so that it can be judged on any machine.
"""

import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi import Depends, FastAPI, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import DictLoader, Environment
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, create_engine, func, select

ESCALATIONS, MESSAGES, ROWS = 1000, 100_000, 60
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ case.title }}</title></head><body>
<h1>{{ case.title }}</h1><p>{{ author.name }} {{ counts }}</p>
{% for message, writer in rows %}<article id="m{{ message.id }}" class="message from-{{ writer.id }}"><header><b>{{ writer.name }}</b>
<time datetime="{{ message.sent_at.isoformat() }}">{{ message.sent_at.strftime("%a %d %b %H:%M") }}</time></header>
<div class="words"><p>{{ message.words }}</p></div><footer><a href="/cases/{{ case.id }}/messages/{{ message.id }}">Link</a>
<a href="/cases/{{ case.id }}/messages/{{ message.id }}/reply">Reply</a></footer></article>{% endfor %}
{% for other in others %}<a href="/cases/{{ other.id }}">{{ other.title }}</a>{% endfor %}</body></html>"""


class Writer(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str


class Case(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str
    writer_id: int = Field(foreign_key="writer.id")


class Words(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    writer_id: int = Field(foreign_key="writer.id")
    sent_at: datetime
    words: str


engine = create_engine(f"sqlite:///{os.environ.get('FLOOR_DB', '/tmp/evenkeel-floor.db')}")  # noqa: S108
template = Environment(loader=DictLoader({"page.html": PAGE}), autoescape=True).get_template("page.html")
app = FastAPI()


@event.listens_for(engine, "connect")
def _as_the_product(connection, _):  # type: ignore[no-untyped-def]
    for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=5000"):
        connection.execute(f"pragma {pragma}")


def session():  # type: ignore[no-untyped-def]
    with Session(engine) as opened:
        yield opened


@app.get("/cases/{case_id}", response_class=HTMLResponse)
def show(case_id: int, session: Session = Depends(session)) -> str:
    case = session.get_one(Case, case_id)
    author = session.get_one(Writer, case.writer_id)
    query = select(Words, Writer).join(Writer).where(Words.case_id == case_id).order_by(Words.id.desc()).limit(ROWS)  # type: ignore[union-attr]
    rows = session.exec(query).all()
    counts = [
        session.exec(select(func.count()).where(Words.case_id == case_id, Words.writer_id == n)).one()
        for n in range(1, 7)
    ]
    others = session.exec(select(Case).where(Case.writer_id == case.writer_id).limit(10)).all()
    return template.render(case=case, author=author, rows=rows, counts=counts, others=others)


@app.post("/cases/{case_id}")
def create(case_id: int, words: str = Form(), session: Session = Depends(session)) -> RedirectResponse:
    session.add(Words(case_id=case_id, writer_id=1, sent_at=datetime.now(UTC), words=words))
    session.commit()
    return RedirectResponse(f"/cases/{case_id}", 303)


def fill(path: Path) -> None:
    """A thousand cases and a hundred thousand messages, in bulk."""
    SQLModel.metadata.create_all(engine, [table.__table__ for table in (Writer, Case, Words)])  # type: ignore[attr-defined]
    draw = random.Random(1)
    began = datetime(2026, 1, 1, tzinfo=UTC)
    sentence = (
        "the nightly import stopped again and wrote the same invoices twice so the shippers called us before you did "
    )
    with Session(engine) as opened:
        opened.add_all(Writer(name=f"Writer {number}") for number in range(40))
        opened.flush()
        opened.add_all(
            Case(title=f"Case {number} about imports", writer_id=draw.randint(1, 40)) for number in range(ESCALATIONS)
        )
        opened.flush()
        rows = [
            {
                "case_id": draw.randint(2, ESCALATIONS),
                "writer_id": draw.randint(1, 40),
                "sent_at": began + timedelta(minutes=number),
                "words": (sentence * 4)[: draw.randint(80, 400)],
            }
            for number in range(MESSAGES)
        ]
        for number in range(ROWS):
            rows[number]["case_id"] = 1
            rows[number]["words"] = (sentence * 4)[:330]
        opened.bulk_insert_mappings(Words, rows)  # type: ignore[arg-type]
        opened.commit()
