"""The demo market's creators: notes at the start, films that play by and by, and books that hold."""

from collections import Counter
from datetime import timedelta

import av
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from rich.progress import Progress

from anxin.infra.clips import open_clip
from anxin.infra.clock import now
from anxin.infra.doctor import examine
from anxin.market.content.queries import posts as content
from anxin.market.content.queries.posts import PostKind
from anxin.market.interest.queries import events_of_day
from anxin.world.audience import sit
from anxin.world.creators import show_content
from anxin.world.demo import opening
from anxin.world.filming import make_films

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo market on a small scale, so that a test need not draw a thousand pictures."""
    from anxin.world import goods, trade

    monkeypatch.setattr(goods, "PRODUCTS", 140)
    monkeypatch.setattr(trade, "CHECKOUTS", 500)
    with opening() as fill, Progress(disable=True) as display:
        fill(display)


def test_creators_show_notes_at_once_and_films_that_play_by_and_by(filled):
    with Progress(disable=True) as display:
        show_content(display)
        show_content(display)  # a start that was killed after it begins again
    notes = content.newest_posts(PostKind.NOTE, limit=100).items
    assert len(notes) == 100
    assert all(card.goods and card.post.pictures and card.post.caption_en for card in notes)
    assert any(card.counts.likes and card.counts.comments for card in notes)
    first = ProcrastinateJob.objects.filter(task_name="world.films").order_by("id")[0].args["films"][:2]
    for _ in range(2):  # a worker that was killed makes them again
        make_films.func(films=first)
    films = content.newest_posts(PostKind.VIDEO, limit=100).items
    assert len(films) == 2
    for card in films:
        _check_plays(card)
    assert content.search_posts(films[0].post.title, kind=PostKind.VIDEO).items
    _check_audience()
    assert [result for result in examine() if not result.ok] == []


def _check_audience() -> None:
    """People look at posts once, however often they are asked to; their likes and what they saw are believed."""
    seated = ProcrastinateJob.objects.filter(task_name="world.audience").order_by("id")[0].args["people"]
    for _ in range(2):
        sit.func(people=seated)  # a whole task's: eight people may well tap nothing
    told = Counter(
        row["kind"] for day in range(5) for row in events_of_day(now().date() - timedelta(days=day)) if not row["doubt"]
    )
    assert len(seated) * 2 * 4 < told["impression"] <= len(seated) * 2 * 8
    assert told["like"]
    assert told["product_click"]


def _check_plays(card: content.PostCard) -> None:
    media = card.post.media
    assert media is not None
    with open_clip(media.key) as file:
        head = file.read()
        assert head.index(b"moov") < head.index(b"mdat")  # fast start
        file.seek(0)
        with av.open(file) as film:
            assert [stream.codec_context.name for stream in film.streams] == ["h264", "aac"]
            seen = sum(1 for _ in film.decode(video=0))
    assert seen * 1000 // 15 == media.duration_ms
    assert all(anchor.at_ms < media.duration_ms for anchor, _ in card.goods)
