"""The life of a product and of a review, as state tables."""

from enum import StrEnum

from anxin.kernel.states import StateTable


class ProductState(StrEnum):
    """Where a product is in its life (草稿, 审核中, 在售, 已下架, 已封禁或删除)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    ON_SALE = "on_sale"
    OFF_SALE = "off_sale"
    DELISTED = "delisted"


class SkuState(StrEnum):
    """A SKU added to a reviewed product waits for the next review; one that was taken away stays for old orders."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    RETIRED = "retired"


class ReviewState(StrEnum):
    """What became of a submission."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


PRODUCT_LIFE = StateTable(
    "product",
    ProductState.DRAFT,
    {
        (ProductState.DRAFT, "submit"): ProductState.IN_REVIEW,
        (ProductState.DRAFT, "delist"): ProductState.DELISTED,
        (ProductState.IN_REVIEW, "approve"): ProductState.ON_SALE,
        (ProductState.IN_REVIEW, "refuse"): ProductState.DRAFT,
        (ProductState.IN_REVIEW, "withdraw"): ProductState.DRAFT,
        (ProductState.ON_SALE, "take_off"): ProductState.OFF_SALE,
        (ProductState.ON_SALE, "delist"): ProductState.DELISTED,
        (ProductState.OFF_SALE, "put_on_sale"): ProductState.ON_SALE,
        (ProductState.OFF_SALE, "delist"): ProductState.DELISTED,
    },
)

REVIEW_LIFE = StateTable(
    "review",
    ReviewState.WAITING,
    {
        (ReviewState.WAITING, "approve"): ReviewState.APPROVED,
        (ReviewState.WAITING, "refuse"): ReviewState.REFUSED,
        (ReviewState.WAITING, "withdraw"): ReviewState.WITHDRAWN,
    },
)

REVIEWED = (ProductState.ON_SALE, ProductState.OFF_SALE)  # what was approved once: content changes are proposals
