"""Tables of reviews: what buyers wrote, the rating of each product, votes and reports."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id
from anxin.market.service.domain.reviews import POOR_STARS_MAX, STARS_MAX, STARS_MIN, ReviewState


def _in_range(column: str) -> Q:
    return Q(**{f"{column}__gte": STARS_MIN, f"{column}__lte": STARS_MAX})


class Review(models.Model):
    """A buyer's review (评价) of one order line, with what they added later and the merchant's reply."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    order_id = models.UUIDField()
    line_id = models.UUIDField(unique=True)
    product_id = models.UUIDField()
    sku_id = models.UUIDField()
    title = models.CharField(max_length=255)
    options = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    stars_product = models.SmallIntegerField()
    stars_logistics = models.SmallIntegerField()
    stars_service = models.SmallIntegerField()
    text = models.CharField(max_length=1000, default="", blank=True)
    pictures = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    anonymous = models.BooleanField(default=False)
    author = models.CharField(max_length=8, default="", blank=True)  # masked when it was written; empty once erased
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    follow_up = models.CharField(max_length=1000, default="", blank=True)
    follow_up_pictures = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    followed_up_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=500, default="", blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.UUIDField(null=True)
    helpful_count = models.IntegerField(default=0)
    state = models.CharField(max_length=10, default=ReviewState.SHOWN)
    hidden_reason = models.CharField(max_length=20, default="", blank=True)
    hidden_note = models.CharField(max_length=500, default="", blank=True)
    hidden_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_in_range("stars_product") & _in_range("stars_logistics") & _in_range("stars_service"),
                name="review_stars_in_range",
            ),
            models.CheckConstraint(condition=Q(state__in=list(ReviewState)), name="review_state_known"),
            models.CheckConstraint(
                condition=Q(state=ReviewState.SHOWN) | ~Q(hidden_reason=""), name="review_hidden_with_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["product_id", "-id"], name="service_review_of_product"),
            models.Index(fields=["shop", "-id"], name="service_review_of_shop"),
            models.Index(fields=["person", "-id"], name="service_review_of_person"),
            models.Index(fields=["order_id"], name="service_review_of_order"),
            models.Index(
                fields=["shop", "-id"],
                condition=Q(stars_product__lte=POOR_STARS_MAX, replied_at=None),
                name="service_review_low_waiting",
            ),
            models.Index(fields=["-id"], condition=Q(reported_at__isnull=False), name="service_review_reported"),
        ]


class Rating(models.Model):
    """The rating of a product, counted along with its shown reviews."""

    product_id = models.UUIDField(primary_key=True)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+")
    one = models.IntegerField(default=0)
    two = models.IntegerField(default=0)
    three = models.IntegerField(default=0)
    four = models.IntegerField(default=0)
    five = models.IntegerField(default=0)
    with_pictures = models.IntegerField(default=0)
    followed_up = models.IntegerField(default=0)
    logistics_sum = models.BigIntegerField(default=0)
    service_sum = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(one__gte=0, two__gte=0, three__gte=0, four__gte=0, five__gte=0, with_pictures__gte=0)
                & Q(followed_up__gte=0, logistics_sum__gte=0, service_sum__gte=0),
                name="rating_not_negative",
            )
        ]


class HelpfulVote(models.Model):
    """Somebody found a review helpful."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    voted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "person"], name="helpful_vote_once")]


class ReviewReport(models.Model):
    """Somebody says that a review breaks the law; open until an operator has decided."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=20)
    note = models.CharField(max_length=500, default="", blank=True)
    reported_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "person"], name="review_report_once")]
