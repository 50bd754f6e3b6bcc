"""The way to the engine for a server: whatever is missing is loaded in another thread, and nobody waits for it.

Importing this module imports nothing numeric, so pages that need no engine start without it.
"""

from __future__ import annotations

import logging
import threading
from time import monotonic
from typing import TYPE_CHECKING

from anxin.infra.config import config
from anxin.kernel.errors import AnxinError

if TYPE_CHECKING:
    from anxin.market.interest.brain.reading import Engine

log = logging.getLogger(__name__)

NO_STAMP = (0, 0)
BY_ENGINE = "the feed goes on by the engine"


class Door:
    """What this process has loaded, from which version of the files, and why it has nothing."""

    def __init__(self) -> None:
        self.engine: Engine | None = None
        self.reason = "nothing was learned yet"
        self._stamp = NO_STAMP
        self._lock = threading.Lock()
        self._opens_at = 0.0

    def stay_shut(self, seconds: float) -> None:
        """Load nothing for so long: what is being started is not slowed down by the import of numbers."""
        self._opens_at = monotonic() + seconds

    def look(self) -> Engine | None:
        """Return the engine; when its files changed, newer ones are on their way."""
        stamp = _stamp()
        if stamp != self._stamp and monotonic() >= self._opens_at and self._lock.acquire(blocking=False):
            self._stamp = stamp
            threading.Thread(target=self._load, name="engine", daemon=True).start()
        if self.engine is not None and not self.engine.is_whole:
            self.engine, self.reason = None, "a file was cut short"
            log.warning("the feed goes on by popularity: %s", self.reason)
        return self.engine

    def load_now(self) -> Engine | None:
        """Load the engine as it is now and return it, for whoever may wait."""
        with self._lock:
            self._stamp = _stamp()
            self._read()
        return self.engine

    def forget(self) -> None:
        """Forget what was loaded."""
        with self._lock:
            self.engine, self._stamp = None, NO_STAMP
            self.reason = "nothing was learned yet"

    def _load(self) -> None:
        try:
            self._read()
        finally:
            self._lock.release()

    def _read(self) -> None:
        try:
            from anxin.market.interest.brain.reading import load  # numbers are imported once there is something to read

            had_none = self.engine is None
            self.engine, self.reason = load(self.engine), ""
            if had_none:
                log.info(BY_ENGINE)
        except AnxinError as failure:
            if self._stamp != (newer := _stamp()):  # the learner went on while we read
                self._stamp = newer
                self._read()
                return
            if self._stamp != NO_STAMP:
                log.warning("the feed goes on by popularity: %s", failure)
            self.engine, self.reason = None, str(failure)
        except Exception as failure:  # whatever is wrong with the files, people get a feed
            log.exception("the feed goes on by popularity")
            self.engine, self.reason = None, repr(failure)


def is_written() -> bool:
    """Say whether a learner has written a set of files here; its first takes a moment."""
    return _stamp() != NO_STAMP


def _stamp() -> tuple[int, int]:
    """Return what changes when the list of files does; zeros without one."""
    try:
        found = (config().home_path / "interest" / "current.json").stat()
    except OSError:
        return NO_STAMP
    return found.st_ino, found.st_mtime_ns


DOOR = Door()
"""This process's way in."""
