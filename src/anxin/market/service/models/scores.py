"""The sheet of each day from which a shop's experience score was reckoned."""

from django.db import models

from anxin.kernel.ids import new_id


class ScoreSheet(models.Model):
    """What was measured of a shop in the window that ends with a day, and the rules by name: the score can be reckoned again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    rules = models.CharField(max_length=40)
    indicators = models.JSONField()
    total_hundredths = models.IntegerField(null=True)
    reckoned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "day"], name="score_sheet_once_a_day")]
