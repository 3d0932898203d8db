"""``manage.py forget``: removes what has been kept long enough; for cron, once a day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from knox.models import get_token_model

from core.idempotency import IdempotentAnswer


class Command(BaseCommand):
    help = "Removes answers kept for Idempotency-Key that are older than a day, and tokens that have expired."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        answers, _kinds = IdempotentAnswer.objects.over(now).delete()
        tokens, _kinds = get_token_model().objects.expired(now).delete()
        self.stdout.write(f"{answers} answers and {tokens} tokens removed.")
