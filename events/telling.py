"""Tells the members of an organizer what a release changed: one e-mail, after the commit, through the queue."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from core.translations import match_tag, show
from events.differences import ChangeKind, Difference
from events.models import Release, SlotChange
from events.wording import headline, sentences

MOST_TOLD = 200  # changes in words; of a whole season the rest is counted
ATTEMPTS = 5
FIRST_WAIT = timedelta(minutes=2)  # twice as long after each attempt
logger = logging.getLogger(__name__)


def announce(release: Release) -> None:
    """After the commit; a queue that does not answer does not undo a release."""
    transaction.on_commit(lambda: tell_members.enqueue(release.pk), robust=True)


@task()
def tell_members(release_id: int, attempt: int = 1) -> int:
    """Sends the e-mail and returns to how many; tries again later where the mail server does not take it."""
    release = Release.objects.select_related("event__organizer", "by").get(pk=release_id)
    memberships = release.event.organizer.memberships.filter(user__is_active=True).exclude(user__email="")
    addresses = sorted(set(memberships.values_list("user__email", flat=True)))
    if not addresses:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        subject, body = compose(release)
    message = EmailMessage(subject, body, to=[settings.DEFAULT_FROM_EMAIL], bcc=addresses)
    try:
        message.send()
    except (SMTPException, OSError):
        if attempt == ATTEMPTS:
            logger.exception("The e-mail about release %s was given up.", release)
            raise
        later = timezone.now() + FIRST_WAIT * 2 ** (attempt - 1)
        tell_members.using(run_after=later).enqueue(release_id, attempt + 1)
        return 0
    return len(addresses)


def compose(release: Release) -> tuple[str, str]:
    """The subject and the text, in the active language."""
    tag = match_tag(translation.get_language() or "")
    rows = SlotChange.objects.filter(release=release).select_related(
        "before__venue", "before__space", "after__venue", "after__space"
    )
    total = rows.count()
    event = show(release.event.title, tag)
    lines = [_intro(release, event, total), ""]
    for row in rows.order_by("pk")[:MOST_TOLD]:
        each = Difference(row.uid, tuple(ChangeKind(kind) for kind in row.kinds), row.before, row.after)
        lines += [f"• {headline(each, tag)}", *(f"  {text}" for text in sentences(each, tag))]
    if total > MOST_TOLD:
        lines += ["", _("… and %(count)d more.") % {"count": total - MOST_TOLD}]
    if release.note:
        lines += ["", _("Note: %(note)s") % {"note": release.note}]
    address = reverse("admin:events_event_change", args=[release.event_id])
    lines += ["", f"{settings.PUBLIC_ORIGIN}{address}"]
    subject = _("%(event)s: release %(number)d of the schedule") % {"event": event, "number": release.number}
    return " ".join(subject.split()), "\n".join(lines) + "\n"


def _intro(release: Release, event: str, total: int) -> str:
    values = {
        "event": event,
        "number": release.number,
        "by": str(release.by) if release.by else _("the system"),
        "count": total,
    }
    return _("%(by)s released the schedule of “%(event)s” as number %(number)d. Changed slots: %(count)d.") % values
