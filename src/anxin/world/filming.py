"""The demo's films are made while people look at the market already: a few at a time, in the worker's queue for slow work.

Drawing and encoding run in a process of its own that gives way to everything else. A film whose post exists is not made again.
"""

import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from anxin.infra import clock
from anxin.infra.clips import WHOLE, keep_clip
from anxin.infra.config import config
from anxin.infra.jobs import SLOW, task
from anxin.infra.media import keep_picture, picture_bytes
from anxin.infra.media_engine import Prepared
from anxin.market.content.commands.loading import LoadedPost, LoadedVideo, load_posts
from anxin.world.films import Film, Scene

FIRST_BATCH, BATCH = 4, 8  # the first ones are there within seconds
BEHIND_PEOPLE = -10  # what somebody uploads is prepared first


@dataclass(frozen=True)
class FilmOrder:
    """A film to make: the post that will show it, as JSON, and its scenes (picture, name, price)."""

    post: dict[str, Any]
    palette: str
    seed: int
    scenes: list[tuple[str, str, str]]


def order_films(orders: Sequence[FilmOrder]) -> None:
    """Have films made, with the surrounding transaction."""
    begins = [0, *range(FIRST_BATCH, len(orders), BATCH), len(orders)]
    for start, end in pairwise(begins):
        if start < end:
            films: Any = [asdict(one) for one in orders[start:end]]
            make_films.configure(priority=BEHIND_PEOPLE).defer(films=films)


@task("world.films", queue=SLOW)
def make_films(films: list[dict[str, Any]]) -> None:
    """Make a few films and publish their posts."""
    orders = [FilmOrder(**one) for one in films]
    workshop = config().home_path / "workshop"
    workshop.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=workshop) as place:
        folders = [Path(place) / str(number) for number in range(len(orders))]
        made = _shot([_film(one) for one in orders], folders)
        posts = [_post(*each) for each in zip(orders, made, folders, strict=True)]
    load_posts(posts, now=clock.now())


def _film(order: FilmOrder) -> Film:
    scenes = tuple(Scene(picture_bytes(key), name, price) for key, name, price in order.scenes)
    return Film(scenes, order.palette, order.seed)


def _shot(films: list[Film], folders: list[Path]) -> list[Prepared]:
    """Have the films made by another process; what passes between us is our own."""
    told = pickle.dumps(list(zip(films, folders, strict=True)))
    command = [sys.executable, "-m", "anxin.world.filming_process"]
    heard = subprocess.run(command, input=told, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603
    made: list[Prepared] = pickle.loads(heard)  # noqa: S301
    return made


def _post(order: FilmOrder, made: Prepared, folder: Path) -> LoadedPost:
    size = (folder / WHOLE).stat().st_size
    video = LoadedVideo(f"demo-{order.seed:03d}.mp4", size, keep_clip(folder), keep_picture(made.poster), made)
    post = TypeAdapter(LoadedPost).validate_python(order.post)
    return replace(post, video=video)
