"""Plumbing tables: events to deliver, promises with a date, counters. No behaviour here."""

from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id


class OutboxEvent(models.Model):
    """A fact written in the transaction that made it true, delivered at least once to every subscriber."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=80)
    version = models.SmallIntegerField()
    shop_id = models.UUIDField(null=True)
    payload = models.JSONField()
    recorded_at = models.DateTimeField()
    done = models.JSONField(default=list)  # names of the subscribers that have handled it
    attempts = models.IntegerField(default=0)
    next_try_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at", "id"], name="outbox_waiting", condition=Q(delivered_at__isnull=True)),
            models.Index(fields=["delivered_at"], name="outbox_delivered", condition=Q(delivered_at__isnull=False)),
        ]


class Deadline(models.Model):
    """A promise with a date: at `due_at` the handler of `kind` is told, unless the subject moved on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=80)
    subject = models.UUIDField()
    due_at = models.DateTimeField()
    expected_version = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_error = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="deadline_once")]
        indexes = [
            models.Index(fields=["next_try_at"], name="deadline_due"),
            models.Index(fields=["subject"], name="deadline_subject"),
        ]


class Tally(models.Model):
    """A counter as of its last fold; what came since lies in TallyChange."""

    id = models.BigAutoField(primary_key=True)
    subject = models.UUIDField()
    kind = models.CharField(max_length=30)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "kind"], name="tally_once")]


class TallyChange(models.Model):
    """One step of a counter, appended by whoever counts: no two of them ever wait for each other."""

    id = models.BigAutoField(primary_key=True)
    subject = models.UUIDField()
    kind = models.CharField(max_length=30)
    step = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["subject", "kind"], name="tally_change_of")]
