"""The learner: one process that follows events in order, keeps the engine's files up to date, and refits the slow parts.

Everything it knows is a function of the events up to a cursor. The cursor lies in a snapshot with what was learned up to it, so
a learner that was killed goes on from the last good snapshot through the same code: nothing twice, nothing missed.
"""

import fcntl
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import IO
from uuid import UUID

import numpy as np
from django.db import OperationalError, connections

from anxin.engine.errors import LogUnreadable, ModelUnreadable
from anxin.engine.rank import log as rank_log
from anxin.engine.rank import snapshots
from anxin.engine.rank.log import Log
from anxin.engine.rank.model import Model
from anxin.engine.recall.verticals import histories_of
from anxin.engine.reputation import Sellers
from anxin.engine.sequences import Sequences
from anxin.engine.serving import RECIPE, Shelf
from anxin.infra import clock
from anxin.infra.manners import give_way
from anxin.infra.sql import Row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.interest import store
from anxin.market.interest.brain import files, items, likeness, rolling, sellers, teaching
from anxin.market.interest.brain.files import Held, Manifest
from anxin.market.interest.brain.items import Items, Known
from anxin.market.interest.brain.learned import Cursor, Learned
from anxin.market.interest.brain.likeness import INDEX_FROM, Fitted
from anxin.market.interest.brain.pictures import Looker, Pictures
from anxin.market.interest.domain.events import ItemKind
from anxin.market.interest.errors import AlreadyLearning, EngineDamaged, EngineUnreadable, UnknownVersion

log = logging.getLogger(__name__)

ITEM_OF_SHELF = frozenset({ItemKind.PRODUCT, ItemKind.VIDEO, ItemKind.NOTE})
BATCH = 2_000  # events
NEWEST = 300  # posts that are looked through for new ones
IDLE_SECONDS = 0.1
LOOK_SECONDS = 0.25  # between looks for new posts
ROLLBACK_SECONDS = 1.0  # between looks for a version that is wanted back
TABLES_SECONDS = 3.0  # between versions of what is popular and of what is tried
WALK_SECONDS = 60.0  # between walks through everything
WALK_PART_SECONDS = 0.05  # of it at once: events do not wait for longer
PAUSE = 5  # times as long as writing took, nothing is written: of many items a file takes seconds
FIT_AT_ONCE_MAX = 2_000  # items whose vocabulary is learned before anything else
REFIT_SECONDS = 900.0
REFIT_GROWTH = 0.2  # new items that are worth a refit before that
SELLERS_SECONDS = 300.0  # between reckonings of what shops are known for
SAVE_SECONDS = 60.0
BROKEN_SECONDS = 1.0
SNAPSHOTS_KEPT = 3
LOG_MAX = 5_000_000  # records of the rank log that are kept
NICENESS = 10  # buyers come first
NEVER = (-1, (-1, -1))  # published: a version of the items, events and reactions
OVERLAP = timedelta(days=2)  # partitions before the cursor's that a late transaction may have written into


