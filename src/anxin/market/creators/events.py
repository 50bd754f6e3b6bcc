"""What creators tell others."""

from uuid import UUID

from anxin.infra.outbox import event


@event("creators.opened", version=1)
class CreatorOpened:
    """Somebody, or a shop, became a creator."""

    creator_id: UUID
    handle: str
    person_id: UUID | None
    owner_shop_id: UUID | None


@event("creators.closed", version=1)
class CreatorClosed:
    """A creator is not met any more."""

    creator_id: UUID


@event("creators.level_changed", version=1)
class LevelChanged:
    """What a creator settled in a month brought another level than before."""

    creator_id: UUID
    level_before: int
    level: int
    settled_minor: int


@event("creators.picked", version=1)
class ProductsPicked:
    """A creator put products into the showcase; each link has an id that later plans refer to."""

    creator_id: UUID
    link_ids: tuple[UUID, ...]
    product_ids: tuple[UUID, ...]


@event("creators.unpicked", version=1)
class ProductUnpicked:
    """A creator took a product out of the showcase."""

    creator_id: UUID
    link_id: UUID
    product_id: UUID
