"""Promises (保障服务) as versioned data: who may ask for what, from when until when, on what proof, at whose cost. Pure.

A promise is a file in `promises/`; each of its versions belongs to a profile and holds for a period. What a decision
needs of a version is here as plain values; `domain/reading.py` makes them from the files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from anxin.kernel.clock import Instant
from anxin.market.guarantee.domain.facts import DEFAULT_TIMERS, ClaimType, Evidence, FreightPayer, Payer, Timers


class Profile(StrEnum):
    """The two rule books that ship (DOMAIN 0): the founding article's values and the platform's of 2026."""

    ARTICLE_2021 = "article-2021"
    CURRENT_2026 = "current-2026"


class Binding(StrEnum):
    """Who decides whether goods carry a promise."""

    MANDATORY = "mandatory"  # the law or the platform says so
    DEFAULT = "default"  # on, unless the shop switches it off
    OPT_IN = "opt_in"  # off, unless the shop switches it on


class Start(StrEnum):
    """The event from which a window runs."""

    PAID = "paid"
    SHIP_DUE = "ship_due"
    SHIPPED = "shipped"
    SIGNED = "signed"
    RIPE = "ripe"


class Basis(StrEnum):
    """From which moment after the event the hours are counted."""

    MOMENT = "moment"  # from the event itself
    NEXT_MIDNIGHT = "next_midnight"  # from 0:00 of the following day in Asia/Shanghai (暂行办法 10)


class End(StrEnum):
    """An event that closes a window early, whatever hours are left."""

    NONE = "none"
    SHIPPED = "shipped"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Window:
    """When a promise may be asked for; its last moment still belongs to the buyer (≤ in DOMAIN 1).

    With `validity` it lasts as long as the category's after-sale validity (售后有效期), counted from signing, and at least
    `hours`. Without hours and validity only `end` ends it.
    """

    start: Start
    hours: int | None = None
    basis: Basis = Basis.MOMENT
    end: End = End.NONE
    validity: bool = False


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Goods that a promise does not cover, and which rule says so."""

    reason: str
    source: str
    categories: tuple[str, ...] = ()  # a code also stands for its leaves
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Conditional:
    """A nature that a shop may declare of such goods; it excludes them only where the buyer confirmed it at this
    purchase (暂行办法 7, 20).
    """

    mark: str
    source: str
    text: str  # what the buyer confirms, in Chinese and in English
    text_en: str
    categories: tuple[str, ...] = ()  # where it may be declared; empty means everywhere
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gate:
    """What a shop must be for its goods to carry the promise. `score_min` is in hundredths (8_000 is 80.00)."""

    shop_types: frozenset[str] = frozenset()
    score_min: int | None = None
    deposit_paid: bool = False
    no_counterfeit_record: bool = False


@dataclass(frozen=True, slots=True)
class RiskGate:
    """What still goes without a person; beyond it somebody looks."""

    buyer_instant_refunds_30d_max: int
    buyer_refund_rate_bps_max: int


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A reason that a buyer may give under a promise. Of two with one code the first that fits the category counts."""

    code: str
    window: Window | None = None  # instead of the promise's own
    categories: tuple[str, ...] = ()
    refund_bps: int | None = None  # a fixed share for this reason, such as all of it for a wrong origin


@dataclass(frozen=True, slots=True)
class Tier:
    """What has to be shown when the line cost at least `paid_from_minor`."""

    paid_from_minor: int
    kinds: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class RatioTier:
    """What part of the paid amount comes back for a bad part of up to `bad_max_bps`."""

    bad_max_bps: int
    refund_bps: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A compensation that falls due `after_hours` past the promised moment, for promises of up to `promise_hours_max`
    (None: of any longer).
    """

    after_hours: int
    rate_bps: int
    min_minor: int
    max_minor: int
    promise_hours_max: int | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """How the sum is worked out: `arithmetic` names one function of `domain/arithmetic.py`, the rest are its numbers."""

    arithmetic: str
    refund_bps: int = 10_000
    compensation_times: int = 0  # 假一赔N: N times the price on top of the refund
    compensation_min_minor: int = 0
    compensation_max_minor: int | None = None
    ratio_tiers: tuple[RatioTier, ...] = ()
    stages: tuple[Stage, ...] = ()
    cap_minor: int | None = None  # above it a person decides
    category_caps_minor: Mapping[str, int] = field(default_factory=dict)
    remaining_full_bps: int | None = None  # with so much left, a full refund cannot be refused
    minor_defect_max_bps: int | None = None
    outbound_freight: bool = False  # the freight of the way there comes back too
    medical: bool = False  # itemised medical cost is reimbursed
    intact: str = ""  # the rule by which goods must come back intact, where one asks for it


