"""What people do in a burst, and what of it was acknowledged. `mixed_acts` has those that take longer."""

import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import unquote

import httpx2
import psycopg

from tests.faults.server import HOME, PLAIN, Server

LATER = (429, 503, 507)  # said in words, and nothing is stored
TABLES = {"concern": ("concern", "words"), "action": ("action_item", "title"), "message": ("message", "text")}


@dataclass
class Burst:
    """Several people who write as fast as they are answered, until the server is gone. Each act is a word of its own."""

    KINDS: ClassVar[tuple[str, ...]] = (*TABLES, "note")
    REPEATED: ClassVar[tuple[str, ...]] = ()  # names itself, so that whoever got no answer sends it again

    server: Server
    acknowledged: dict[str, set[str]] = field(default_factory=dict)
    sent: dict[str, set[str]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        for kind in self.KINDS:
            self.acknowledged.setdefault(kind, set())
            self.sent.setdefault(kind, set())

    def begin(self) -> None:
        self._ended.clear()
        self._threads = [threading.Thread(target=self._keep_acting, args=(kind,), daemon=True) for kind in self.KINDS]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(timeout=90)

    def count(self) -> int:
        return sum(map(len, self.acknowledged.values()))

    def wait_for(self, more: int) -> None:
        wanted = self.count() + more
        self.server.wait_until(lambda: self.count() >= wanted, f"{more} more acknowledged acts")

    def problems(self) -> list[str]:
        """What was acknowledged and is not there exactly once, and what is there in halves."""
        found = list(self.strange)
        for kind, (table, column) in TABLES.items():
            stored = Counter(str(row[0]) for row in self.server.rows(f"select {column} from {table}"))
            found += [
                f"{kind} {word} is there {stored[word]} times" for word in self.acknowledged[kind] if stored[word] != 1
            ]
            found += [f"{kind} {word} is there twice" for word in self.sent[kind] if stored[word] > 1]
        text = str(self.server.rows("select text from note where id = ?", self.server.furniture.note)[0][0])
        found += [f"the note lacks {word}" for word in self.acknowledged["note"] if text.count(word) != 1]
        return found + self._loose_ends()

    def _loose_ends(self) -> list[str]:
        """An act stores its row and its line in the timeline together or not at all."""
        found = []
        for table, column in TABLES.values():
            lost = self.server.rows(
                f"select {column} from {table} where id not in (select subject_id from timeline_entry where subject_kind = ?)",
                table,
            )
            found += [f"{table} {row[0]} is in no timeline" for row in lost]
        return found

    def _keep_acting(self, kind: str) -> None:
        with httpx2.Client(
            base_url=self.server.url,
            headers={"sec-fetch-site": "same-origin", "accept": "text/html"},
            cookies={"evenkeel": self.server.furniture.tokens["ben"]},
            timeout=90,
            verify=PLAIN,
        ) as browser:
            word = ""
            while not self._ended.is_set():
                if kind not in self.REPEATED or word in self.acknowledged[kind] or not word:
                    word = f"{kind}-{uuid.uuid4().hex[:12]}"
                self.sent[kind].add(word)
                try:
                    status = self._act(browser, kind, word)
                except (httpx2.HTTPError, psycopg.OperationalError):
                    time.sleep(0.1)  # killed in the middle, or not back yet
                    continue
                if 200 <= status < 400:
                    self.acknowledged[kind].add(word)
                elif status == 429:
                    time.sleep(1)
                elif status not in LATER:
                    self.strange.append(f"{kind} was answered {status}")

    def _act(self, browser: httpx2.Client, kind: str, word: str) -> int:
        if kind == "concern":
            return browser.post(f"{HOME}/concerns", data={"words": word}).status_code
        if kind == "action":
            return browser.post(f"{HOME}/actions", data={"title": word}).status_code
        if kind == "message":
            return write(browser, self.server, word).status_code
        return self._write_note(browser, word)

    def _write_note(self, browser: httpx2.Client, word: str) -> int:
        """As the page does that saves by itself: goes on from what the last answer said."""
        text, version = self.server.rows("select text, version from note where id = ?", self.server.furniture.note)[0]
        place = f"{HOME}/meetings/{self.server.furniture.meeting}/notes/{self.server.furniture.note}"
        answer = browser.post(
            place, data={"text": f"{text}{word}\n", "version": version}, headers={"accept": "application/json"}
        )
        if answer.status_code == 200 and word not in answer.json()["text"]:
            self.strange.append(f"{word} was acknowledged and left out")
        return answer.status_code


def write(browser: httpx2.Client, server: Server, text: str, **more: str) -> httpx2.Response:
    """Posts an internal note in the shared topic unless told otherwise."""
    given = {"text": text, "audience": "internal", **more}
    return browser.post(f"{HOME}/discussion/{server.furniture.shared_topic}/messages", data=given)


def said(answer: httpx2.Response) -> str:
    return unquote(answer.text)
