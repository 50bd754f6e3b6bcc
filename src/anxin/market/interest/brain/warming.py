"""Compile what serving needs, or read it from the cache, before anybody waits for it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from anxin.engine.rank.model import Model
from anxin.engine.recall.ann import Index, build_lists
from anxin.engine.recall.lists import no_lists
from anxin.engine.recall.live import live_of
from anxin.engine.serving import RECIPE, Ask, Reader, Rules, Shelf, State, serve_page
from anxin.engine.value import QUALITY
from anxin.market.interest.brain import files
from anxin.market.interest.brain.dealing import signs_for
from anxin.market.interest.brain.learned import ROOM


def warm() -> None:
    """Serve one page of a market of four items, mapped as a server maps them."""
    with TemporaryDirectory() as folder:
        files.make_live(Path(folder) / "live", live_of(4, 4, ROOM))
        Model.create(Path(folder) / "model", RECIPE)
        live, model = files.open_live(Path(folder) / "live"), Model.open(Path(folder) / "model", RECIPE)
        rows = np.arange(4)
        vectors = np.eye(4, dtype=np.float32)
        shelf = Shelf(
            rows, rows, rows, rows[:, None], rows, rows, rows, rows, vectors, vectors[:1], np.ones(4, np.bool_)
        )  # fmt: skip
        reader = Reader(rows[:2].astype(np.int32), np.ones(2))
        state = State(shelf, live, model, 1, index=Index(build_lists(vectors)), lists=no_lists(4))
        signs_for(1, QUALITY, second=0)
        serve_page(state, reader, Rules(), Ask(2, np.random.default_rng(0)), now=0)
