"""A transcription server: its address and key, and whether it is there."""

import http.client
import ssl
from dataclasses import dataclass
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

SECONDS_TO_ANSWER = 5.0


@dataclass(frozen=True)
class Server:
    """`url` is as its documentation gives it: the host alone, with /v1, or the whole way to its transcriptions."""

    url: str
    key: str = ""
    model: str = "whisper-1"

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def transcriptions(self) -> str:
        return f"{self._foot}/audio/transcriptions"

    @property
    def models(self) -> str:
        return f"{self._foot}/models"

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"} if self.key else {}

    @property
    def _foot(self) -> str:
        url = self.url.rstrip("/").removesuffix("/audio/transcriptions")
        return url if urlsplit(url).path.strip("/") else f"{url}/v1"


def why_not_there(server: Server) -> str:
    """A sentence, or nothing when it answers. Asks for its list of models, which not every server has."""
    request = Request(server.models, headers=server.headers)  # noqa: S310  the settings allow http and https only
    try:
        build_opener(_Stay()).open(request, timeout=SECONDS_TO_ANSWER).close()
    except HTTPError as answer:
        answer.close()
        if answer.code in (401, 403):
            return f"The transcription server {server.host} refuses the key."
        if answer.code >= 500:
            return f"The transcription server {server.host} is in trouble: it answers with status {answer.code}."
    except (URLError, OSError, http.client.HTTPException, ssl.SSLError, ValueError) as trouble:
        return f"The transcription server {server.host} does not answer: {reason_in(trouble)}."
    return ""


def reason_in(trouble: Exception) -> str:
    reason = trouble.reason if isinstance(trouble, URLError) else trouble
    return getattr(reason, "strerror", None) or type(reason).__name__


class _Stay(HTTPRedirectHandler):
    """The key is for this server and not for wherever it sends us."""

    def redirect_request(self, *_: object) -> None:
        return None
