"""What must always be true of payments and refunds."""

from anxin.infra.doctor import Broken, check
from anxin.market.ledger.commands import GATEWAY_CLEARING, REFUNDS_IN_FLIGHT
from anxin.market.ledger.queries import balances
from anxin.market.payments.domain import PaymentState, RefundState
from anxin.market.payments.models import Payment, PaymentSplit, Refund, Transfer
from anxin.market.payments.store import SQL


@check("payments.captures_are_journals")
def captures_are_journals() -> str:
    """Every captured payment has its journal of the same amount, and the other way round."""
    _none("captures_without_journal")
    return f"{Payment.objects.filter(state=PaymentState.CAPTURED).count():,} captures"


@check("payments.refunds_are_journals")
def refunds_are_journals() -> str:
    """Every finished refund has its journal of the same amount, and the other way round."""
    _none("refunds_without_journal")
    return f"{Refund.objects.filter(state=RefundState.SUCCEEDED).count():,} refunds"


@check("payments.refunded_is_sum")
def refunded_is_sum() -> str:
    """What a part says went back is the sum of its refunds that have not failed."""
    _none("splits_off")
    return f"{PaymentSplit.objects.count():,} parts"


@check("payments.transfers_are_journals")
def transfers_are_journals() -> str:
    """Every transfer's journals say what its state says, and there is no journal without its transfer."""
    _none("transfers_without_journal")
    return f"{Transfer.objects.count():,} transfers"


@check("payments.gateway_account")
def gateway_account() -> str:
    """The provider's account is minus what was captured and not given back; what is in flight is the open refunds."""
    totals = SQL.rows("provider_totals")[0]
    held = balances([GATEWAY_CLEARING, REFUNDS_IN_FLIGHT])
    expected_minor = totals["refunded_minor"] - totals["captured_minor"]
    if held[GATEWAY_CLEARING] != expected_minor:
        raise Broken(f"clearing is {held[GATEWAY_CLEARING]}, payments say {expected_minor}")
    if held[REFUNDS_IN_FLIGHT] != totals["in_flight_minor"]:
        raise Broken(f"in flight is {held[REFUNDS_IN_FLIGHT]}, refunds say {totals['in_flight_minor']}")
    return f"{-expected_minor} fen at the provider, {totals['in_flight_minor']} fen on the way back"


def _none(statement: str) -> None:
    wrong = SQL.rows(statement)
    if wrong:
        raise Broken("; ".join(" ".join(f"{name} {value}" for name, value in row.items()) for row in wrong))
