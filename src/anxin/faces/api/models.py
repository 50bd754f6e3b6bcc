"""Answers already given, so that a repeated request with the same Idempotency-Key gets the same one."""

from django.db import models


class StoredAnswer(models.Model):
    """The answer of one request that moved money or stock, written in the transaction that moved it."""

    pk = models.CompositePrimaryKey("person_id", "key")
    person_id = models.UUIDField()
    key = models.CharField(max_length=200)
    fingerprint = models.BinaryField(max_length=32)  # SHA-256 of method, address and body
    status = models.SmallIntegerField()
    body = models.BinaryField()
    answered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["answered_at"], name="api_answer_age")]
