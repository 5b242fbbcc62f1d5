"""Fills the floor's database in bulk: as many cases and messages as the product's, and its index."""

import random
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import insert, text
from sqlmodel import Session, SQLModel

from benchmarks.floor import ROWS, Case, Words, Writer, engine
from benchmarks.scale import LONG, SCALES
from benchmarks.words import texts


def fill(name: str) -> None:
    scale, draw, began = SCALES[name], random.Random(1), datetime(2026, 1, 1, tzinfo=UTC)
    SQLModel.metadata.create_all(engine, [table.__table__ for table in (Writer, Case, Words)])  # type: ignore[attr-defined]
    with Session(engine) as session:
        session.execute(insert(Writer), [{"name": f"Writer {number}"} for number in range(40)])
        cases = [
            {"title": f"Case {n} about imports", "writer_id": draw.randint(1, 40)} for n in range(scale.escalations)
        ]
        session.execute(insert(Case), cases)
        rows = (
            {
                # The first case has what its page shows, the second is the long one.
                "case_id": 1 if n < ROWS else 2 if n < ROWS + LONG else draw.randint(3, scale.escalations),
                "writer_id": draw.randint(1, 40),
                "sent_at": began + timedelta(minutes=n),
                "words": words if n >= ROWS else (words * 9)[:330],
            }
            for n, words in enumerate(texts(scale.messages, 1))
        )
        while some := list(islice(rows, 20_000)):
            session.execute(insert(Words), some)
        options = "words, content = 'words', content_rowid = 'id', tokenize = 'porter unicode61', prefix = '2 3'"
        session.execute(text(f"create virtual table words_index using fts5({options})"))
        session.execute(text("insert into words_index (words_index) values ('rebuild')"))
        session.execute(text("insert into words_index (words_index) values ('optimize')"))
        session.commit()
    with engine.connect() as connection:
        connection.execute(text("pragma wal_checkpoint(truncate)"))
