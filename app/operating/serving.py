"""`evenkeel serve`: the web process and, unless told otherwise, one worker child that is started again when it dies."""

import gc
import logging
import os
import signal
import socket
import subprocess
import sys
from threading import Event, Thread
from types import FrameType
from typing import NoReturn

import uvicorn
from fastapi import FastAPI

from app.foundation.database import open_database
from app.foundation.rendering import keep_compiled
from app.foundation.settings import Settings
from app.main import build_site
from app.operating.listening import CarefulProtocol
from app.operating.wholeness import note_that_it_is_whole

log = logging.getLogger("evenkeel")
PAUSE = 2.0  # seconds before a dead worker is started again
GRACE = 8  # seconds for requests that are being answered when we are told to stop


class WebServer(uvicorn.Server):
    def __init__(self, site: FastAPI, stop: Event, keeper: Thread | None) -> None:
        super().__init__(
            uvicorn.Config(
                site,
                http=CarefulProtocol,
                ws="none",  # nobody speaks it here, and it would be loaded at every start
                access_log=False,  # addresses hold one-time links
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE,
                timeout_keep_alive=30,
                log_level="warning",
            )
        )
        self.site = site
        self.stop = stop
        self.keeper = keeper

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """The worker comes when pages are answered: starting both at once, each would be late."""
        await super().startup(sockets)
        gc.freeze()  # what is here by now stays for good, and need not be looked through again
        gc.enable()
        if self.keeper:
            self.keeper.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Live pages and the worker are told first, so that nobody waits for a stream that would never end."""
        self.stop.set()
        self.site.state.hub.close()
        await super().shutdown(sockets)


def serve(settings: Settings, listener: socket.socket, *, with_worker: bool) -> None:
    stop = Event()
    engine = open_database(settings.database)
    keep_compiled(settings.data_dir / "compiled")
    keeper = Thread(target=_keep_worker, args=(stop,), daemon=True)
    server = WebServer(build_site(settings, engine), stop, keeper if with_worker else None)
    signal.signal(signal.SIGTERM, _end)  # uvicorn raises the signal once more when it is done
    try:
        server.run([listener])
    finally:
        stop.set()
        if keeper.ident:
            keeper.join(timeout=15)
        engine.dispose()
        if not keeper.is_alive():
            note_that_it_is_whole(settings)


def _end(_: int, __: FrameType | None) -> NoReturn:
    sys.exit(0)


def _keep_worker(stop: Event) -> None:
    """The child ends by itself when this process is gone, however it went."""
    while not stop.is_set():
        child = subprocess.Popen([sys.executable, "-m", "app.command", "worker", "--parent", str(os.getpid())])
        while child.poll() is None and not stop.wait(0.2):
            pass
        if stop.is_set():
            child.terminate()
            _wait(child)
            return
        log.warning("The worker ended with status %s and is started again.", child.returncode)
        stop.wait(PAUSE)


def _wait(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(timeout=12)
    except subprocess.TimeoutExpired:
        child.kill()