class Learner:
    """What one learner holds. `step` does all that is due; `run` does so until asked to stop."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic, index_from: int = INDEX_FROM) -> None:
        self._seconds, self._index_from = seconds, index_from
        self._stop = threading.Event()
        self._lock = _only_one()
        self._generation = _next_generation()
        self.items, self.learned, self.log = self._recovered()
        self.items.pictures, self._looker, self._looked = Pictures(_folder("") / "pictures.kept"), Looker(), 0
        self.model = _model_at(self.learned.log_end, self.log)
        self._held_model = Held(self.model.path)
        self._shelf: tuple[int, Shelf] | None = None
        self._manifest = Manifest(self._generation, "", "", self.learned.live_name, 0, 0, 0)
        self.sellers = Sellers()
        self._published = NEVER
        self._due: dict[str, float] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="refit")
        self._walking: Iterator[None] | None = None
        self._refit: Future[Fitted] | None = None
        self._fitted = self._fit_number = 0
        self._index = self._lists = ""
        self._last_event_at = 0
        self._events = 0
        self._second = 0

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; a lost database is waited for."""
        give_way(NICENESS)
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        signal.signal(signal.SIGINT, self._asked_to_stop)
        while not self._stop.is_set():
            try:
                if not self.step(clock.now()) and not (self.is_walking and self.items.describer is None):
                    self._stop.wait(IDLE_SECONDS)
            except OperationalError:
                log.exception("the database is away; trying again")
                connections.close_all()
                self._stop.wait(BROKEN_SECONDS)
        self.close()

    def close(self) -> None:
        """Save what was learned and let another learner take over."""
        if self.is_whole:
            self.save(self._second)
        self._thread.shutdown(
            cancel_futures=True
        )  # lists of a million items take minutes; whoever cannot wait loses nothing
        self._looker.close()
        self._lock.close()

    @property
    def is_whole(self) -> bool:
        """Whether the mapped files are as long as they should be: to touch what was cut off would end this process."""
        return self._held_model.is_whole and self.learned.held.is_whole

    @property
    def is_walking(self) -> bool:
        """Whether it is reading everything anew."""
        return self._walking is not None

    def step(self, now: Instant) -> int:
        """Do all that is due; return how many events were followed. Raises EngineUnreadable when a mapped file was cut short."""
        if not self.is_whole:
            raise EngineDamaged(self.learned.live_name)
        second = self._second = int(now.timestamp())
        self._walk_on(now, second)
        if (self.items.describer is not None or not self.is_walking) and self._is_due("look", LOOK_SECONDS):
            self._take(items.new_posts(self.items, newest=NEWEST, now=now), second)
        if self._is_due("sellers", SELLERS_SECONDS):
            self.sellers, self._published = sellers.known(now), (self._published[0], NEVER[1])
        self._look_at_pictures()
        self._refit_if_due()
        followed = self.follow()
        if self._is_due("rollback", ROLLBACK_SECONDS):
            self._go_back_if_wanted(now, second)
        self.publish(second)
        if self._is_due("save", SAVE_SECONDS, later=True):
            self.save(second)
        return followed

    def follow(self) -> int:
        """Learn the next events; return how many there were."""
        cursor = self.learned.cursor
        rows = store.events_after(cursor.tx, cursor.id, cursor.day - OVERLAP, BATCH)
        if not rows:
            return 0
        if missing := _strangers(rows, self.items):
            second = max(row["at"] for row in rows)
            self._take([*items.posts_known(missing), *items.products_known(missing)], second)
        people = len(self.learned.people) + len(rows)
        if self.learned.make_room(len(self.items), people, self._generation + 1):
            self._generation += 1
        teaching.teach(rows, self.learned, self.log, self.items, self.shelf())
        last = rows[-1]
        self.model.catch_up(self.log)
        self.learned.cursor = Cursor(cursor.cluster, last["tx"], last["id"], max(cursor.day, last["day"]))
        self._last_event_at = max(self._last_event_at, last["at"])
        self._events += len(rows)
        return len(rows)

    def shelf(self) -> Shelf:
        """Return the items as the engine sees them now."""
        if self._shelf is None or self._shelf[0] != self.items.version:
            columns, facts = self.items.arrays()
            nobody = np.zeros((1, len(self.items)), np.float32)
            self._shelf = self.items.version, items.shelf_of(columns, facts, nobody, Sellers())  # type: ignore[arg-type]
        return self._shelf[1]

    def publish(self, second: int) -> None:
        """Write the versions that are due and name them; servers take them up."""
        told, begun = self._manifest, self._seconds()
        heard_of = self._events, self.items.reacted
        fresh, heard = self.items.version != self._published[0], heard_of != self._published[1]
        is_due = self._is_due("items", 0.0) if fresh else heard and self._is_due("tables", TABLES_SECONDS)
        if self.items.describer is None or not is_due:
            return
        self._generation += 1
        name = f"{self._generation:06d}.bin"
        if self.learned.make_room(len(self.items), len(self.learned.people), self._generation):
            self._generation += 1
        if fresh:
            files.write(files.folder() / f"items-{name}", *self.items.arrays())
            told = replace(told, items=f"items-{name}", index=self._index, lists=self._lists)
        numbers, chances = self.learned.trial(seed=self._events)
        files.write(
            files.folder() / f"tables-{name}",
            {
                "popular": self.learned.popularity(self.items, now=second),
                "trial": numbers,
                "chances": chances,
                **sellers.arrays(self.sellers),
            },
            {"cohorts": self.items.cohorts},
        )
        before = self._manifest
        behind = max(second - self._last_event_at, 0) if self._last_event_at else 0
        self._manifest = replace(
            told, version=self._generation, tables=f"tables-{name}", live=self.learned.live_name,
            learned=self.model.facts().impressions, at=second, behind_s=behind,
            cursor=self.learned.cursor.text(),
        )  # fmt: skip
        files.publish(self._manifest)
        self._published = self.items.version, heard_of
        for prefix in ("items", "tables", "live", "index", "lists"):  # those before may be being read
            files.remove_others(prefix, {getattr(before, prefix), getattr(self._manifest, prefix), *self._being_made()})
        rest = self._seconds() + PAUSE * (self._seconds() - begun)
        self._due |= {"items": rest, "tables": max(self._due.get("tables", 0.0), rest)}

    def save(self, second: int) -> None:
        """Write a snapshot of everything: the rank model first, then what was learned, which names its place in the log."""
        self.learned.forget_old_places()
        self.learned.pools.next_window()
        if self.log.end - self.log.base > LOG_MAX + LOG_MAX // 10:
            self.log.forget(self.log.end - LOG_MAX)
        self.model.catch_up(self.log)
        snapshots.save(self.model, _folder("snapshots"), now=second, kept=None)
        snapshots.keep_only(_folder("snapshots"), rolling.kept(snapshots.versions(_folder("snapshots"))))
        self._generation += 1
        columns, facts = self.items.arrays()
        del columns["vectors"]  # they are made anew of what a walk finds
        files.write(files.folder() / f"numbers-{self._generation:06d}.bin", columns, facts)
        self.learned.save(files.folder() / f"learned-{self._generation:06d}.bin")
        for prefix in ("learned", "numbers"):
            for old in sorted(files.folder().glob(f"{prefix}-*.bin"))[:-SNAPSHOTS_KEPT]:
                old.unlink(missing_ok=True)

    def _go_back_if_wanted(self, now: Instant, second: int) -> None:
        """Take the rank model back where an operator wants it, save that at once, and tell servers."""
        wish = rolling.wanted()
        if wish is None:
            return
        try:
            self.model = rolling.go_back(self.log, wish.position)
        except (ModelUnreadable, UnknownVersion) as failure:
            log.warning("the model could not go back: %s", failure)
            rolling.done(wish, str(failure), now=now)
            return
        self._held_model = Held(self.model.path)
        self.save(second)
        self._published = NEVER
        rolling.done(wish, now=now)
        log.warning("the model went back to version %s", wish.position)

    def _is_due(self, name: str, every: float, *, later: bool = False) -> bool:
        """Say whether something is due, and count from now; `later`: not at once, but after the first pause."""
        now = self._seconds()
        if name not in self._due and later:
            self._due[name] = now + every
        if now < self._due.get(name, 0.0):
            return False
        self._due[name] = now + every
        return True

    def _walk_on(self, now: Instant, second: int) -> None:
        """Go on reading everything anew, for a moment: events are followed in between."""
        if self._walking is None and self._is_due("walk", WALK_SECONDS):
            self._walking = self._walk(now, second)
        if self._walking is None:
            return
        until = self._seconds() + WALK_PART_SECONDS
        try:
            for _ in self._walking:
                if self._seconds() > until:
                    return
        except OperationalError:
            self._walking = None
            self._due.pop("walk")
            raise
        self._walking = None
        self._fit_at_first()

    def _walk(self, now: Instant, second: int) -> Iterator[None]:
        found, before = set[UUID](), len(self.items)
        for some in items.everything(now=now):
            found |= {one.id for one in some}
            self.learned.let_in(self.items, self.items.take(some), now=second)
            yield
        self.items.keep_only(found, before)

    def _take(self, found: list[items.Known], second: int) -> None:
        self.learned.let_in(self.items, self.items.take(found), now=second)
        self._fit_at_first()

    def _fit_at_first(self) -> None:
        """Learn the first vocabulary once everything was read: of few items at once, of many in the background."""
        if self.items.describer is not None or self.is_walking or self._refit is not None or not len(self.items):
            return
        if len(self.items) > FIT_AT_ONCE_MAX:
            self._begin_refit()
        else:
            self._take_over(likeness.fit(*self._to_fit()))

    def _refit_if_due(self) -> None:
        """Learn the vocabulary anew in another thread, now and then and when much is new; take it over when it is done."""
        if self._refit is not None:
            if self._refit.done():
                done, self._refit = self._refit.result(), None
                self._take_over(done)
        elif self.items.describer is not None:
            grown = max(len(self.items) - self._fitted, self._looked) > self._fitted * REFIT_GROWTH
            if self._is_due("refit", REFIT_SECONDS, later=True) or grown:
                self._begin_refit()

    def _look_at_pictures(self) -> None:
        """Have pictures looked at in another thread, some at a time, and take over what was made of them."""
        made = self._looker.turn(self.items.unseen)
        if made is not None:
            self._looked += self.items.looked(made)

    def _begin_refit(self) -> None:
        self._refit = self._thread.submit(likeness.fit, *self._to_fit())

    def _to_fit(self) -> tuple[list[Known], Sequences, int, int, Pictures]:
        """Return what a fit is made of, copied: another thread may read it while events are followed."""
        heard = histories_of(self.learned.live, len(self.items))
        return list(self.items.all), heard, self._next_fit(), self._index_from, self.items.pictures

    def _next_fit(self) -> int:
        """Return the number of a new fit, which is that of no file."""
        self._generation += 1
        self._fitted, self._fit_number, self._looked = len(self.items), self._generation, 0
        return self._fit_number

    def _take_over(self, done: Fitted) -> None:
        self.items.refit(done.describer, done.vectors, done.number)
        self._index, self._lists = done.index, done.lists

    def _being_made(self) -> set[str]:
        """Return the names of files that another thread may be writing."""
        names = [f"{prefix}-{self._fit_number:06d}.bin" for prefix in ("index", "lists")]
        return {*names, *(f"{name}.making" for name in names)}

    def _recovered(self) -> tuple[Items, Learned, Log]:
        """Return what the newest good snapshot holds; nothing where there is none, or where another database counts now."""
        cluster = _cluster()
        for path in files.folder().rglob("*.making"):  # whoever wrote it was killed
            path.unlink(missing_ok=True)
        for path in sorted(files.folder().glob("learned-*.bin"), reverse=True):
            with suppress(EngineUnreadable, LogUnreadable, KeyError, ValueError):
                known = _numbered(files.folder() / path.name.replace("learned", "numbers"))
                learned = Learned.read(path, self._generation)
                if learned.cursor.cluster != cluster:
                    log.warning("events are counted by another database now: the engine learns anew")
                    break
                rank_log.cut_to(_folder("") / "rank.log", RECIPE, learned.log_end)
                opened = Log(_folder("") / "rank.log", RECIPE)
                if opened.end == learned.log_end:
                    return known, learned, opened
            log.warning("%s cannot be used; an older one is tried", path.name)
        return self._anew(cluster)

    def _anew(self, cluster: str) -> tuple[Items, Learned, Log]:
        _throw_away()
        learned = Learned.nothing(self._generation)
        learned.cursor = Cursor(cluster)
        return Items(), learned, Log(_folder("") / "rank.log", RECIPE)

    def _asked_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stop.set()


