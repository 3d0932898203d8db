"""The account of a staff member or an organizer's member. Tourists have none."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Django's user; ours from the start, so that a district can add to it later without rewriting the database."""
