"""Monthly statements of a shop: the list, one month, and its download."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, register_converter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.spreadsheet import csv_download, in_zone
from anxin.kernel.ids import public_id
from anxin.market.settlement import queries
from anxin.market.settlement.queries import LineView, TradeType
from anxin.ui.parts import Series

COLUMN_NAMES = {
    "order_total_minor": gettext_lazy("Order total"),
    "freight_minor": gettext_lazy("Freight"),
    "shop_coupon_minor": gettext_lazy("Shop coupon"),
    "pre_refund_minor": gettext_lazy("Refunded before settlement"),
    "platform_subsidy_minor": gettext_lazy("Platform subsidy"),
    "author_subsidy_minor": gettext_lazy("Creator subsidy"),
    "payment_subsidy_minor": gettext_lazy("Payment subsidy"),
    "paid_minor": gettext_lazy("Paid by the buyer"),
    "service_fee_minor": gettext_lazy("Technical service fee"),
    "commission_minor": gettext_lazy("Commission"),
    "leader_fee_minor": gettext_lazy("Group leader's fee"),
    "channel_minor": gettext_lazy("Channel split"),
    "net_minor": gettext_lazy("Net"),
}
TRADE_NAMES = {
    TradeType.SETTLED: gettext_lazy("Settled"),
    TradeType.REFUND_AFTER_SETTLE: gettext_lazy("Refund after settlement"),
    TradeType.DEPOSIT_REFUND: gettext_lazy("Deposit refund"),
    TradeType.OTHER: gettext_lazy("Correction"),
}


class MonthConverter:
    """A month in an address: `2026-03`."""

    regex = r"20\d\d-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        """Return the first day of the month."""
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        """Write the month of a day."""
        return f"{value:%Y-%m}"


@require_GET
@operation("money.read")
def statements(request: HttpRequest) -> HttpResponse:
    """Show the months of the shop."""
    page = queries.statements(_shop(request), before=_before(request))
    months = list(reversed(page.items))
    facts = {
        "page": page,
        "labels": [f"{month.month:%Y-%m}" for month in months],
        "series": [
            Series(_("Net"), tuple(month.net_minor for month in months)),
            Series(_("Technical service fee"), tuple(month.service_fee_minor for month in months)),
        ],
    }
    return render(request, "studio/statements.html", facts)


@require_GET
@operation("money.read")
def statement(request: HttpRequest, month: date) -> HttpResponse:
    """Show one month line by line."""
    page = queries.statement_lines(_shop(request), month, limit=50, cursor=_cursor(request))
    facts = {
        "month": month,
        "sums": queries.statement(_shop(request), month),
        "page": page,
        "lines": [(line, TRADE_NAMES[line.trade_type]) for line in page.items],
    }
    return render(request, "studio/statement.html", facts)


@require_GET
@operation("money.read")
def download(request: HttpRequest, month: date) -> StreamingHttpResponse:
    """Send one month as CSV, with every column."""
    lines = queries.every_line(_shop(request), month)
    return csv_download(f"anxin-statement-{month:%Y-%m}.csv", _rows(lines))


def _rows(lines: Iterator[LineView]) -> Iterator[Sequence[str | int]]:
    yield [in_zone(_("Time")), _("Order"), _("Kind"), *(str(COLUMN_NAMES[name]) for name in queries.AMOUNT_COLUMNS)]
    for line in lines:
        at = timezone.localtime(line.happened_at).strftime("%Y-%m-%d %H:%M:%S")
        yield [at, public_id("ord", line.order_id), str(TRADE_NAMES[line.trade_type]), *line.amounts]


def _before(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("cursor", ""))
    except ValueError:
        return None


def _cursor(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("cursor", ""))
    except ValueError:
        return None


def _shop(request: HttpRequest) -> UUID:
    """The shop that the policy admitted the reader to."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    return shop_id


register_converter(MonthConverter, "month")

urlpatterns = [
    path("statements", statements, name="studio_statements"),
    path("statements/<month:month>", statement, name="studio_statement"),
    path("statements/<month:month>.csv", download, name="studio_statement_csv"),
]
