"""How promises look to the programs of the platform's own people: versions whole, and what a dry run of one found."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from anxin.faces.api.fields import Answer, LineId
from anxin.faces.api.promises import TextOut
from anxin.market.guarantee.queries.promises import Promise

Flags = Annotated[list[str], BeforeValidator(sorted)]


class VersionWindowOut(Answer):
    """When a promise may be asked for: from which event, how its hours count, and what ends it early."""

    start: str
    hours: int | None
    basis: str
    end: str
    validity: bool = Field(description="It lasts as long as the category's after-sale validity, at least `hours`.")


class VersionReasonOut(Answer):
    """A reason that a buyer may give; its window and share stand instead of the promise's own."""

    code: str
    window: VersionWindowOut | None
    categories: list[str]
    refund_bps: int | None


class VersionExclusionOut(Answer):
    """Goods that are not covered, and which rule says so."""

    reason: str
    source: str
    categories: list[str]
    flags: Flags


class VersionNatureOut(Answer):
    """A nature that a shop may declare of such goods; its text is what the buyer confirms."""

    mark: str
    source: str
    text: str
    text_en: str
    categories: list[str]
    flags: Flags


class VersionGateOut(Answer):
    """What a shop must be; `score_min` is in hundredths."""

    shop_types: Flags
    score_min: int | None
    deposit_paid: bool
    no_counterfeit_record: bool


class VersionTierOut(Answer):
    """What has to be shown when the line cost at least so much."""

    paid_from_minor: int
    kinds: list[str]


class VersionRatioOut(Answer):
    """What part of the paid amount comes back for a bad part of up to `bad_max_bps`."""

    bad_max_bps: int
    refund_bps: int


class VersionStageOut(Answer):
    """A compensation that falls due so long past the promised moment."""

    after_hours: int
    rate_bps: int
    min_minor: int
    max_minor: int
    promise_hours_max: int | None


class VersionRemedyOut(Answer):
    """How the sum is worked out: the arithmetic and its numbers, in minor units and basis points."""

    arithmetic: str
    refund_bps: int
    compensation_times: int
    compensation_min_minor: int
    compensation_max_minor: int | None
    ratio_tiers: list[VersionRatioOut]
    stages: list[VersionStageOut]
    cap_minor: int | None
    category_caps_minor: dict[str, int]
    remaining_full_bps: int | None
    minor_defect_max_bps: int | None
    outbound_freight: bool
    medical: bool
    intact: str


class VersionRiskOut(Answer):
    """What still goes without a person."""

    buyer_instant_refunds_30d_max: int
    buyer_refund_rate_bps_max: int


class VersionTimersOut(Answer):
    """How long each side has."""

    merchant_answer_hours: int
    return_tracking_days: int
    inspection_days: int
    inspection_after_signed_hours: int
    escalation_hours: int
    evidence_hours: int
    execution_hours: int
    attempts_max: int


class VersionOut(Answer):
    """One version of a promise, whole; `hash` is the fingerprint of all of it. Empty `categories` and `flags`: all goods."""

    profile: str
    version: int
    hash: str
    effective_from: datetime
    effective_until: datetime | None
    binding: str
    source: str
    categories: list[str]
    flags: Flags
    exclusions: list[VersionExclusionOut]
    conditionals: list[VersionNatureOut]
    gate: VersionGateOut
    window: VersionWindowOut
    claim_types: list[str]
    reasons: list[VersionReasonOut]
    evidence: list[VersionTierOut]
    merchant_duty: list[str]
    rebuttal: str | None
    asking: str
    granting: str
    risk: VersionRiskOut | None
    remedy: VersionRemedyOut
    freight: str
    payers: list[str]
    timers: VersionTimersOut
    timers_by_flag: dict[str, VersionTimersOut]


class VersionNameOut(Answer):
    """Which version it is, and since when it holds."""

    profile: str
    version: int
    hash: str
    effective_from: datetime
    effective_until: datetime | None


class ListedPromiseOut(Answer):
    """A promise and its versions, oldest first."""

    promise: str
    slot: int
    name: TextOut
    versions: list[VersionNameOut]


class PromiseBookOut(Answer):
    """Every promise, by slot; `profile` is the rule book that this market goes by."""

    profile: str
    promises: list[ListedPromiseOut]


class DeskPromiseOut(Answer):
    """A promise with all its versions side by side, oldest first."""

    promise: str
    slot: int
    name: TextOut
    summary: TextOut
    versions: list[VersionOut]


class TriedDecisionOut(Answer):
    """What a decision came to, in minor units."""

    outcome: str
    amount_minor: int
    compensation_minor: int
    freight_payer: str


class DifferenceOut(Answer):
    """A decision that comes out differently; `change_minor` is how much more (or less) money goes to the buyer."""

    line_id: LineId
    before: TriedDecisionOut
    after: TriedDecisionOut
    change_minor: int


class DryRunOut(Answer):
    """What a version would have decided in a time: how many decisions differ, the money between, 20 examples at most."""

    since: datetime
    until: datetime
    looked_at: int
    differing: int
    more_minor: int
    less_minor: int
    examples: list[DifferenceOut]


def listed_promise(found: Promise) -> dict[str, Any]:
    """Return a promise as the list names it."""
    return {
        "promise": found.code,
        "slot": found.slot,
        "name": TextOut(zh=found.name, en=found.name_en),
        "versions": found.versions,
    }


def promise_answer(found: Promise) -> dict[str, Any]:
    """Return a promise with every version."""
    return {**listed_promise(found), "summary": TextOut(zh=found.summary, en=found.summary_en)}
