"""Shipping many orders by a CSV file (批量发货): each row is one parcel, and each row is answered for."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from anxin.faces.pages import message_of
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.orders import commands
from anxin.market.orders.commands import Shipment
from anxin.market.orders.queries import OrderFacts

COLUMNS = ("order", "carrier", "tracking_no")
ROWS_MAX = 2_000


@dataclass(frozen=True)
class Refused:
    """A row that was not shipped and why."""

    line: int
    order: str
    reason: str


@dataclass(frozen=True)
class BatchResult:
    """What became of each row."""

    shipped: tuple[str, ...]
    refused: tuple[Refused, ...]


def ship_batch(data: bytes, *, shop_id: UUID, now: Instant) -> BatchResult:
    """Ship every row that can be shipped, each in its own transaction; return the rows that cannot with the reason."""
    shipped: list[str] = []
    refused: list[Refused] = []
    for line, row in _rows(data):
        order = (row.get("order") or "").strip()
        carrier, tracking_no = row.get("carrier"), row.get("tracking_no")
        if line < 0 or None in row.values() or carrier is None or tracking_no is None:
            refused.append(Refused(abs(line), order, _("A row needs the columns order, carrier and tracking_no.")))
            continue
        try:
            shipment = Shipment(parse_public_id("ord", order), carrier.strip().lower(), tracking_no.strip())
            commands.ship(shipment, shop_id=shop_id, now=now)
        except AnxinError as error:
            refused.append(Refused(line, order[:40], message_of(error)))
        else:
            shipped.append(order)
    return BatchResult(tuple(shipped), tuple(refused))


def template_rows(orders: Iterable[OrderFacts]) -> Iterator[tuple[str, ...]]:
    """Yield the orders as rows to fill in: carrier and tracking number are empty, the rest is to read."""
    yield (*COLUMNS, "receiver", "address", "items")
    for order in orders:
        address = order.address or {}
        items = "; ".join(f"{line.frozen['title']} x{line.unshipped}" for line in order.lines if line.unshipped)
        yield (public_id("ord", order.id), "", "", address.get("name", ""), address.get("text", ""), items)


def _rows(data: bytes) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Yield (line number, row); a file that cannot be read yields one row with a negative number."""
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")), restkey="more")
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            yield -1, {}
            return
        for count, row in enumerate(reader):
            if count >= ROWS_MAX:
                return
            yield reader.line_num, {name: row[name] for name in COLUMNS}
    except (UnicodeDecodeError, csv.Error):
        yield -1, {}
