"""Scorers' links: an address by which a court's table enters the results of its matches, and of no others.

Its secret is told once, to whoever made it; stored is a digest. It is long enough that nobody guesses it, so a plain
hash will do.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from core.changes.models import Act, log
from events.league.knowledge import released_matches
from events.league.models import Match, ScorerLink
from events.models import Event

LONGEST = timedelta(days=90)
MOST_MATCHES = 200
BYTES = 24


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def address_of(secret: str) -> str:
    return f"{settings.PUBLIC_ORIGIN}{reverse('score', args=[secret])}"


def make_link(
    event: Event, label: str, uids: Collection[UUID], expires_at: datetime, by: Any, moment: datetime
) -> tuple[ScorerLink, str]:
    """A new link and its secret. Raises ValidationError, by field: ``label``, ``slots``, ``expires_at``."""
    wrong: dict[str, Any] = {}
    if not label.strip():
        wrong["label"] = _("Say for whom it is: Court 2, Saturday.")
    strange = set(uids) - matches_known(event)
    if strange or not uids:
        wrong["slots"] = _("Choose matches of this event, one at least.")
    if not moment < expires_at <= moment + LONGEST:
        wrong["expires_at"] = _("Enter a time within the next %(days)d days.") % {"days": LONGEST.days}
    if wrong:
        raise ValidationError(wrong)
    secret = secrets.token_urlsafe(BYTES)
    link = ScorerLink(event=event, label=label.strip(), digest=digest_of(secret), expires_at=expires_at)
    link.uids = [str(uid) for uid in dict.fromkeys(uids)]
    link.created_at, link.created_by = moment, by
    link.save()
    log(event, Act.Verb.CHANGED, by=by, at=moment, note=f"+ {link.label}", fields=["link for scorers"])
    return link, secret


def matches_known(event: Event) -> set[UUID]:
    """Drafted or out: a link may be made before the release that it is for."""
    drafted = Match.objects.filter(slot__event=event).values_list("slot__uid", flat=True)
    return {*drafted, *(row.uid for row in released_matches(event))}


def revoke(link: ScorerLink, by: Any, moment: datetime) -> None:
    """At once; one that was revoked before stays as it is."""
    if ScorerLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=moment):
        log(link.event, Act.Verb.CHANGED, by=by, at=moment, note=f"− {link.label}", fields=["link for scorers"])


def find_link(secret: str) -> ScorerLink | None:
    """Open or not."""
    return ScorerLink.objects.select_related("event").filter(digest=digest_of(secret)).first()
