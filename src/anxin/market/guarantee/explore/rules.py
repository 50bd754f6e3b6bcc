"""The machines a search runs on: those of the market, unless a test hands in a broken one to see that it is found."""

from collections.abc import Callable
from dataclasses import dataclass, field

from anxin.kernel.states import StateTable
from anxin.market.guarantee import book, postings
from anxin.market.guarantee.domain import asking, claim_life, claims, deciding, disputes, insurance, paying
from anxin.market.guarantee.domain.arbitration import Arbitration
from anxin.market.guarantee.domain.certificate import Certificate
from anxin.market.guarantee.domain.claim_acts import Closing
from anxin.market.guarantee.domain.claim_life import ClaimState
from anxin.market.guarantee.domain.claim_life import Turn as ClaimTurn
from anxin.market.guarantee.domain.deciding import Decision
from anxin.market.guarantee.domain.dispute import Turn as DisputeTurn
from anxin.market.guarantee.domain.insurance import InsuranceClaimState
from anxin.market.guarantee.domain.paying import PayState
from anxin.market.orders.queries import LIFE as ORDERS
from anxin.market.orders.queries import OrderState
from anxin.market.payments.queries import Verdict, judge
from anxin.market.settlement.queries import Ruling, rule


@dataclass(frozen=True)
class Rules:
    """Every machine, decision and table that moves a world."""

    act_claim: Callable[..., ClaimTurn] = claims.act
    act_dispute: Callable[..., DisputeTurn] = disputes.act
    open_dispute: Callable[..., DisputeTurn] = disputes.open_dispute
    may_be_asked: Callable[[Certificate, str], bool] = asking.may_be_asked
    decide: Callable[..., Decision] = deciding.decide
    return_ended: Callable[[ClaimState, Closing | None], bool | None] = claim_life.return_ended
    dispute_hears: Callable[[ClaimState | None], bool] = claim_life.dispute_hears
    bill: Callable[..., postings.Bill] = postings.bill
    judge: Callable[..., Verdict] = judge
    release: Callable[..., Ruling] = rule
    paying: StateTable[PayState] = paying.PAYING
    orders: StateTable[OrderState] = ORDERS
    insured: StateTable[InsuranceClaimState] = insurance.INSURANCE_CLAIM_LIFE
    book: Arbitration = field(default_factory=lambda: book.arbitration_named("current-2026"))
