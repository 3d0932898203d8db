"""The groups of an installation and the log-ins of the demonstration."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from core.models import User
from organizers.models import Membership
from tests import factories
from tourism import groups
from tourism.demo.accounts import ORGANIZER, create_accounts


@pytest.fixture
def file(db: None, tmp_path: Path, settings: Any) -> Path:
    """Where the passwords go; the demonstration's organizer exists."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.VAR = tmp_path
    factories.organizer(slug=ORGANIZER)
    return tmp_path / "demo-accounts.json"


def rights(username: str) -> tuple[set[str], list[tuple[str, str]]]:
    user = User.objects.get(username=username)
    roles = Membership.objects.filter(user=user).values_list("organizer__slug", "role")
    return set(user.groups.values_list("name", flat=True)), list(roles)


def test_accounts_have_their_group_and_role(file: Path) -> None:
    create_accounts(file)
    assert {name: rights(name) for name in User.objects.values_list("username", flat=True)} == {
        "staff": ({"content-staff"}, []),
        "reviewer": ({"reviewers"}, []),
        "editor": ({"organizer-members"}, [(ORGANIZER, "editor")]),
        "publisher": ({"organizer-members"}, [(ORGANIZER, "publisher")]),
    }
    assert set(User.objects.values_list("is_staff", "is_superuser")) == {(True, False)}


def test_accounts_log_in_with_the_passwords_in_a_file_for_its_owner_only(file: Path) -> None:
    made = create_accounts(file)
    assert json.loads(file.read_text()) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(set(made.values())) == 4
    assert all(User.objects.get(username=name).check_password(password) for name, password in made.items())


def test_accounts_made_twice_stay_as_they_are(file: Path) -> None:
    first = create_accounts(file)
    stored = dict(User.objects.values_list("username", "password"))
    assert create_accounts(file) == first
    assert dict(User.objects.values_list("username", "password")) == stored


def test_accounts_keep_a_password_that_was_changed(file: Path) -> None:
    create_accounts(file)
    staff = User.objects.get(username="staff")
    staff.set_password("chosen by the person")
    staff.save()
    create_accounts(file)
    assert User.objects.get(username="staff").check_password("chosen by the person")


def test_accounts_get_new_passwords_where_the_file_is_lost(file: Path) -> None:
    first = create_accounts(file)
    file.unlink()
    second = create_accounts(file)
    assert set(first.values()) & set(second.values()) == set()
    assert User.objects.get(username="editor").check_password(second["editor"])


def test_demo_accounts_prints_the_log_ins(file: Path, settings: Any) -> None:
    settings.DEBUG = True
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    made = json.loads(file.read_text())
    assert [line.split() for line in out.getvalue().splitlines()] == [[name, made[name]] for name in made]


@pytest.mark.parametrize("command", ["demo_accounts", "demo"])
def test_demo_accounts_are_refused_in_production(file: Path, settings: Any, command: str) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError):
        call_command(command)
    assert (User.objects.count(), file.exists()) == (0, False)


def test_demo_accounts_without_the_data_set_say_what_to_do(db: None, tmp_path: Path, settings: Any) -> None:
    settings.DEBUG, settings.VAR = True, tmp_path
    with pytest.raises(CommandError) as caught:
        call_command("demo_accounts")
    assert str(caught.value) == "Load the data set first: manage.py load_demo"


def test_create_groups_gives_each_group_exactly_its_permissions(db: None) -> None:
    Group.objects.exclude(name="reviewers").delete()
    extra = Group.objects.get()
    extra.permissions.set(groups.Permission.objects.filter(codename="delete_user"))
    out = StringIO()
    call_command("create_groups", stdout=out)
    given = {
        group.name: {f"{each.content_type.app_label}.{each.codename}" for each in group.permissions.all()}
        for group in Group.objects.all()
    }
    assert given == groups.GROUPS
    assert out.getvalue() == "Groups: content-staff, reviewers, organizer-members.\n"


def test_create_groups_names_a_permission_that_does_not_exist(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    Group.objects.all().delete()
    monkeypatch.setattr(groups, "GROUPS", {"guests": {"venues.paint_venue"}})
    with pytest.raises(LookupError) as caught:
        groups.create_groups()
    assert str(caught.value) == "Unknown permissions: venues.paint_venue. Run `migrate` first."
    assert Group.objects.count() == 0


def test_no_member_of_an_organizer_may_touch_accounts_or_other_content() -> None:
    assert {name.split(".")[1] for name in groups.MEMBERS} & {"add_user", "change_user", "change_venue"} == set()
    assert "organizers.act_for_all" not in groups.MEMBERS
