"""Answers kept by ``Idempotency-Key``: who sends the same request again is told what the first one did.

A key is taken before the work begins, in a transaction of its own, so that every process sees it. The answer is written
in the transaction of the work: either both are there, or neither. Work that ended without an answer frees its key; a
process that died cannot, so a key without an answer counts for a minute only. Whoever was slower than that finds
its key gone when it wants to answer, and its work is taken back.
"""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q

KEPT = timedelta(hours=24)
PATIENCE = timedelta(minutes=1)  # with work of which nothing is heard


class KeyTaken(Exception):
    """Somebody works under this key, or took it over from this work."""


class IdempotentAnswerQuerySet(models.QuerySet["IdempotentAnswer"]):
    def over(self, moment: datetime) -> Self:
        """Answers kept long enough, and keys of work that was given up."""
        return self.filter(Q(created_at__lte=moment - KEPT) | Q(status=None, created_at__lte=moment - PATIENCE))


class IdempotentAnswer(models.Model):
    """The answer to a user's request with a key; without a status the work goes on."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="Of the method, the address and the body.")
    created_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")

    objects = IdempotentAnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_per_user")]
        # What is kept long enough is found by its age.
        indexes = [models.Index(fields=["created_at"], name="idempotent_answer_age")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status or '…'}"

    def keep(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Inside the unit of work that the answer is about. Raises KeyTaken where somebody took the key over."""
        mine = type(self).objects.filter(pk=self.pk, status=None)
        if not mine.update(status=status, headers=headers, body=body):
            raise KeyTaken()
        self.status = status

    def free(self) -> None:
        """Lets the key be used again, unless its answer was committed after all."""
        type(self).objects.filter(pk=self.pk, status=None).delete()


def take_key(user: int, key: str, fingerprint: str, moment: datetime) -> IdempotentAnswer:
    """The row of this key: a new one without a status, to be filled, or the finished one of an earlier request.

    Whether its fingerprint is the same is the caller's question. Raises KeyTaken while another request works under it.
    """
    rows = IdempotentAnswer.objects.filter(user=user, key=key)
    found = rows.first()  # read first: who only has to wait waits for no lock
    if found is not None and rows.over(moment).delete()[0]:
        found = None
    if found is None:
        try:
            with transaction.atomic():
                return rows.create(user_id=user, key=key, fingerprint=fingerprint, created_at=moment)
        except IntegrityError:  # another request was quicker
            found = rows.first()
    if found is None or (found.status is None and found.fingerprint == fingerprint):
        raise KeyTaken()
    return found
