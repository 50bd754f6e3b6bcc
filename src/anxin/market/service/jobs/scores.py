"""When scores are reckoned: from 3:00 in Shanghai, and at once for a shop that opens."""

from procrastinate.contrib.django import app

from anxin.infra import clock
from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.service.commands.scores import reckon_due, reckon_shops
from anxin.market.shops.events import ShopOpened


@app.periodic(cron="0 * * * *")  # every hour, so that a night in which nothing ran is made up for
@app.task(name="service.reckon_scores")
def reckon_scores(timestamp: int) -> None:  # noqa: ARG001 - procrastinate tells when it was due
    """Reckon today's scores that are missing."""
    reckon_due(now=clock.now())


@subscribe(ShopOpened)
def begin(event: ShopOpened, *, now: Instant) -> None:
    """A new shop begins in the growth stage."""
    reckon_shops([event.shop_id], shanghai_day(now), now=now)
