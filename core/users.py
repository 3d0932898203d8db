"""The account of a staff member or an organizer's member. Tourists have none."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Django's user; ours from the start, so that a district can add to it later without rewriting the database."""

    # The key of the one organizer that a token leaves to its user, for as long as a request takes; no column. Whoever
    # asks what a user may do asks this too: see ``acted_for_by`` and ``acts_for_all``.
    limited_to: int | None = None
