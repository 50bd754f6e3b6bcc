"""What the catalog tells others."""

from uuid import UUID

from anxin.infra.outbox import event


@event("catalog.products_changed", version=1)
class ProductsChanged:
    """Products of one shop are shown differently, or no longer: content, price or state changed."""

    shop_id: UUID
    product_ids: tuple[UUID, ...]


@event("catalog.product_refused", version=1)
class ProductRefused:
    """A review refused a product or a change of it."""

    shop_id: UUID
    product_id: UUID
    review_id: UUID
    reasons: tuple[str, ...]


@event("catalog.import_uploaded", version=1)
class ImportUploaded:
    """A shop uploaded a file of products that waits to be imported."""

    shop_id: UUID
    import_id: UUID
