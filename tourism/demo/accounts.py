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


def create_accounts(file: Path) -> dict[str, str]:
    """The accounts with their passwords. An account that exists keeps its own, unless the file has lost it."""
    create_groups()
    organizer = Organizer.objects.get(slug=ORGANIZER)
    known: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    made = {name: known.get(name) or secrets.token_urlsafe(9) for name, _group, _role in ACCOUNTS}
    for name, group, role in ACCOUNTS:
        user, created = User.objects.get_or_create(username=name, defaults={"is_staff": True})
        if created or name not in known:
            user.set_password(made[name])
            user.save()
        if created:
            user.groups.set([Group.objects.get(name=group)])
        if created and role:
            Membership.objects.create(organizer=organizer, user=user, role=role)
    if made != known:
        _write(file, made)
    return made


def _write(file: Path, passwords: dict[str, str]) -> None:
    """Readable by the file's owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps(passwords, indent=1) + "\n", encoding="utf-8")
