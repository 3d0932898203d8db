"""The three kinds of accounts and what each may do in the admin; who sees which rows is the querysets' word."""

from django.contrib.auth.models import Group, Permission

CONTENT = ("organizers.organizer", "venues.venue", "venues.exhibit", "venues.route", "league.team", "events.event")


def _all(verbs: tuple[str, ...], *models: str) -> set[str]:
    return {f"{model.split('.')[0]}.{verb}_{model.split('.')[1]}" for model in models for verb in verbs}


# Content staff write, translate and publish for every organizer; what they wrote, a reviewer approves.
STAFF = (
    _all(("add", "change", "delete", "view", "publish"), *CONTENT)
    | _all(("add", "change", "delete", "view"), "media.image", "media.mediaobject", "core.tag", "events.participant")
    | _all(("add", "change", "delete", "view"), "venues.calendarday", "venues.livestatus")
    | _all(("add", "change", "delete", "view", "publish"), "venues.notice")
    | {"organizers.act_for_all", "core.view_act"}
)
REVIEWERS = (
    _all(("view", "publish", "review"), *CONTENT)
    | _all(("view",), "media.image", "media.mediaobject", "core.tag", "events.participant", "venues.calendarday")
    | _all(("view", "publish", "review"), "venues.notice")
    | _all(("view",), "venues.livestatus")
    | {"organizers.act_for_all", "core.view_act"}
)
# Editors and publishers of an organizer; which of the two is said by their membership.
# Notices and reports are for the venues that their organizer runs.
MEMBERS = _all(
    ("add", "change", "delete", "view"),
    "events.event",
    "league.team",
    "media.image",
    "media.mediaobject",
    "venues.notice",
) | {
    "venues.add_livestatus",
    "venues.change_livestatus",
    "venues.view_livestatus",
    "events.add_participant",
    "events.view_participant",
    "venues.view_venue",
    "core.view_tag",
}
GROUPS = {"content-staff": STAFF, "reviewers": REVIEWERS, "organizer-members": MEMBERS}


def create_groups() -> None:
    """Makes the groups, and gives each exactly its permissions. Raises LookupError where one does not exist."""
    known = {f"{each.content_type.app_label}.{each.codename}": each for each in Permission.objects.select_related()}
    for name, wanted in GROUPS.items():
        missing = sorted(wanted - set(known))
        if missing:
            raise LookupError(f"Unknown permissions: {', '.join(missing)}. Run `migrate` first.")
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set([known[permission] for permission in wanted])