class Asking(StrEnum):
    """How a promise is called upon."""

    BUYER = "buyer"  # by a claim of its own
    WITH_RETURN = "with_return"  # along with a claim under another promise
    BY_ITSELF = "by_itself"  # nobody has to ask


class Granting(StrEnum):
    """How a claim under a promise is granted when nothing speaks against it."""

    AT_ONCE = "at_once"  # by rule and risk gate, before anybody answers
    UNREFUSABLE = "unrefusable"  # the merchant answers and may not refuse
    REVIEW = "review"  # the merchant answers; silence agrees


@dataclass(frozen=True, slots=True)
class Version:
    """One promise as it holds in one profile for a period: everything that a certificate freezes.

    `hash` is the fingerprint of all other fields.
    """

    promise: str
    slot: int
    profile: Profile
    version: int
    effective_from: Instant
    binding: Binding
    source: str
    window: Window
    remedy: Remedy
    claim_types: tuple[ClaimType, ...]
    reasons: tuple[Reasoned, ...]
    effective_until: Instant | None = None
    name: str = ""
    name_en: str = ""
    summary: str = ""
    summary_en: str = ""
    categories: tuple[str, ...] = ()  # covered; empty means all
    flags: frozenset[str] = frozenset()  # covered where the category has any of them; empty means all
    exclusions: tuple[Exclusion, ...] = ()
    conditionals: tuple[Conditional, ...] = ()
    gate: Gate = Gate()
    evidence: tuple[Tier, ...] = ()
    merchant_duty: tuple[Evidence, ...] = ()  # the merchant shows one of these, or the buyer is believed
    rebuttal: Evidence | None = None  # what the buyer shows once the merchant has done so
    payers: tuple[Payer, ...] = (Payer.ESCROW, Payer.GOODS_MONEY, Payer.EXPERIENCE_DEPOSIT, Payer.FUND)
    freight: FreightPayer = FreightPayer.MERCHANT
    asking: Asking = Asking.BUYER
    granting: Granting = Granting.REVIEW
    risk: RiskGate | None = None
    timers: Timers = DEFAULT_TIMERS
    timers_by_flag: Mapping[str, Timers] = field(default_factory=dict)
    hash: str = ""

    def reason(self, code: str, category: str) -> Reasoned | None:
        """Return the reason of this code for a category, or None where the promise does not know it."""
        for one in self.reasons:
            if one.code == code and (not one.categories or belongs(category, one.categories)):
                return one
        return None

    def timers_for(self, flags: frozenset[str]) -> Timers:
        """Return how long each side has for goods with these flags."""
        return next((timers for flag, timers in self.timers_by_flag.items() if flag in flags), self.timers)

    def evidence_for(self, paid_minor: int) -> tuple[Evidence, ...]:
        """Return what has to be shown for a line of this price: the highest tier that it reaches."""
        reached = [tier for tier in self.evidence if tier.paid_from_minor <= paid_minor]
        return max(reached, key=lambda tier: tier.paid_from_minor).kinds if reached else ()


def belongs(category: str, codes: tuple[str, ...]) -> bool:
    """Say whether a category is one of `codes` or a leaf of one (`fresh-fruit` of `fresh`)."""
    return any(category == code or category.startswith(f"{code}-") for code in codes)


@dataclass(frozen=True, slots=True)
class Promise:
    """A service of 安心购 with all its versions, oldest first."""

    code: str
    slot: int  # 1..9 are the nine services, higher ones stand beside them
    name: str
    name_en: str
    summary: str
    summary_en: str
    icon: str
    versions: tuple[Version, ...]

    def version_at(self, profile: str, moment: Instant) -> Version | None:
        """Return the version of a profile that holds at a moment, or None."""
        for version in self.versions:
            ended = version.effective_until is not None and version.effective_until <= moment
            if version.profile == profile and version.effective_from <= moment and not ended:
                return version
        return None
