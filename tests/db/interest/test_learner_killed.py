"""The learner is killed, a real process each time: in the middle of a file, between two files, at any moment."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from django.db import connection
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW
from tests.conftest import HOME
from tests.support.engine import a_home, learn

from anxin.infra.postgres.server import embedded_url
from anxin.kernel.ids import new_id
from anxin.market.interest import commands, store
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.commands import Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Served, Told
from anxin.market.interest.feed import choose_posts

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
KILLED, CUT_SHORT = -signal.SIGKILL, -signal.SIGXFSZ
DEATHS = (
    ("half items-", CUT_SHORT),
    ("name current.json", KILLED),  # files were written, and nobody was told
    ("half learned-", CUT_SHORT),
    ("name snapshots", KILLED),  # a version of the rank model was copied, and does not count yet
    ("open learned-", KILLED),  # the numbers of items were saved, what was learned of them was not
    ("name learned-", KILLED),
    ("half tables-", CUT_SHORT),
    ("half lists-", CUT_SHORT),
    ("name lists-", KILLED),  # lists were learned anew, and nobody was told
    ("after 0.3", KILLED),  # at any moment, in a mapped file perhaps
    ("after 0.9", KILLED),
)
Life = Callable[[str], int]


@pytest.fixture
def life(home: Path) -> Iterator[Life]:
    url = embedded_url(HOME, connection.settings_dict["NAME"])
    told = {"ANXIN_HOME": str(home.parent), "DATABASE_URL": url, "ANXIN_MODE": "test", "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.dying"], cwd=ROOT, env=os.environ | told, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    lines, answers = process.stdin, process.stdout
    assert answers.readline() == "ready\n"

    def lived(how: str) -> int:
        lines.write(f"{how}\n")
        lines.flush()
        return int(answers.readline())

    yield lived
    lines.close()
    process.wait()
    answers.close()


def people_look(posts: list[UUID], count: int) -> None:
    """Let people see six places each and like one of them; what they were served is written down."""
    for number in range(count):
        me = new_id()
        items = tuple(Item(ItemKind.NOTE, posts[(number + at) % len(posts)]) for at in range(6))
        note = '{"from": "popular", "step": 0, "cohort": -1}'
        served = Served(new_id(), me, NOW, items, (1.0,) * len(items))
        store.keep_served(served, "feed", "popular", [note] * len(items))
        told = [Told(new_id(), Kind.IMPRESSION, one, NOW, served.id, slot) for slot, one in enumerate(items)]
        told += [
            Told(new_id(), Kind.LIKE, one, NOW, served.id, slot) for slot, one in enumerate(items) if slot % 3 == 0
        ]
        commands.tell(told, Teller(me, is_person=False), now=NOW)


def test_killed_anywhere_it_comes_back_and_learns_each_event_once(home, life, monkeypatch, tmp_path):
    creators = [a_creator() for _ in range(3)]
    posts = [
        a_public_post(creators[number % 3], now=NOW - timedelta(hours=number), title=f"第{number}篇")
        for number in range(24)
    ]
    people_look(posts, 5)
    first = Learner()
    learn(first, NOW)
    first.close()
    for how, end in DEATHS:
        people_look(posts, 5)
        assert life(how) == end, how
        assert DOOR.load_now() is not None, (how, DOOR.reason)  # a server that starts just now
        chosen = choose_posts(new_id(), limit=6, now=NOW)
        assert (chosen.policy, len(chosen.posts)) == ("quality-1", 6), how
    last = Learner()
    learn(last, NOW)
    last.close()
    assert not list(home.rglob("*.making"))  # nothing unfinished is left lying about
    with a_home(monkeypatch, tmp_path / "calm"):
        calm = Learner()
        learn(calm, NOW)
        calm.close()
    facts, wanted = last.model.facts(), calm.model.facts()
    assert (facts.impressions, facts.outcomes) == (wanted.impressions, wanted.outcomes)
    assert facts.impressions == 6 * 5 * (len(DEATHS) + 1)
    assert set(last.learned.shown) == set(calm.learned.shown)
    assert last.learned.people == calm.learned.people
    for one, other in zip(last.learned.live, calm.learned.live, strict=True):
        assert np.array_equal(one, other, equal_nan=True)
