"""What the buyers of the demo market thought of what they received: a third of them say so, most are content."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.orders.commands.loading import LoadedCheckout, LoadedOrder
from anxin.market.service.commands.loading import PastReview, Stars, load_reviews
from anxin.world.folk import Shop
from anxin.world.trade import Trade

HOUR = timedelta(hours=1)
SPEAKING, SHOWING, ANSWERED = 0.33, 0.2, 0.5
STARS = (5, 5, 5, 5, 5, 4, 4, 4, 3, 2, 1)
TEXTS = {
    5: (
        "很满意，和描述一致，会回购。",
        "质量超出预期，包装也很用心。",
        "家里人都说好，推荐。",
        "物流快，客服回复也及时。",
        "",
    ),
    4: ("整体不错，颜色比图片深一点点。", "性价比可以，就是包装一般。", "用着还行，等了三天才到。"),
    3: ("一般般，对得起这个价格。", "没有想象中好，也不算差。"),
    2: ("做工有点粗糙，线头不少。", "味道和描述有差距，有点失望。"),
    1: ("收到有磕碰，体验不好。", "尺寸不对，不推荐。"),
}
REPLIES = {
    True: ("谢谢您的支持，欢迎常来！", "感谢认可，我们会继续努力。"),
    False: ("抱歉没有让您满意，已联系您处理。", "非常抱歉，您可以申请售后，我们承担运费。"),
}


def write_reviews(trade: Trade, shops: Sequence[Shop]) -> None:
    """Let the dice say who reviews what, what they show of it and which shops answer."""
    owners = {shop.id: shop.owner_id for shop in shops}
    load_reviews(list(_reviews(trade, owners, random.Random(2028))))


def _reviews(trade: Trade, owners: Mapping[UUID, UUID], chance: random.Random) -> Iterator[PastReview]:
    for checkout in trade.checkouts:
        if checkout.id in trade.staged:
            continue
        for order in checkout.orders:
            if order.received_at is not None and chance.random() < SPEAKING:
                written_at = order.received_at + chance.randint(2, 90) * HOUR
                if written_at < trade.now:
                    yield _review(checkout, order, written_at, owners, (trade.now, chance))


def _review(
    checkout: LoadedCheckout,
    order: LoadedOrder,
    written_at: Instant,
    owners: Mapping[UUID, UUID],
    dice: tuple[Instant, random.Random],
) -> PastReview:
    now, chance = dice
    line = chance.choice(order.priced.lines)
    frozen, stars = line.good.frozen, chance.choice(STARS)
    shows = bool(frozen.get("picture")) and chance.random() < SHOWING
    answered_at = written_at + chance.randint(1, 60) * HOUR
    answers = answered_at < now and chance.random() < ANSWERED
    return PastReview(
        order_id=order.priced.id,
        line_id=line.id,
        shop_id=order.priced.shop_id,
        person_id=checkout.person_id,
        product_id=line.good.product_id,
        sku_id=line.good.sku_id,
        title=str(frozen.get("title", "")),
        options=tuple(str(value) for value in frozen.get("options", {}).values()),
        stars=Stars(stars, min(5, stars + chance.randint(0, 1)), max(1, stars - chance.randint(0, 1))),
        text=chance.choice(TEXTS[stars]),
        pictures=(str(frozen["picture"]),) if shows else (),
        written_at=written_at,
        reply=chance.choice(REPLIES[stars >= 4]) if answers else "",
        replied_at=answered_at if answers else None,
        replied_by=owners.get(order.priced.shop_id) if answers else None,
    )
