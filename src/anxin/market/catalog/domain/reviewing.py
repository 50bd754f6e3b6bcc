"""Reviews of products: why one is refused, and what a reviewer sees side by side."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from anxin.market.catalog.domain.content import Content, content_to_json


class RefusalReason(StrEnum):
    """Why a product is refused (驳回原因)."""

    WRONG_CATEGORY = "wrong_category"
    MISLEADING_TITLE = "misleading_title"
    BAD_PICTURES = "bad_pictures"
    FALSE_CLAIMS = "false_claims"
    FORBIDDEN_GOODS = "forbidden_goods"
    PAPERS_MISSING = "papers_missing"
    BRAND_NOT_AUTHORISED = "brand_not_authorised"
    WRONG_ATTRIBUTES = "wrong_attributes"
    PRICE_UNREASONABLE = "price_unreasonable"
    OTHER = "other"


@dataclass(frozen=True)
class FieldPair:
    """One field of a product: what is shown now and what is proposed."""

    name: str
    shown: Any
    proposed: Any

    @property
    def differs(self) -> bool:
        """Whether the reviewer must look at it."""
        return bool(self.shown != self.proposed)


def side_by_side(shown: Content | None, proposed: Content) -> tuple[FieldPair, ...]:
    """Return every field of the proposal beside what is shown now (None: nothing yet)."""
    after = content_to_json(proposed)
    before = content_to_json(shown) if shown else dict.fromkeys(after)
    return tuple(FieldPair(name, before[name], after[name]) for name in after)
