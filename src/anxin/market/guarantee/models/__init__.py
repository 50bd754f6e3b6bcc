"""The tables of the guarantee, one file a noun."""

from anxin.market.guarantee.models.certificates import Certificate, Decision, OptIn, PromiseTerms
from anxin.market.guarantee.models.claims import Claim, ClaimEntry, ClaimEvidence, ReplyTemplate
from anxin.market.guarantee.models.compensation import Compensation, ForceMajeure, ShipPromise, ShipTerm, ShopBar
from anxin.market.guarantee.models.disputes import Dispute, DisputeEntry, DisputeEvidence
from anxin.market.guarantee.models.insurance import FreightClaim, FreightPolicy, ReturnPickUp, SandboxInsurance
from anxin.market.guarantee.models.money import Debt, Disbursement, DisbursementPart, FundEntry, Recovery

__all__ = [
    "Certificate",
    "Claim",
    "ClaimEntry",
    "ClaimEvidence",
    "Compensation",
    "Debt",
    "Decision",
    "Disbursement",
    "DisbursementPart",
    "Dispute",
    "DisputeEntry",
    "DisputeEvidence",
    "ForceMajeure",
    "FreightClaim",
    "FreightPolicy",
    "FundEntry",
    "OptIn",
    "PromiseTerms",
    "Recovery",
    "ReplyTemplate",
    "ReturnPickUp",
    "SandboxInsurance",
    "ShipPromise",
    "ShipTerm",
    "ShopBar",
]
