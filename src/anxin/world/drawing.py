"""The demo's pictures, drawn by other processes while this one prepares the database: they need nothing from it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from rich.progress import Progress

from anxin.infra.media import keep_picture
from anxin.world.goods import Goods
from anxin.world.pictures import Shot, palette_of, product_picture, shop_banner, shop_logo
from anxin.world.tables import ShopLine, kinds, shop_lines

WORKERS = 2
SHOTS_A_TASK = 12


@dataclass(frozen=True)
class Drawn:
    """Keys of stored pictures: of products by their shot, of shops (logo, banner) by their slug."""

    shots: Mapping[Shot, str]
    shops: Mapping[str, tuple[str, str]]

    def of(self, one: Goods) -> list[str]:
        """Return the pictures of a product."""
        return [self.shots[shot] for shot in one.shots]


@contextmanager
def drawing(goods: Sequence[Goods]) -> Iterator[Callable[[Progress], Drawn]]:
    """Begin to draw and store the pictures of shops and goods; yields what waits for them, with a progress bar."""
    shots = tuple(dict.fromkeys(shot for one in goods for shot in one.shots))
    lines = tuple(enumerate(shop_lines()))
    with ProcessPoolExecutor(WORKERS) as pool:
        parts = [shots[at : at + SHOTS_A_TASK] for at in range(0, len(shots), SHOTS_A_TASK)]
        try:
            drawn = [pool.submit(_draw_shots, part) for part in parts]
            signs = [pool.submit(_draw_shop, index, line) for index, line in lines]
            yield lambda display: Drawn(
                dict(zip(shots, (key for keys in _heard(drawn, display) for key in keys), strict=True)),
                {line.slug: sign.result() for (_, line), sign in zip(lines, signs, strict=True)},
            )
        finally:
            pool.shutdown(cancel_futures=True)


def _heard(parts: Sequence[Future[list[str]]], display: Progress) -> Iterator[list[str]]:
    for part in display.track(parts, description="Drawing pictures"):
        yield part.result()


def _draw_shots(shots: Sequence[Shot]) -> list[str]:
    return [keep_picture(product_picture(shot)) for shot in shots]


def _draw_shop(index: int, line: ShopLine) -> tuple[str, str]:
    palette = palette_of(line.tops[0], index)
    glyphs = [line.glyph, *(kind.glyph for kind in kinds() if kind.leaf.startswith(line.tops[0]))]
    banner = shop_banner(tuple(dict.fromkeys(glyphs))[:5], palette, seed=index)
    return keep_picture(shop_logo(line.glyph, palette)), keep_picture(banner)
