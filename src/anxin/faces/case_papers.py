"""What the desk's page of a case and the desk's programs both read: the goods, their page that day, pictures of the talk."""

from dataclasses import dataclass
from uuid import UUID

from anxin.faces.language import reads_chinese
from anxin.infra.media import Size, picture_url
from anxin.infra.vault import NotInVault
from anxin.kernel.clock import Instant
from anxin.market.catalog import queries as catalog
from anxin.market.guarantee.queries import disputes
from anxin.market.guarantee.queries.disputes import DisputeFacts
from anxin.market.orders.queries import LineFacts, OrderFacts
from anxin.market.service.queries import conversations

PICTURES_SHOWN = 6


@dataclass(frozen=True)
class SnapshotView:
    """What the product page said on the day of the order."""

    title: str
    description_html: str
    attributes: tuple[tuple[str, str], ...]
    pictures: tuple[str, ...]
    price_minor: int
    shown_from: Instant
    number: int
    sha256: str


def line_of_case(order: OrderFacts, case: DisputeFacts) -> LineFacts:
    """Return the order line that a case is about."""
    return next(one for one in order.lines if one.id == case.line_id)


def snapshot_of(line: LineFacts) -> SnapshotView:
    """Return the version of the product page that the line was bought from, in the reader's language."""
    kept = catalog.snapshot(line.product_id, line.product_version)
    shown = kept.shown
    sku = next((one for one in shown["skus"] if one["id"] == str(line.sku_id)), None)
    english = not reads_chinese()
    attributes = shown.get("attributes") or {}
    return SnapshotView(
        title=(english and shown.get("title_en")) or shown["title"],
        description_html=shown.get("description_html", ""),
        attributes=tuple((str(name), str(value)) for name, value in attributes.items()),
        pictures=tuple(picture_url(one["key"], Size.CARD) for one in (shown.get("pictures") or ())[:PICTURES_SHOWN]),
        price_minor=sku["price_minor"] if sku else line.price_minor,
        shown_from=kept.shown_from,
        number=kept.number,
        sha256=kept.sha256,
    )


def talk_picture(dispute_id: UUID, message_id: UUID, number: int) -> bytes:
    """Return a picture of the conversation that belongs to a case. Raises UnknownDispute, NotInVault."""
    case = disputes.dispute(dispute_id)
    found = conversations.conversation_of_order(case.order_id)
    if found is None or all(one.id != message_id for one in found.messages):
        raise NotInVault
    return conversations.picture(found.conversation_id, message_id, number)
