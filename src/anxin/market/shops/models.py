"""Tables of shops: the shop itself, applications with their papers, deposits, staff invitations, freight."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id
from anxin.market.shops.domain.application import ApplicationState
from anxin.market.shops.domain.score import SCORE_MAX
from anxin.market.shops.domain.types import InvitationState, PaperState, ShopState, TopUpPurpose, TopUpState


class Shop(models.Model):
    """A merchant's shop (小店). What it may not do at the moment are rows of `Restriction`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64, unique=True)
    name_en = models.CharField(max_length=64, default="", blank=True)
    shop_type = models.CharField(max_length=24)
    state = models.CharField(max_length=12, default=ShopState.OPEN.value)
    can_sell = models.BooleanField(default=True)
    entity_kind = models.CharField(max_length=24)
    entity_name = models.CharField(max_length=120)
    entity_code = models.CharField(max_length=18)
    brand = models.CharField(max_length=60, default="", blank=True)
    categories = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    intro = models.CharField(max_length=500, default="", blank=True)
    intro_en = models.CharField(max_length=500, default="", blank=True)
    logo = models.CharField(max_length=120, default="", blank=True)
    banner = models.CharField(max_length=120, default="", blank=True)
    contact_phone = models.CharField(max_length=20, default="", blank=True)
    contact_email = models.CharField(max_length=120, default="", blank=True)
    return_address = models.JSONField(default=dict, blank=True)
    zero_deposit = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["entity_code"], name="shop_entity"),
            models.Index(fields=["-opened_at", "-id"], name="shop_newest"),
        ]


class FreightTemplate(models.Model):
    """A freight template; `rules` is `domain.freight.template_to_json`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    rules = models.JSONField()
    is_default = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "name"], name="freight_name_once"),
            models.UniqueConstraint(fields=["shop"], condition=Q(is_default=True), name="freight_one_default"),
        ]


class Application(models.Model):
    """An application to open a shop; `document` is what the applicant wrote (`domain.papers.document_from_json`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=16, default=ApplicationState.DRAFT.value)
    version = models.PositiveIntegerField(default=1)
    document = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["applicant", "-created_at"], name="application_of"),
            models.Index(fields=["submitted_at", "id"], condition=Q(state="submitted"), name="application_queue"),
        ]


class ApplicationStep(models.Model):
    """One line of an application's timeline; a submission keeps the document as it was sent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=16)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reasons = models.JSONField(default=list)
    note = models.CharField(max_length=1000, default="", blank=True)
    document = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["application", "id"], name="application_step_of")]


class Paper(models.Model):
    """An uploaded paper; its pages are re-encoded pictures under keys that only applicant and reviewers may read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="papers")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=32)
    number = models.CharField(max_length=60, default="", blank=True)
    issued_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    pages = ArrayField(models.CharField(max_length=120))
    state = models.CharField(max_length=12, default=PaperState.KEPT.value)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["application", "kind"], name="paper_of"),
            models.Index(fields=["uploaded_at", "id"], condition=Q(state=PaperState.PENDING.value), name="paper_queue"),
        ]


class Restriction(models.Model):
    """Something that a shop may not do, and why; lifted by deleting the row of that cause."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)
    cause = models.CharField(max_length=60)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "kind", "cause"], name="restriction_once")]


class Deposit(models.Model):
    """What a shop owes as deposit (保证金); what it has paid is its ledger account."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, primary_key=True, related_name="+")
    due_minor = models.BigIntegerField()
    next_due_minor = models.BigIntegerField(null=True)
    next_due_at = models.DateTimeField(null=True)
    short_since = models.DateTimeField(null=True)
    experience_due_minor = models.BigIntegerField(default=0)  # 体验保证金, demanded when the fund advanced too much
    experience_short_since = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(due_minor__gte=0), name="deposit_due_not_negative")]


class DepositTopUp(models.Model):
    """A payment into the deposit: from the shop's goods money at once, or by a bank transfer that finance confirms."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=16)
    purpose = models.CharField(max_length=12, default=TopUpPurpose.BASE.value)
    state = models.CharField(max_length=20)
    amount_minor = models.BigIntegerField()
    transfer_code = models.CharField(max_length=16, default="", blank=True)
    bank_reference = models.CharField(max_length=60, default="", blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="top_up_positive"),
            models.UniqueConstraint(
                fields=["bank_reference"], condition=~Q(bank_reference=""), name="top_up_transfer_once"
            ),
            models.UniqueConstraint(fields=["transfer_code"], condition=~Q(transfer_code=""), name="top_up_code_once"),
        ]
        indexes = [
            models.Index(fields=["shop", "-id"], name="top_up_of"),
            models.Index(fields=["id"], condition=Q(state=TopUpState.AWAITING_TRANSFER.value), name="top_up_awaited"),
        ]


class MonthSales(models.Model):
    """Paid orders of a shop in one month (Asia/Shanghai), counted by the modules above and told here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    orders = models.PositiveIntegerField()
    gmv_minor = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "month"], name="month_sales_once")]


class StaffInvitation(models.Model):
    """A link that makes whoever opens it a member of the shop, once and for a limited time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=24)
    note = models.CharField(max_length=60, default="", blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=12, default=InvitationState.OPEN.value)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["shop", "-id"], name="invitation_of")]


class ShopScore(models.Model):
    """A shop's experience score (体验分) of one day in Asia/Shanghai, in hundredths of a point."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    stage = models.CharField(max_length=12)
    score_hundredths = models.IntegerField()
    product_hundredths = models.IntegerField(null=True)
    logistics_hundredths = models.IntegerField(null=True)
    service_hundredths = models.IntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "day"], name="score_once_a_day"),
            models.CheckConstraint(
                condition=Q(score_hundredths__gte=0) & Q(score_hundredths__lte=SCORE_MAX), name="score_in_range"
            ),
        ]
