"""`evenkeel serve`: the web process and, on the embedded default, one worker child that is started again when it dies."""

import logging
import os
import subprocess
import sys
import time
from threading import Event, Thread

import uvicorn

from app.foundation.settings import Settings

log = logging.getLogger("evenkeel")
PAUSE = 2.0  # seconds before a dead worker is started again


def serve(settings: Settings, host: str, *, with_worker: bool) -> None:
    stop = Event()
    keeper = Thread(target=_keep_worker, args=(stop,), daemon=True)
    if with_worker:
        keeper.start()
    try:
        uvicorn.run(
            "app.main:site_from_settings",
            factory=True,
            host=host,
            port=settings.port,
            access_log=False,  # addresses hold one-time links
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=20,
            timeout_keep_alive=30,
            h11_max_incomplete_event_size=16_384,
            log_level="warning",
        )
    finally:
        stop.set()
        if with_worker:
            keeper.join(timeout=15)


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
        time.sleep(PAUSE)


def _wait(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(timeout=12)
    except subprocess.TimeoutExpired:
        child.kill()
