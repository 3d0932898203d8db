"""The demonstration's log-ins. Passwords are made once, into a file that git ignores."""

import json
import secrets
from pathlib import Path

from django.contrib.auth.models import Group

from core.models import User
from organizers.models import Membership, Organizer, Role
from tourism.groups import create_groups

ORGANIZER = "factory-ba-committee"
# Name, group, role in the demonstration organizer.
ACCOUNTS: tuple[tuple[str, str, Role | None], ...] = (
    ("staff", "content-staff", None),
    ("reviewer", "reviewers", None),
    ("editor", "organizer-members", Role.EDITOR),
    ("publisher", "organizer-members", Role.PUBLISHER),
)


def passwords(file: Path) -> dict[str, str]:
    """The stored passwords, or new ones, readable by the owner of the file only."""
    if file.exists():
        return json.loads(file.read_text(encoding="utf-8"))
    made = {name: secrets.token_urlsafe(9) for name, _group, _role in ACCOUNTS}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    return made


def create_accounts(file: Path) -> dict[str, str]:
    """The accounts with their passwords; those that exist keep theirs."""
    create_groups()
    made = passwords(file)
    for name, group, role in ACCOUNTS:
        user, created = User.objects.get_or_create(username=name, defaults={"is_staff": True})
        if created:
            user.set_password(made[name])
            user.save()
            user.groups.set([Group.objects.get(name=group)])
            if role:
                organizer = Organizer.objects.get(slug=ORGANIZER)
                Membership.objects.get_or_create(organizer=organizer, user=user, defaults={"role": role})
    return made
