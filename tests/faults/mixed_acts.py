"""More of what goes on at once: messages to the customer, a program, uploads in pieces, and what is typed and not sent."""

import io
import json
import random
import time
import wave
from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar

import httpx2

from tests.faults.acts import LATER, Burst, write
from tests.faults.server import HOME, KEY, PLAIN
from tests.recordings_room.bringing import SPEAKS_TUS, said_about, send

PLACE = "torture"
PIECES = 5  # of one upload
SLOWLY = 0.1  # seconds between two pieces: long enough to be killed in the middle


@dataclass
class MixedBurst(Burst):
    """What names itself is sent again until it is answered, and is there once all the same."""

    KINDS: ClassVar[tuple[str, ...]] = (*Burst.KINDS, "letter", "program", "upload", "draft")
    REPEATED: ClassVar[tuple[str, ...]] = ("letter", "program", "upload")

    _typed: list[str] = field(default_factory=lambda: [""])  # what was kept last, and what was sent since

    def problems(self) -> list[str]:
        said = "select text from message union all select text from held_message"
        found = super().problems() + self._amiss("letter", Counter(str(text) for (text,) in self.server.rows(said)))
        concerns = Counter(str(words) for (words,) in self.server.rows("select words from concern"))
        found += self._amiss("program", concerns) + self._broken_recordings()
        kept = self.server.rows("select words from draft where place = ?", PLACE)
        return found + self._lost_draft(json.loads(str(kept[0][0]))["text"] if kept else "")

    def _amiss(self, kind: str, stored: Counter[str]) -> list[str]:
        lost = [f"{kind} {word} is there {stored[word]} times" for word in self.acknowledged[kind] if stored[word] != 1]
        return lost + [f"{kind} {word} is there twice" for word in self.sent[kind] if stored[word] > 1]

    def _broken_recordings(self) -> list[str]:
        rows = self.server.rows("select title, storage_key from recording")
        found = self._amiss("upload", Counter(str(title) for title, _ in rows))
        for title, key in rows:
            if (self.server.data_dir / "files" / str(key)).read_bytes() != sound(str(title)):
                found.append(f"the bytes of {title} are not what was sent")
        return found

    def _lost_draft(self, text: str) -> list[str]:
        return [] if text in self._typed else [f"the draft says {text!r}, and should say one of {self._typed}"]

    def _act(self, browser: httpx2.Client, kind: str, word: str) -> int:
        if kind == "letter":
            status = write(browser, self.server, word, audience="shared", client_id=word[:32]).status_code
            return LATER[1] if status == 422 else status  # "being posted already": the next try finds what was
        if kind == "program":
            return self._run_program(word)
        if kind == "upload":
            return self._upload(browser, word)
        if kind == "draft":
            return self._type(browser, word)
        return super()._act(browser, kind, word)

    def _run_program(self, word: str) -> int:
        headers = {"authorization": f"Bearer {self.server.furniture.token}", "idempotency-key": word}
        place = f"{self.server.url}/api/v1{HOME}/concerns"
        answer = httpx2.post(place, json={"words": word}, headers=headers, timeout=90, verify=PLAIN)
        if answer.status_code in (409, 429):  # still at it, or too fast
            time.sleep(float(answer.headers["retry-after"]))
            return LATER[1]
        return answer.status_code

    def _upload(self, browser: httpx2.Client, word: str) -> int:
        """As a browser does that was interrupted: finds what it began, asks how far it came, and goes on."""
        data = sound(word)
        if self.server.rows("select 1 from recording where title = ?", word):
            return 200  # the last answer was lost on the way
        begun = self.server.rows("select id from upload where state = 'open' and details like ?", f"%{word}%")
        place = f"/uploads/{begun[0][0]}" if begun else ""
        if not place:
            headers = {
                **SPEAKS_TUS,
                "upload-length": str(len(data)),
                "upload-metadata": said_about("a.wav", title=word),
            }
            answer = browser.post(f"/escalations/{KEY}/uploads", headers=headers)
            if answer.status_code != 201:
                return answer.status_code
            place = answer.headers["location"]
        asked = browser.head(place, headers=SPEAKS_TUS)
        if asked.status_code != 200:
            return LATER[1] if asked.status_code == 423 else asked.status_code
        offset = int(asked.headers["upload-offset"])
        while offset < len(data):
            answer = send(browser, place, offset, data[offset : offset + len(data) // PIECES + 1])
            if answer.status_code != 204:
                return LATER[1] if answer.status_code in (409, 423) else answer.status_code
            offset = int(answer.headers["upload-offset"])
            time.sleep(SLOWLY)
        return 200

    def _type(self, browser: httpx2.Client, word: str) -> int:
        """Reads what was kept, as a page does that is opened again, and types on."""
        seen = browser.get(f"{HOME}/drafts", params={"place": PLACE})
        if seen.status_code == 200:
            self.strange += self._lost_draft(seen.json()["words"].get("text", ""))
        self._typed.append(word)
        answer = browser.post(f"{HOME}/drafts", data={"place": PLACE, "words": json.dumps({"text": word})})
        if answer.status_code == 204:
            self._typed = [word]
        time.sleep(SLOWLY)
        return answer.status_code


def sound(word: str) -> bytes:
    """Two seconds of noise, other for each word."""
    file = io.BytesIO()
    with wave.open(file, "wb") as track:
        track.setnchannels(1)
        track.setsampwidth(2)
        track.setframerate(8000)
        track.writeframes(random.Random(word).randbytes(32_000))
    return file.getvalue()
