"""What may I ask now, until when, and why not the rest: for pages, API and command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.guarantee import book
from anxin.market.guarantee.commands.certificates import certificates_for
from anxin.market.guarantee.domain.asking import Answer, ReasonAnswer, what_can_i_ask
from anxin.market.guarantee.domain.certificate import Certificate
from anxin.market.guarantee.domain.facts import LineFacts
from anxin.market.guarantee.errors.promises import UnknownLine
from anxin.market.guarantee.store.certificates import certificates_where, standings
from anxin.market.guarantee.store.lines import facts_of
from anxin.market.orders.queries import OrderFacts, orders_by_id, orders_of_lines

__all__ = [
    "Answer",
    "LineAnswers",
    "ReasonAnswer",
    "answers_for",
    "answers_for_all",
    "answers_of_line",
    "answers_of_order",
]


@dataclass(frozen=True)
class LineAnswers:
    """What may be asked for one line. `issued` says whether its certificate exists or is only what it would say."""

    line: LineFacts
    certificate: Certificate
    issued: bool
    answers: tuple[Answer, ...]

    @property
    def open(self) -> tuple[Answer, ...]:
        """The promises that may be asked for now."""
        return tuple(one for one in self.answers if one.available)


def answers_of_line(line_id: UUID, *, profile: str | None = None, now: Instant) -> LineAnswers:
    """Return what may be asked for a line now; under another profile, as if the certificate had been issued by it.

    Raises UnknownLine.
    """
    order = orders_of_lines([line_id]).get(line_id)
    if order is None:
        raise UnknownLine
    found = {one.line.line_id: one for one in _answers([order], profile=profile, now=now)}
    return found[line_id]


def answers_of_order(order_id: UUID, *, now: Instant) -> tuple[LineAnswers, ...]:
    """Return what may be asked for each line of an order; none for an unknown order."""
    return tuple(_answers(list(orders_by_id([order_id]).values()), profile=None, now=now))


def answers_for(order: OrderFacts, *, now: Instant) -> tuple[LineAnswers, ...]:
    """Return what may be asked for each line of an order that was read already."""
    return tuple(_answers([order], profile=None, now=now))


def answers_for_all(orders: Sequence[OrderFacts], *, now: Instant) -> tuple[LineAnswers, ...]:
    """Return what may be asked for each line of orders that were read already, such as a page of them."""
    return tuple(_answers(orders, profile=None, now=now))


def _answers(orders: Sequence[OrderFacts], *, profile: str | None, now: Instant) -> list[LineAnswers]:
    by_line = {line.id: order for order in orders for line in order.lines}
    lines = facts_of(by_line, by_line)
    issued = certificates_where(line_id__in=list(by_line), limit=len(by_line))
    lacking = [order for order in orders if any(line.id not in issued for line in order.lines)]
    imagined = _imagined(orders if _is_other(profile) else lacking, profile, now)
    kept = {} if _is_other(profile) else issued
    return [
        _line_answers(line, kept.get(line_id) or imagined[line_id], issued=line_id in kept, now=now)
        for line_id, line in lines.items()
    ]


def _line_answers(line: LineFacts, certificate: Certificate, *, issued: bool, now: Instant) -> LineAnswers:
    return LineAnswers(line, certificate, issued, what_can_i_ask(certificate, line, now=now))


def _is_other(profile: str | None) -> bool:
    return profile is not None and profile != book.profile()


def _imagined(orders: Sequence[OrderFacts], profile: str | None, now: Instant) -> dict[UUID, Certificate]:
    """Return what the certificates of lines would say if they were issued now."""
    if not orders:
        return {}
    shops = standings([one.shop_id for one in orders], [line.product_id for one in orders for line in one.lines])
    return {
        one.line_id: one
        for order in orders
        for one in certificates_for(order, shops.get(order.shop_id), profile=profile, now=now)
    }
