"""Teams as their editors see and send them. A list that is sent is the whole list; one that is not stays as it is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from core.api.managed import Count, Day, EveryLanguage, Instant, ManagedShape, SlugOf
from core.publication import State
from events.league.models import Entry, Team, TeamImage, TeamLink
from events.serializers.manage_event import MOST, RIGHTS, Chosen, ImageOf, ManagedLink, by_id, by_slug, list_in
from media.models import Image
from organizers.models import Organizer


class ManagedTeam(ManagedShape):
    """``rights``: what the user may do; ``events``: those that it is entered in, as far as the user works on them."""

    told = frozenset({"version", "public", "rights", "events", "updated_at"})

    slug = serializers.CharField(max_length=80, allow_blank=True)
    name = EveryLanguage()
    name_pinyin = serializers.CharField(max_length=200, allow_blank=True)
    short_name = EveryLanguage()
    company = EveryLanguage()
    summary = EveryLanguage()
    organizer = SlugOf("organizers")
    colour = serializers.CharField(max_length=7, allow_blank=True)
    second_colour = serializers.CharField(max_length=7, allow_blank=True)
    founded = Count(max_value=32_767)
    images = Chosen(ImageOf("images"), source="its_images")
    links: Any = ManagedLink(many=True, source="its_links", max_length=MOST)  # type: ignore[call-arg]
    verified_on = Day(allow_null=True)
    doubts = serializers.CharField(allow_blank=True)
    sample = serializers.BooleanField()
    appear_at = Instant(allow_null=True)
    vanish_at = Instant(allow_null=True)
    state = serializers.ChoiceField(choices=State.choices, read_only=True)
    public = serializers.BooleanField(read_only=True)
    events: Any = serializers.ListField(source="its_events", child=serializers.DictField(), read_only=True)
    rights: Any = serializers.ListField(child=serializers.CharField(), read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


LISTS = ("its_images", "its_links")


def load_lists(teams: Iterable[Any]) -> None:
    """Sets the rows that belong to each team; a query for each kind."""
    rows = list(teams)
    images, links = defaultdict(list), defaultdict(list)
    for placed in TeamImage.objects.filter(team__in=rows).select_related("image"):
        images[placed.team_id].append(placed.image)
    for link in TeamLink.objects.filter(team__in=rows):
        links[link.team_id].append(link)
    for row in rows:
        row.its_images, row.its_links = images[row.pk], links[row.pk]


def shown_teams(teams: Iterable[Any], user: Any) -> list[dict[str, Any]]:
    """The same number of queries however many teams."""
    rows = list(teams)
    load_lists(rows)
    among = Team.objects.filter(pk__in=[row.pk for row in rows])
    may = {right: set(getattr(among, word)(user).values_list("pk", flat=True)) for right, word in RIGHTS.items()}
    entered = defaultdict(list)
    entries = Entry.objects.readable_by(user).filter(team__in=rows).order_by("-event__first_day", "pk")
    for team, slug in entries.values_list("team", "event__slug"):
        entered[team].append({"slug": slug})
    for row in rows:
        row.rights = [right for right in RIGHTS if row.pk in may[right]]
        row.its_events = entered[row.pk]
    return [dict(ManagedTeam(row).data) for row in rows]


def shown_team(team: Team, user: Any) -> dict[str, Any]:
    (shown,) = shown_teams(Team.objects.select_related("organizer").filter(pk=team.pk), user)
    return shown


def team_choices(user: Any, sent: Mapping[str, Any], team: Any = None) -> dict[str, dict[str, Any]]:
    """What the user may choose of what was sent, as in the admin; and what ``team`` has already."""
    images = [each.get("id") if isinstance(each, Mapping) else each for each in list_in(sent.get("images"))]
    choices: dict[str, dict[str, Any]] = {
        "organizers": by_slug(Organizer.objects.acted_for_by(user), [sent.get("organizer")]),
        "images": by_id(Image.objects.readable_by(user), images),
    }
    if team is not None:
        choices["images"] |= {str(row.pk): row for row in team.its_images}
    return choices