def _strangers(rows: Sequence[Row], known: Items) -> list[UUID]:
    """Return what events are about that no look has found yet."""
    about = {row["item"] for row in rows if store.ITEM_KINDS[row["item_kind"]] in ITEM_OF_SHELF}
    about |= {row["served_item"] for row in rows if row["served_item"] is not None}
    return sorted(each for each in about if each not in known.rows)


def _numbered(path: Path) -> Items:
    """Return the items of a snapshot by their numbers; a walk tells what is known of them now."""
    columns, facts = files.read(path)
    return items.items_of(columns, facts)


def _model_at(end: int, record: Log) -> Model:
    """Return the rank model as it was after `end` records: the file, else the newest good snapshot, else from the log."""
    path = _folder("") / files.RANK
    with suppress(ModelUnreadable):
        model = Model.open(path, RECIPE, writable=True)
        if record.base <= model.position <= end:
            model.catch_up(record)
            return model
    for version in reversed(snapshots.versions(_folder("snapshots"))):
        if record.base <= version.position <= end:
            with suppress(ModelUnreadable):
                model = snapshots.restore(_folder("snapshots"), version, path, RECIPE)
                model.catch_up(record)
                return model
    model = Model.create(path, RECIPE)
    model.start_at(record.base)
    model.catch_up(record)
    return model


@transactional
def _cluster() -> str:
    """Return which database counts the transactions; events that came with a backup are counted anew."""
    order = store.SQL.one("order_of_events") or {}
    if order["is_restored"]:
        store.SQL.run("count_anew")
        _throw_away()
    return str(order["cluster"])


def _throw_away() -> None:
    for path in [*files.folder().glob("*.bin"), *_folder("snapshots").glob("*")]:
        path.unlink(missing_ok=True)
    for name in ("rank.log", files.RANK, files.MANIFEST):
        (files.folder() / name).unlink(missing_ok=True)


def _folder(name: str) -> Path:
    path = files.folder() / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def _next_generation() -> int:
    """Return a number that no file has yet."""
    numbers = [int(path.stem.rpartition("-")[2]) for path in files.folder().glob("*-*.bin")]
    return max(numbers, default=0) + 1


def _only_one() -> IO[str]:
    """Take the lock of the one who writes. Raises AlreadyLearning."""
    lock = (_folder("") / "learner.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        lock.close()
        raise AlreadyLearning from taken
    return lock
