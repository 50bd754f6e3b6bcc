"""Papers for the packer on A6: a waybill a parcel, and a list of what is still to be packed. Receivers are masked."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

import qrcode
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from qrcode.image.svg import SvgPathImage

from anxin.faces.access import operation
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import LineView, OrderView, order_view
from anxin.faces.parcel_words import Receiver, carrier_names, masked_receiver
from anxin.kernel.contacts import masked_note
from anxin.kernel.ids import parse_public_id
from anxin.market.orders import queries
from anxin.market.orders.errors import UnknownOrder
from anxin.market.orders.queries import OrderFacts, ParcelFacts

ORDERS_MAX = 100


@dataclass(frozen=True)
class Slip:
    """One paper: of a parcel with its number, or without one, and with the buyer's note, of what waits to be packed."""

    order: OrderView
    receiver: Receiver | None
    pieces: tuple[tuple[LineView, int], ...]
    carrier: str = ""
    tracking_no: str = ""
    code: SafeString | None = None
    note: str = ""

    @property
    def count(self) -> int:
        """How many pieces are in it."""
        return sum(pieces for _line, pieces in self.pieces)


@require_GET
@operation("orders.ship")
def slips(request: HttpRequest) -> HttpResponse:
    """Show the papers of the ticked orders: of every parcel, and of what is still to be sent."""
    numbers = list(dict.fromkeys(request.GET.getlist("order")))
    if not 0 < len(numbers) <= ORDERS_MAX:
        too_many = _("Tick at most %(number)s orders at once.") % {"number": ORDERS_MAX}
        messages.warning(request, too_many if numbers else _("Tick the orders first."))
        return redirect("studio_orders")
    wanted = [parse_public_id("ord", number) for number in numbers]
    found = queries.orders_by_id(wanted)
    mine = [found[order_id] for order_id in wanted if order_id in found and found[order_id].shop_id == _shop(request)]
    if len(mine) < len(wanted):
        raise UnknownOrder
    return _show(request, [slip for order in mine for slip in _of_order(order)])


@require_GET
@operation("orders.ship")
def parcel_slip(request: HttpRequest, order: str, parcel: str) -> HttpResponse:
    """Show the waybill of one parcel."""
    facts = queries.order(parse_public_id("ord", order), shop_id=_shop(request))
    wanted = parse_public_id("par", parcel)
    found = [one for one in facts.parcels if one.id == wanted]
    if not found:
        raise UnknownOrder
    return _show(request, [_of_parcel(_view(facts), one) for one in found])


def _show(request: HttpRequest, papers: list[Slip]) -> HttpResponse:
    return render(
        request, "studio/slips.html", {"slips": papers, "has_waybills": any(paper.tracking_no for paper in papers)}
    )


def _of_order(facts: OrderFacts) -> Iterator[Slip]:
    order = _view(facts)
    yield from (_of_parcel(order, parcel) for parcel in facts.parcels)
    waiting = tuple((line, line.facts.unshipped) for line in order.lines if line.facts.unshipped)
    if waiting and "ship" in facts.steps:
        yield Slip(order, masked_receiver(facts), waiting, note=masked_note(facts.note))


def _of_parcel(order: OrderView, parcel: ParcelFacts) -> Slip:
    lines = {line.facts.id: line for line in order.lines}
    pieces = tuple((lines[line_id], count) for line_id, count in parcel.contents if line_id in lines)
    carrier = carrier_names().get(parcel.carrier, parcel.carrier.upper())
    return Slip(order, masked_receiver(order.facts), pieces, carrier, parcel.tracking_no, _qr_code(parcel.tracking_no))


def _qr_code(number: str) -> SafeString:
    """Return the number as a QR code for a scanner, drawn in SVG."""
    drawn = BytesIO()
    qrcode.make(number, image_factory=SvgPathImage).save(drawn)
    svg = drawn.getvalue().decode().partition("?>")[2].strip()
    return mark_safe(svg.replace(' id="qr-path"', ""))  # noqa: S308 - squares, drawn by the library


def _view(facts: OrderFacts) -> OrderView:
    return order_view(facts, english=not reads_chinese())


def _shop(request: HttpRequest) -> UUID:
    return request.shop_id  # type: ignore[attr-defined,no-any-return]  # set by the door


urlpatterns = [
    path("orders/slips", slips, name="studio_slips"),
    path("orders/<str:order>/parcels/<str:parcel>/slip", parcel_slip, name="studio_parcel_slip"),
]
