"""Tables of complaints to the platform and what happened to them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id
from anxin.market.service.domain.complaints import OPEN, ComplaintState


class Complaint(models.Model):
    """A complaint (投诉) about a shop, an order of the complainant, or a review; pictures lie in the vault."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    order_id = models.UUIDField(null=True)
    review_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=24)
    text = models.CharField(max_length=1000)
    pictures = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    state = models.CharField(max_length=16, default=ComplaintState.FILED)
    version = models.IntegerField(default=0)
    filed_at = models.DateTimeField()
    acknowledge_by = models.DateTimeField()
    merchant_by = models.DateTimeField()
    answer_by = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.UUIDField(null=True)
    merchant_answer = models.CharField(max_length=1000, default="", blank=True)
    merchant_answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, default="", blank=True)
    answer = models.CharField(max_length=1000, default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(ComplaintState)), name="complaint_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ComplaintState.DECIDED) | (~Q(outcome="") & ~Q(answer="")),
                name="complaint_decided_with_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="complaint_of_person"),
            models.Index(fields=["shop", "-id"], name="complaint_of_shop"),
            models.Index(fields=["answer_by", "id"], condition=Q(state__in=OPEN), name="complaint_queue"),
        ]


class ComplaintStep(models.Model):
    """Something that happened to a complaint, for all sides to read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=20)
    text = models.CharField(max_length=1000, default="", blank=True)
    at = models.DateTimeField()
