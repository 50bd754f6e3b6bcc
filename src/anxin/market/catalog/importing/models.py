"""The table of imports: one row a file, from its upload until long after."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id
from anxin.market.catalog.importing.life import ImportState


class ImportJob(models.Model):
    """A product file that a merchant uploaded, how far it is, and what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, default=ImportState.WAITING)
    file_name = models.CharField(max_length=200)
    file_key = models.CharField(max_length=80)
    errors_key = models.CharField(max_length=80, default="", blank=True)
    is_trial = models.BooleanField(default=False)
    done_permille = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    failure_code = models.CharField(max_length=60, default="", blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "catalog"
        constraints = [models.CheckConstraint(condition=Q(state__in=list(ImportState)), name="import_state_known")]
        indexes = [models.Index(fields=["shop", "-created_at", "-id"], name="import_of_shop")]
