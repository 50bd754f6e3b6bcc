"""Commands of the review: a merchant submits, an operator decides."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.states import LostRace
from anxin.market.catalog import store
from anxin.market.catalog.commands.states import check_listing
from anxin.market.catalog.domain.attributes import check_attributes
from anxin.market.catalog.domain.content import Content, check_complete, content_from_json, content_to_json
from anxin.market.catalog.domain.life import PRODUCT_LIFE, REVIEW_LIFE, REVIEWED, ProductState, ReviewState, SkuState
from anxin.market.catalog.domain.reviewing import RefusalReason
from anxin.market.catalog.domain.saving import StoredProduct, retiring
from anxin.market.catalog.errors import (
    CategoryNotGranted,
    NothingToReview,
    ProductNotFound,
    ReasonsMissing,
    ReviewNotFound,
    SkuCodeTaken,
    WaitsForReview,
)
from anxin.market.catalog.events import ProductRefused
from anxin.market.catalog.models import Product, Review, Sku
from anxin.market.catalog.store import SQL, Writing
from anxin.market.catalog.tree_cache import category_tree
from anxin.market.shops.queries import shop as shop_terms


@transactional
def submit(shop_id: UUID, product_id: UUID, *, by: UUID, now: Instant) -> UUID:
    """Submit a draft, or the proposed change of a reviewed product; return the review's id.

    Raises ListingRestricted, ProductNotFound, WaitsForReview, NothingToReview, CategoryNotGranted, BadAttributes,
    PictureMissing, SkuMissing.
    """
    check_listing(shop_id, now=now)
    product = _locked(shop_id, product_id)
    if product.waiting:
        raise WaitsForReview
    is_change = product.state in REVIEWED
    if is_change and product.proposed is None:
        raise NothingToReview
    content = content_from_json(product.proposed["content"]) if is_change and product.proposed else product.content
    _check_submitted(shop_id, product, content, now=now)
    state = product.state if is_change else PRODUCT_LIFE.after(product.state, "submit")
    review = Review.objects.create(
        product_id=product_id,
        shop_id=shop_id,
        is_change=is_change,
        content=content_to_json(content),
        submitted_at=now,
        submitted_by_id=by,
    )
    _step(product, state, {"review": str(review.pk)}, Writing(shop_id, by, now), verb="submit")
    return review.pk


@transactional
def withdraw(shop_id: UUID, product_id: UUID, *, by: UUID, now: Instant) -> None:
    """Take a submission back to change it. Raises ProductNotFound, NothingToReview."""
    product = _locked(shop_id, product_id)
    review = Review.objects.filter(product_id=product_id, state=ReviewState.WAITING).first()
    if review is None:
        raise NothingToReview
    _decide(review, "withdraw", by=by, now=now)
    state = PRODUCT_LIFE.after(product.state, "withdraw") if not review.is_change else product.state
    _step(product, state, {"review": str(review.pk)}, Writing(shop_id, by, now), verb="withdraw")


@transactional
def approve(review_id: UUID, *, by: UUID, now: Instant) -> None:
    """Approve a submission: a first one puts the product on sale, a change is shown from now on.

    Raises ReviewNotFound, IllegalStep, SkuCodeTaken.
    """
    review, product = _under_review(review_id)
    _decide(review, "approve", by=by, now=now)
    writing = Writing(review.shop_id, by, now)
    state = product.state if review.is_change else PRODUCT_LIFE.after(product.state, "approve")
    if review.is_change:
        _apply(product, content_from_json(review.content), writing)
    _step(product, state, {"review": str(review_id)}, writing, verb="approve")
    store.show([product.id], writing)


@transactional
def refuse(review_id: UUID, reasons: Sequence[RefusalReason], note: str = "", *, by: UUID, now: Instant) -> None:
    """Refuse a submission with reasons: a first one goes back to draft, a change stays a proposal.

    Raises ReviewNotFound, IllegalStep, ReasonsMissing.
    """
    if not reasons:
        raise ReasonsMissing
    review, product = _under_review(review_id)
    _decide(review, "refuse", by=by, now=now, reasons=[reason.value for reason in reasons], note=note[:1000])
    state = product.state if review.is_change else PRODUCT_LIFE.after(product.state, "refuse")
    details = {"review": str(review_id), "reasons": [reason.value for reason in reasons]}
    _step(product, state, details, Writing(review.shop_id, by, now), verb="refuse")
    told = ProductRefused(review.shop_id, product.id, review_id, tuple(reason.value for reason in reasons))
    publish(told, now=now, shop_id=review.shop_id)


def _locked(shop_id: UUID, product_id: UUID) -> StoredProduct:
    found = store.lock_products(shop_id, ids=[product_id])
    if not found:
        raise ProductNotFound
    return found[0]


def _under_review(review_id: UUID) -> tuple[Review, StoredProduct]:
    review = Review.objects.filter(pk=review_id).first()
    if review is None:
        raise ReviewNotFound
    return review, _locked(review.shop_id, review.product_id)


def _check_submitted(shop_id: UUID, product: StoredProduct, content: Content, *, now: Instant) -> None:
    tree = category_tree(now=now)
    leaf = tree.leaf(content.category)
    granted = set(shop_terms(shop_id).categories)
    if granted and granted.isdisjoint(node.code for node in tree.path(leaf.code)):
        raise CategoryNotGranted(leaf.code)
    check_attributes(leaf.terms.attributes, content.attributes)
    leaving = set(retiring(product.proposed))
    check_complete(content, [sku.draft.price_minor for sku in product.skus if sku.id not in leaving])


def _decide(review: Review, verb: str, *, by: UUID, now: Instant, **facts: object) -> None:
    after = REVIEW_LIFE.after(ReviewState(review.state), verb)
    decided = {"state": after, "decided_at": now, "decided_by_id": by, **facts}
    if not Review.objects.filter(pk=review.pk, state=review.state).update(**decided):
        raise LostRace("review")


def _apply(product: StoredProduct, content: Content, writing: Writing) -> None:
    """Show the proposed content and variants; those taken away go now."""
    SQL.run("retire_skus", sku_ids=list(retiring(product.proposed)))
    arriving = [sku for sku in product.skus if sku.state is SkuState.PROPOSED]
    codes = [sku.draft.code for sku in arriving if sku.draft.code]
    taken = store.taken_codes(writing.shop_id, codes, [product.id])
    if taken:
        raise SkuCodeTaken(min(taken))
    Sku.objects.filter(pk__in=[sku.id for sku in arriving]).update(state=SkuState.ACTIVE)
    columns = content_to_json(content)
    columns["category_id"] = columns.pop("category")
    Product.objects.filter(pk=product.id).update(proposed=None, **columns)


def _step(
    product: StoredProduct, state: ProductState, details: Mapping[str, object], writing: Writing, *, verb: str
) -> None:
    version = product.version + 1
    moved = Product.objects.filter(pk=product.id, version=product.version).update(
        state=state, version=version, updated_at=writing.now
    )
    if not moved:
        raise LostRace("product")
    store.record_changes([(product.id, version, details)], writing, verb=verb)
