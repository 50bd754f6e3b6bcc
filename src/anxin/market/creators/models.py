"""Tables of creators: who they are, who follows them, what they picked."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id
from anxin.market.creators.domain.profiles import CreatorKind, CreatorState


class Creator(models.Model):
    """A creator (达人): a person, or a shop that speaks for itself (商家自播)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    shop = models.OneToOneField("shops.Shop", null=True, on_delete=models.PROTECT, related_name="+")
    handle = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40, default="", blank=True)
    bio = models.CharField(max_length=300, default="", blank=True)
    bio_en = models.CharField(max_length=300, default="", blank=True)
    avatar = models.CharField(max_length=40, default="", blank=True)
    level = models.SmallIntegerField(default=0)
    level_since = models.DateTimeField()
    state = models.CharField(max_length=10, default=CreatorState.OPEN)
    words = SearchVectorField(null=True)
    opened_at = models.DateTimeField()
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=CreatorKind.PERSON, person__isnull=False, shop__isnull=True)
                | Q(kind=CreatorKind.SHOP, person__isnull=True, shop__isnull=False),
                name="creator_is_a_person_or_a_shop",
            ),
            models.CheckConstraint(condition=Q(state__in=list(CreatorState)), name="creator_state_known"),
        ]
        indexes = [GinIndex(fields=["words"], name="creator_words", condition=Q(state=CreatorState.OPEN))]


class SettledMonth(models.Model):
    """What was settled of goods that a creator led to in one month of Asia/Shanghai, and the level it came to once reviewed."""

    id = models.BigAutoField(primary_key=True)
    creator = models.ForeignKey(Creator, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.DateField()  # its first day
    settled_minor = models.BigIntegerField(
        default=0
    )  # less refunds, which may come after the month they were bought in
    told_at = models.DateTimeField()
    level = models.SmallIntegerField(null=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creator", "month"], name="creator_month_once"),
            models.CheckConstraint(
                condition=Q(level__isnull=True, reviewed_at__isnull=True)
                | Q(level__isnull=False, reviewed_at__isnull=False),
                name="creator_month_reviewed_has_level",
            ),
        ]


class Follow(models.Model):
    """A person follows a creator."""

    id = models.BigAutoField(primary_key=True)
    creator = models.ForeignKey(Creator, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    followed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["creator", "person"], name="follow_once")]
        indexes = [models.Index(fields=["person", "-id"], name="creators_follows_of")]


class Pick(models.Model):
    """A product that a creator picked for the showcase (橱窗). One that was taken out stays on record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    creator = models.ForeignKey(Creator, on_delete=models.PROTECT, related_name="+", db_index=False)
    product_id = models.UUIDField()
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    note = models.CharField(max_length=60, default="", blank=True)
    place = models.IntegerField()  # smaller stands further in front
    picked_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creator", "product_id"], condition=Q(removed_at=None), name="pick_once")
        ]
        indexes = [
            models.Index(fields=["creator", "place", "id"], condition=Q(removed_at=None), name="creators_showcase"),
            models.Index(fields=["product_id"], condition=Q(removed_at=None), name="creators_picks_of_product"),
        ]
