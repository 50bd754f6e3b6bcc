"""What was learned of events so far: links between items, what cohorts do, what is tried, and what was shown where."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from anxin.engine.compiling import Bools, Doubles, Floats, Longs, Table
from anxin.engine.explore.pools import NOBODY, Newcomers, Plan, Pools
from anxin.engine.recall.live import Knobs, Live, Room, learn, live_of
from anxin.engine.recall.popular import Popular
from anxin.market.interest.brain import files
from anxin.market.interest.brain.files import Held
from anxin.market.interest.brain.items import COHORTS_MAX, Items
from anxin.market.interest.brain.numbers import number_of
from anxin.market.interest.errors import EngineForeign

ROOM = Room(links=64, remembered=32, holders=48)
KNOBS = Knobs(fade_s=30 * 86_400.0, patience_s=3 * 86_400.0)  # links fade over a month [CHOICE]
ROOM_MIN = 4_096
SHOWN_MAX = 2_000_000  # impressions whose outcomes are still joined
YOUNG_SECONDS = 7 * 86_400  # a post that is older when it is first met is not tried
PLAN = Plan(tiers=(100, 400))
BEFORE_ALL = UUID(int=0)
ASKED = 32  # latest things that say which cohort somebody belongs to


@dataclass(frozen=True)
class Cursor:
    """How far events were followed: transaction and event; `cluster` is the database that counts the transactions."""

    cluster: str = ""
    tx: int = 0
    id: UUID = BEFORE_ALL
    day: date = date(2000, 1, 1)

    def text(self) -> str:
        """Return it as the list of files has it."""
        return f"{self.tx}:{self.id}:{self.day}"


@dataclass
class Learned:
    """The learner's memory. `live` is mapped: servers see each event at once."""

    live: Live
    live_name: str
    held: Held
    popular: Popular
    pools: Pools
    people: dict[int, int] = field(default_factory=dict)  # names, never ids
    shown: dict[int, int] = field(default_factory=dict)  # place of an answer → log number × 2, + 1 once it was good
    owners: dict[int, int] = field(default_factory=dict)  # creators and shops as the pools number them
    cursor: Cursor = field(default_factory=Cursor)
    log_end: int = 0

    @classmethod
    def nothing(cls, generation: int) -> "Learned":
        """Return a memory without anything in it, with files of its own."""
        name = f"live-{generation:06d}.bin"
        live = files.make_live(files.folder() / name, live_of(ROOM_MIN, ROOM_MIN, ROOM))
        return cls(live, name, Held(files.folder() / name), Popular(ROOM_MIN, COHORTS_MAX), Pools(PLAN))

    @classmethod
    def read(cls, path: Path, generation: int) -> "Learned":
        """Return a memory that was saved, its live state in a file of its own. Raises EngineUnreadable."""
        arrays, facts = files.read(path)
        if facts.get("format") != files.FORMAT:
            raise EngineForeign(path.name)
        name = f"live-{generation:06d}.bin"
        content = Live(*(arrays[f"live_{at}"] for at in range(len(Live._fields))))
        live = files.make_live(files.folder() / name, content)
        popular = Popular.of_state((arrays["popular"], arrays["popular_at"]), len(live.total))
        cursor = Cursor(facts["cluster"], facts["tx"], UUID(facts["id"]), date.fromisoformat(facts["day"]))
        return cls(
            live,
            name,
            Held(files.folder() / name),
            popular,
            Pools.of_table(PLAN, arrays["pools"]),
            {int(key): row for row, key in enumerate(arrays["people"])},
            dict(zip(arrays["shown_keys"].tolist(), arrays["shown"].tolist(), strict=True)),
            {int(key): row for row, key in enumerate(arrays["owners"])},
            cursor,
            facts["log_end"],
        )

    def save(self, path: Path) -> None:
        """Write everything into one file."""
        counts, moments = self.popular.state()
        arrays: dict[str, Table] = {f"live_{at}": np.asarray(array) for at, array in enumerate(self.live)}
        arrays |= {
            "popular": counts,
            "popular_at": moments,
            "pools": self.pools.table(),
            "people": np.fromiter(self.people, np.int64),
            "owners": np.fromiter(self.owners, np.int64),
            "shown_keys": np.fromiter(self.shown, np.int64),
            "shown": np.fromiter(self.shown.values(), np.int64),
        }
        facts: dict[str, Any] = {
            "format": files.FORMAT,
            "cluster": self.cursor.cluster,
            "tx": self.cursor.tx,
            "id": str(self.cursor.id),
            "day": self.cursor.day.isoformat(),
            "log_end": self.log_end,
        }
        files.write(path, arrays, facts)

    def make_room(self, items: int, people: int, generation: int) -> bool:
        """Move to a larger live state when items or people no longer fit; say whether it moved."""
        rooms = len(self.live.total), len(self.live.had_count)
        if items <= rooms[0] and people <= rooms[1]:
            return False
        wanted = [
            max(room, 2 * need) if need > room else room for room, need in zip(rooms, (items, people), strict=True)
        ]
        larger = live_of(wanted[0], wanted[1], ROOM)
        arrays: list[tuple[Table, Table]] = list(zip(self.live, larger, strict=True))
        for old, new in arrays:
            new[tuple(slice(length) for length in old.shape)] = old
        self.live_name = f"live-{generation:06d}.bin"
        self.live = files.make_live(files.folder() / self.live_name, larger)
        self.held = Held(files.folder() / self.live_name)
        self.popular = Popular.of_state(self.popular.state(), wanted[0])
        return True

    def had(self, items: Items, people: Sequence[int], rows: Sequence[int], at: Sequence[int]) -> None:
        """Learn that people did something with items."""
        if not rows:
            return
        who = np.fromiter((self.people.setdefault(one, len(self.people)) for one in people), np.int32)
        what, when = np.array(rows, np.int32), np.array(at, np.int64)
        cohorts = np.array([self.cohort_of(items, int(one)) for one in who], np.int32)
        known = cohorts >= 0
        self.popular.learn(cohorts[known], what[known], when[known])
        learn(self.live, KNOBS, who, what, when)

    def cohort_of(self, items: Items, person: int) -> int:
        """Return the category that somebody had most of lately."""
        count = int(self.live.had_count[person])
        last = self.live.had[person][: min(count, self.live.had.shape[1], ASKED)]
        cohorts = [cohort for cohort in (items.cohort_of(int(row)) for row in last if row < len(items)) if cohort >= 0]
        return max(sorted(set(cohorts)), key=cohorts.count) if cohorts else NOBODY

    def let_in(self, items: Items, rows: Sequence[int], *, now: int) -> None:
        """Let young posts into the first pool."""
        some = [row for row in rows if items.all[row].shown and now - items.all[row].born_at < YOUNG_SECONDS]
        if some:
            self.pools.add(
                Newcomers(
                    np.array(some),
                    np.array([max(items.cohort_of(row), 0) for row in some]),
                    np.array([self._owner(items.all[row].creator) for row in some]),
                    np.array([self._owner(items.all[row].shop) for row in some]),
                    np.array([self._brand(items.all[row].brand) for row in some]),
                )
            )

    def exposed(self, rows: Longs, tried: Bools) -> None:
        """Count exposures of items, those that explored against the caps of who is behind them."""
        self.pools.record(rows, np.zeros(len(rows)))
        inside = set(self.pools.items().tolist())
        self.pools.drawn([row for row in rows[tried].tolist() if row in inside])

    def trial(self, *, seed: int) -> tuple[Longs, Doubles]:
        """Return what is to be tried now, with the chance of each."""
        self.pools.review()
        return self.pools.shares(np.random.default_rng(seed))

    def popularity(self, items: Items, *, now: int) -> Floats:
        """Return cohorts × items, the last row everybody's: what is done now, and what was said of items before."""
        count = len(items)
        said = items.reactions(now=now)
        plain = said / max(float(said.sum()), 1e-9)
        rows = [self.popular.shares(cohort)[:count] for cohort in range(len(items.cohorts))]
        rows.append(self.popular.shares(None)[:count])
        return np.stack([(np.asarray(row) + plain).astype(np.float32) for row in rows])

    def forget_old_places(self) -> None:
        """Forget what was shown longest ago; its outcomes are not joined any more."""
        while len(self.shown) > SHOWN_MAX:
            self.shown.pop(next(iter(self.shown)))

    def _brand(self, name: str) -> int:
        return self.owners.setdefault(number_of(f"brand {name.casefold()}"), len(self.owners)) if name else NOBODY

    def _owner(self, who: UUID | None) -> int:
        if who is None:
            return NOBODY
        return self.owners.setdefault(who.int & 0x7FFF_FFFF_FFFF_FFFF, len(self.owners))
