"""The wire between one browser and the server: everything passes through it, and every byte back is kept. Whatever asks
for a compressed answer is made to ask for a plain one: what a page sends while it closes knows no headers of the browser's."""

import re
import socket
from contextlib import suppress
from threading import Event, Lock, Thread

PIECE = 65_536
ASKS = re.compile(rb"(?i)(\r\naccept-encoding: *)[^\r\n]*")
# Where a chunked answer is cut, a word could be cut in two.
CUTS = re.compile(rb"\r\n[0-9a-fA-F]+\r\n")


class Wire:
    """Used as the proxy of a browser, which then asks for whole addresses; our server understands those as well."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._lock = Lock()
        self._received: list[bytearray] = []
        self._left: int | None = None  # bytes that may still leave the browser
        self._is_open = Event()
        self._is_open.set()
        Thread(target=self._answer, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def received(self) -> list[bytes]:
        """What came back, one text per connection, in one piece."""
        with self._lock:
            whole = [bytes(answers) for answers in self._received]
        if any(re.search(rb"(?i)\r\ncontent-encoding: *(gzip|br|zstd)", one) for one in whole):
            raise AssertionError("A compressed answer cannot be searched.")
        return [CUTS.sub(b"", one) for one in whole]

    def finds(self, word: str) -> list[str]:
        """The surroundings of each place where the word came over the wire."""
        sought = word.encode()
        return [
            one[max(0, place.start() - 120) : place.end() + 60].decode(errors="replace")
            for one in self.received()
            for place in re.finditer(re.escape(sought), one, re.IGNORECASE)
        ]

    @property
    def is_holding(self) -> bool:
        return not self._is_open.is_set()

    def hold_after(self, count: int) -> None:
        """Lets so many more bytes out of the browser, and then none until `let_go`: a line that hangs."""
        with self._lock:
            self._left = count

    def let_go(self) -> None:
        with self._lock:
            self._left = None
        self._is_open.set()

    def cut(self) -> None:
        self._door.close()

    def _answer(self) -> None:
        while True:
            try:
                browser, _ = self._door.accept()
            except OSError:
                return  # the wire was cut
            try:
                server = socket.create_connection(self._target)
            except OSError:
                browser.close()
                continue
            answered = bytearray()
            with self._lock:
                self._received.append(answered)
            Thread(target=self._pass_on, args=(browser, server), daemon=True).start()
            Thread(target=self._pass_on, args=(server, browser, answered), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, kept: bytearray | None = None) -> None:
        with suppress(OSError):  # one side is gone, and so is the conversation
            while piece := source.recv(PIECE):
                if kept is None:
                    piece = ASKS.sub(rb"\1identity", piece)
                    self._weigh(len(piece))
                else:
                    with self._lock:
                        kept.extend(piece)
                target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _weigh(self, count: int) -> None:
        with self._lock:
            if self._left is not None:
                self._left -= count
                if self._left < 0:
                    self._is_open.clear()
        self._is_open.wait()
