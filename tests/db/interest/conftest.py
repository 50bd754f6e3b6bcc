"""The engine's files in a folder of each test's own, some posts, and a learner of them for whoever asks for one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    from tests.support.engine import a_home

    with a_home(monkeypatch, tmp_path) as folder:
        yield folder


@pytest.fixture
def posts(home: Path) -> list[UUID]:
    from tests.support.engine import some_notes

    return some_notes()


@pytest.fixture
def market(home: Path) -> dict[UUID, str]:
    from tests.support.engine import notes_of_themes

    return notes_of_themes()


@pytest.fixture
def learner(posts: list[UUID]) -> Iterator[Any]:
    from tests.support.engine import a_learner

    with a_learner() as it:
        yield it
