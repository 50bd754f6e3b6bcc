"""The merchant's orders as a spreadsheet: a row a line, filtered as the list is. Receivers are masked as on a waybill."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.faces.order_words import OrderView, order_view
from anxin.faces.parcel_words import carrier_names, masked_receiver
from anxin.faces.spreadsheet import in_zone, plain_code
from anxin.kernel.contacts import masked_note
from anxin.market.orders.queries import OrderFacts

Cell = str | int
Row = Sequence[Cell]


MOMENTS = [gettext_lazy("Placed"), gettext_lazy("Paid"), gettext_lazy("Shipped"), gettext_lazy("Received")]
REST = [
    *(gettext_lazy("Product"), gettext_lazy("Options"), gettext_lazy("SKU code"), gettext_lazy("Price")),
    *(gettext_lazy("Pieces"), gettext_lazy("Shipped pieces"), gettext_lazy("Refunded pieces")),
    *(gettext_lazy("Amount"), gettext_lazy("Freight"), gettext_lazy("Total"), gettext_lazy("Refunded")),
    *(gettext_lazy("Receiver"), gettext_lazy("Phone"), gettext_lazy("Address"), gettext_lazy("Note")),
    gettext_lazy("Parcels"),
]


def rows_of(orders: Iterable[OrderFacts], *, english: bool) -> Iterator[Row]:
    """Yield the heading and a row for each line. What is the whole order's stands in its first row, so that sums are right."""
    yield (_("Order"), _("State"), *(in_zone(str(name)) for name in MOMENTS), *map(str, REST))
    carriers = carrier_names()
    for facts in orders:
        yield from _rows(order_view(facts, english=english), carriers)


def _rows(order: OrderView, carriers: Mapping[str, str]) -> Iterator[Row]:
    facts = order.facts
    moments = (facts.placed_at, facts.paid_at, facts.shipped_at, facts.received_at)
    head = (order.number, order.state, *(_local(moment) for moment in moments))
    sums: tuple[Cell, ...] = (facts.freight_minor, facts.total_minor, facts.refunded_minor)
    for line in order.lines:
        pieces = (line.facts.quantity, line.facts.shipped_quantity, line.facts.refunded_quantity)
        code = plain_code(str(line.facts.frozen.get("code", "")))
        counts = [str(number) for number in pieces]
        goods: Row = [line.title, line.options, code, line.facts.price_minor, *counts, line.facts.amount_minor]
        yield (*head, *goods, *sums, *_receiver(facts), masked_note(facts.note), _parcels(facts, carriers))
        sums = ("",) * len(sums)


def _receiver(facts: OrderFacts) -> tuple[str, str, str]:
    receiver = masked_receiver(facts)
    return (receiver.name, receiver.phone, receiver.address) if receiver else ("", "", "")


def _parcels(facts: OrderFacts, carriers: Mapping[str, str]) -> str:
    numbers = [
        f"{carriers.get(parcel.carrier, parcel.carrier.upper())} {parcel.tracking_no}" for parcel in facts.parcels
    ]
    return "; ".join(numbers)


def _local(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
