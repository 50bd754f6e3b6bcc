"""Facts about shops that other modules act on."""

from datetime import datetime
from uuid import UUID

from anxin.infra.outbox import event


@event("shops.application_submitted", version=1)
class ApplicationSubmitted:
    """An application waits for an operator."""

    application_id: UUID
    applicant_id: UUID


@event("shops.application_decided", version=1)
class ApplicationDecided:
    """An operator asked for more, approved or refused; `verb` says which."""

    application_id: UUID
    applicant_id: UUID
    verb: str
    shop_id: UUID | None = None


@event("shops.shop_opened", version=1)
class ShopOpened:
    """A shop opened."""

    shop_id: UUID
    slug: str
    name: str
    shop_type: str
    owner_id: UUID
    categories: tuple[str, ...]


@event("shops.shop_closed", version=1)
class ShopClosed:
    """A shop closed: it lists and sells no more."""

    shop_id: UUID


@event("shops.profile_changed", version=1)
class ShopProfileChanged:
    """A shop changed what the public sees of it."""

    shop_id: UUID
    name: str
    name_en: str


@event("shops.restricted", version=1)
class ShopRestricted:
    """A shop may no longer do something (`kind`), because of `cause`."""

    shop_id: UUID
    kind: str
    cause: str


@event("shops.restriction_lifted", version=1)
class ShopRestrictionLifted:
    """A cause no longer restricts a shop."""

    shop_id: UUID
    kind: str
    cause: str


@event("shops.paper_expiring", version=1)
class PaperExpiring:
    """A paper of a shop ends soon and must be renewed."""

    shop_id: UUID
    paper_id: UUID
    paper_kind: str
    expires_on: str


@event("shops.deposit_announced", version=1)
class DepositAnnounced:
    """On the first of the month a shop was told what deposit will be due."""

    shop_id: UUID
    month: str
    gmv_minor: int
    due_minor: int
    effective_at: datetime


@event("shops.deposit_paid", version=1)
class DepositPaid:
    """Money reached the deposit of a shop."""

    shop_id: UUID
    top_up_id: UUID
    amount_minor: int
    purpose: str = "base"


@event("shops.experience_demanded", version=1)
class ExperienceDepositDemanded:
    """The fund advanced so much for a shop that it must add an experience deposit; listing and sales stop at `stops_at`."""

    shop_id: UUID
    due_minor: int
    short_minor: int
    stops_at: datetime


@event("shops.score_changed", version=1)
class ShopScoreChanged:
    """A shop's experience score of a day was reckoned, in hundredths of a point."""

    shop_id: UUID
    day: str
    score_hundredths: int
