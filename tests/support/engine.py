"""A learner and the engine's files in a folder of the test's own, and visitors who teach it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anxin.infra import config as settings
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.interest import commands
from anxin.market.interest.brain import door, files
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.commands import Teller
from anxin.market.interest.commands.learning import Learning
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.interest.feed import choose_posts
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW

OTHERS_SECONDS_MAX = 300
THEMES = ("露营", "烘焙", "书法", "陶艺")
ENGLISH = ("camping", "baking", "calligraphy", "pottery")


@contextmanager
def a_home(patch: pytest.MonkeyPatch, home: Path) -> Iterator[Path]:
    """Let the engine's files lie in a folder of the test's own; what was loaded is forgotten before and after."""
    told = replace(settings.config(), home=str(home))
    for module in (files, door):
        patch.setattr(module, "config", lambda: told)
    DOOR.forget()
    yield home / "interest"
    DOOR.forget()


def learn(learner: Learner, now: Instant) -> None:
    """Let a learner do all that is due, whatever its pauses, until nothing told is left, and let this process know."""
    until = time.monotonic() + OTHERS_SECONDS_MAX
    _learn_twice(learner, now)
    while not connection.in_atomic_block and Learning(learner).is_behind:
        assert time.monotonic() < until, "a transaction beside this test does not end"
        time.sleep(0.1)
        _learn_twice(learner, now)
    assert DOOR.load_now() is not None, DOOR.reason


def _learn_twice(learner: Learner, now: Instant) -> None:
    for _ in range(2):
        learner._due.clear()
        while learner.step(now) or learner.is_walking:
            learner._due.clear()


@contextmanager
def a_learner(*facts: Any, now: Instant = NOW) -> Iterator[Learner]:
    """A learner that has learned all there is."""
    it = Learner(*facts)
    learn(it, now)
    yield it
    it.close()


def some_notes(count: int = 24, creators: int = 6) -> list[UUID]:
    """Notes of some creators in turn, the newest first, an hour apart."""
    who = [a_creator() for _ in range(creators)]
    return [
        a_public_post(who[number % creators], now=NOW - timedelta(hours=number), title=f"第{number}篇")
        for number in range(count)
    ]


def notes_of_themes(count: int = 48) -> dict[UUID, str]:
    """Notes of four THEMES in turn by twelve creators; with their themes."""
    creators, found = [a_creator() for _ in range(12)], {}
    for number in range(count):
        theme = number % len(THEMES)
        words = {
            "title": f"{THEMES[theme]}第{number}篇",
            "title_en": f"{ENGLISH[theme]} part {number}",
            "caption": f"今天说说 #{THEMES[theme]}",
            "caption_en": f"About #{ENGLISH[theme]}",
        }
        moment = NOW - timedelta(hours=number)
        found[a_public_post(creators[number // 4 % 12], now=moment, **words)] = THEMES[theme]
    return found


def visits(count: int, *, now: Instant = NOW) -> None:
    """So many strangers see a page and like its first card."""
    for _ in range(count):
        me = new_id()
        chosen = choose_posts(me, limit=6, now=now)
        told = [
            Told(new_id(), kind, Item(ItemKind.NOTE, post), now, chosen.request, slot)
            for slot, post in enumerate(chosen.posts)
            for kind in ((Kind.IMPRESSION, Kind.LIKE) if slot == 0 else (Kind.IMPRESSION,))
        ]
        commands.tell(told, Teller(me, is_person=False), now=now)


def statements(asked: CaptureQueriesContext) -> list[str]:
    """Return what was asked of the database, but for the edges of transactions."""
    return [one["sql"] for one in asked.captured_queries if not one["sql"].startswith(("BEGIN", "COMMIT"))]
