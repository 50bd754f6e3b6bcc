"""What others may ask about order lines as promises see them."""

from anxin.market.guarantee.domain.facts import CLAIM_TYPE_CODES, ClaimFacts, ClaimType, Evidence, LineFacts, RiskFacts
from anxin.market.guarantee.store.lines import facts_of, line_facts

__all__ = [
    "CLAIM_TYPE_CODES",
    "ClaimFacts",
    "ClaimType",
    "Evidence",
    "LineFacts",
    "RiskFacts",
    "facts_of",
    "line_facts",
]
