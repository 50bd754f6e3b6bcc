"""Tables of interests. Events and served answers are partitioned by day and made in `migrations/0002_days.py`."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from anxin.market.interest.domain.names import new_name


class Actor(models.Model):
    """A person or a device: its history (parallel lists, oldest first), what it has seen, and what it wishes.

    `name` is what the learner knows it by; a new beginning is a new name.
    """

    actor = models.UUIDField(primary_key=True)
    name = models.BigIntegerField(default=new_name)
    is_person = models.BooleanField()
    kinds = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    item_kinds = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    items = ArrayField(models.UUIDField(), default=list, blank=True)
    ats = ArrayField(models.DateTimeField(), default=list, blank=True)
    amounts = ArrayField(models.IntegerField(), default=list, blank=True)
    seen = ArrayField(models.IntegerField(), default=list, blank=True)
    is_personal = models.BooleanField(default=True)
    hidden = ArrayField(models.UUIDField(), default=list, blank=True)
    fewer = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    more = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    minute = models.DateTimeField(null=True)
    minute_count = models.IntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    items__len=models.F("kinds__len"),
                    ats__len=models.F("kinds__len"),
                    amounts__len=models.F("kinds__len"),
                    item_kinds__len=models.F("kinds__len"),
                ),
                name="interest_history_parallel",
            )
        ]


class Told(models.Model):
    """The device's id of an event that was kept: the same one is not kept again while it may still arrive."""

    client_id = models.UUIDField(primary_key=True)
    day = models.DateField(db_index=True)


class Network(models.Model):
    """How many events of an hour the devices of one network taught; its number is another each day and leads nowhere."""

    network = models.BigIntegerField(primary_key=True)
    hour = models.DateTimeField()
    believed = models.IntegerField()


class Forgetting(models.Model):
    """Somebody began anew or was erased: what `actors` did until a moment is being made nobody's. The row goes when all of it is.

    `fresh` are the names that they have since; `theirs` when a device was somebody else's. Who is nobody in which answer
    follows from `salt`, so a part that was done twice or in two halves comes out the same, and nobody can tell it afterwards.
    """

    actors = ArrayField(models.UUIDField())
    fresh = ArrayField(models.BigIntegerField())
    theirs = models.JSONField()
    until = models.DateTimeField()
    salt = models.UUIDField(default=uuid4)


class DeviceLink(models.Model):
    """Whose device it turned out to be, at a login."""

    device = models.UUIDField()
    person_id = models.UUIDField()
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "person_id"], name="interest_one_link")]
        indexes = [models.Index(fields=["person_id"], name="interest_links_of_person")]


class Rollback(models.Model):
    """An operator's wish that the rank model goes back to a version; the learner does it."""

    position = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["done_at"], condition=Q(done_at=None), nulls_distinct=False, name="interest_one_rollback_waits"
            )
        ]


class Together(models.Model):
    """How many people bought both of two products; each pair lies here from both sides."""

    id = models.BigAutoField(primary_key=True)
    product = models.UUIDField()
    other = models.UUIDField()
    buyers = models.IntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "other"], name="interest_one_pair")]


class ValueFormula(models.Model):
    """A formula that is or was in force: `live` ranks the feed, `shadow` is compared with it. "quality-1" is the engine's own."""

    number = models.AutoField(primary_key=True)
    role = models.CharField(max_length=6)
    body = models.JSONField()
    reason = models.CharField(max_length=200)
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role"], condition=Q(ended_at=None), name="interest_one_formula_a_role")
        ]
