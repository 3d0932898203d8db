"""Preview and publish; the releases that were made, and going back to one of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.admin.lists import is_number
from core.translations import show
from events.admin.schedule import ScheduleAdmin
from events.conflicts import Conflict, Level, conflicts_in
from events.differences import ChangeKind, Difference, diff
from events.freezing import Plan, placed, plan
from events.models import Event, Release, ReleasedSlot, SlotChange
from events.releases import Refused, about, publish
from events.restoring import plan_again, restore
from events.wording import headline, sentences, when

LISTED = 500  # differences that are shown one by one
TONES = {
    ChangeKind.ADDED: "published",
    ChangeKind.REINSTATED: "published",
    ChangeKind.CANCELLED: "withdrawn",
    ChangeKind.POSTPONED: "withdrawn",
    ChangeKind.REMOVED: "withdrawn",
}


@dataclass
class Asked:
    """What the form of a release says: the version that was looked at, the note, the warnings that are accepted, and
    of the slots that it listed those to be shipped."""

    seen: int | None = None
    note: str = ""
    accept: set[str] = field(default_factory=set)
    listed: set[UUID] = field(default_factory=set)
    chosen: set[UUID] = field(default_factory=set)

    def only(self, differences: Iterable[Difference]) -> list[UUID] | None:
        """None: all of them. What was not listed goes along."""
        left_out = self.listed - self.chosen
        return [each.uid for each in differences if each.uid not in left_out] if left_out else None


def read_asked(data: QueryDict) -> Asked:
    try:
        listed, chosen = ({UUID(text) for text in data.getlist(name)} for name in ("listed", "slots"))
    except ValueError as error:
        raise BadRequest("A box names no slot.") from error
    seen = data.get("seen", "")
    accept = data.getlist("accept") + (data.getlist("warned") if "accept_all" in data else [])
    return Asked(int(seen) if is_number(seen) else None, data.get("note", "")[:1000], set(accept), listed, chosen)


class ReleasingAdmin(ScheduleAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        pages = (
            ("release/", self.release_view, "release"),
            ("releases/", self.releases_view, "releases"),
            ("releases/<int:number>/", self.past_release_view, "past_release"),
        )
        own = [
            path(f"<path:object_id>/schedule/{end}", view(never_cache(page)), name=f"events_event_schedule_{name}")
            for end, page, name in pages
        ]
        return [*own, *super().get_urls()]

    # Preview and publish

    def release_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._readable_or_403(request, object_id)
        if request.method != "POST":
            return self._release_page(request, row, Asked())
        if not self.may_publish(request, row):
            raise PermissionDenied
        asked = read_asked(request.POST)
        if "_publish" not in request.POST:
            return self._release_page(request, row, asked)
        planned = plan(row)
        only = asked.only(diff(planned.now, planned.then))
        try:
            release = publish(row, request.user, asked.note, only, accept=asked.accept, expected_draft=asked.seen or 0)
        except Refused as refused:
            return self._release_page(request, row, asked, refused=refused)
        except ValidationError as error:
            return self._release_page(request, row, asked, error.messages)
        self._told(request, release)
        return HttpResponseRedirect(self._url("schedule", row))

    def _told(self, request: HttpRequest, release: Release) -> None:
        event = release.event
        text = _("Release %(number)d is out. Changed slots: %(count)d.")
        words = text % {"number": release.number, "count": release.changes.count()}
        links = [
            (reverse("admin:events_event_schedule_past_release", args=[event.pk, release.number]), _("what changed"))
        ]
        if event.public:
            links.append((event.page_path, _("its public page")))
            changes = reverse("event-changes", args=[event.slug])
            links.append((f"{changes}?since={release.number - 1}", _("the changes in the API")))
        for address, label in links:
            words = format_html('{} <a href="{}">{}</a>', words, address, label)
        self.message_user(request, words, messages.SUCCESS)

    def _release_page(
        self,
        request: HttpRequest,
        row: Event,
        asked: Asked,
        errors: Iterable[str] = (),
        refused: Refused | None = None,
    ) -> HttpResponse:
        row.refresh_from_db(fields=["version"])
        planned = plan(row)
        differences = diff(planned.now, planned.then)
        only = asked.only(differences)
        shipped = planned if only is None else plan(row, only)
        found = refused.conflicts if refused else about(only, conflicts_in(shipped, timezone.now()))
        lines = [
            {**line(each), "ticked": each.uid in asked.chosen or each.uid not in asked.listed}
            for each in differences[:LISTED]
        ]
        context = {
            "title": _("Preview and publish"),
            "lines": lines,
            "more": len(differences) - len(lines),
            "total": len(differences),
            "chosen": len(differences) if only is None else len(only),
            "errors": list(errors),
            "not_accepted": refused is not None,
            **weighed(found, asked.accept, row),
            **self._releasing(request, row, asked),
        }
        return TemplateResponse(request, "admin/events/schedule/release.html", context)

    def _releasing(self, request: HttpRequest, row: Event, asked: Asked) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "original": row,
            "opts": self.opts,
            "media": self.media,
            "asked": asked,
            "seen": row.version,
            "may_publish": self.may_publish(request, row),
            "next_number": (row.releases.order_by("-number").values_list("number", flat=True).first() or 0) + 1,
        }

    # What was released

    def releases_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._readable_or_403(request, object_id)
        rows = row.releases.select_related("by").annotate(count=Count("changes")).order_by("-number")
        shown = Paginator(rows, 50).get_page(request.GET.get("page"))
        context = {
            **self._releasing(request, row, Asked()),
            "title": _("Releases"),
            "shown": shown,
        }
        return TemplateResponse(request, "admin/events/schedule/releases.html", context)

    def past_release_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        row = self._readable_or_403(request, object_id)
        release = row.releases.select_related("by").filter(number=min(number, 2**31 - 1)).first()
        if release is None:
            raise Http404
        if request.method != "POST":
            return self._past_page(request, row, release, Asked())
        if not self.may_publish(request, row):
            raise PermissionDenied
        asked = read_asked(request.POST)
        try:
            made = restore(row, number, request.user, asked.note, accept=asked.accept, expected_draft=asked.seen or 0)
        except Refused as refused:
            return self._past_page(request, row, release, asked, refused=refused)
        except ValidationError as error:
            return self._past_page(request, row, release, asked, error.messages)
        self._told(request, made)
        return HttpResponseRedirect(self._url("schedule_releases", row))

    def _past_page(
        self,
        request: HttpRequest,
        row: Event,
        release: Release,
        asked: Asked,
        errors: Iterable[str] = (),
        refused: Refused | None = None,
    ) -> HttpResponse:
        row.refresh_from_db(fields=["version"])
        changes = made_by(release)
        context = {
            "title": _("Release %(number)d") % {"number": release.number},
            "release": release,
            "lines": [line(each) for each in changes[:LISTED]],
            "more": max(len(changes) - LISTED, 0),
            "known": accepted_words(release),
            "errors": list(errors),
            "not_accepted": refused is not None,
            **self._releasing(request, row, asked),
        }
        if row.release_number != release.number:
            planned = plan_again(row, release.number)
            found = refused.conflicts if refused else conflicts_in(planned, timezone.now())
            context |= {"again": _lines_of(planned), **weighed(found, asked.accept, row)}
        return TemplateResponse(request, "admin/events/schedule/past.html", context)


def _lines_of(planned: Plan) -> dict[str, Any]:
    differences = diff(planned.now, planned.then)
    return {
        "lines": [line(each) for each in differences[:LISTED]],
        "more": max(len(differences) - LISTED, 0),
        "total": len(differences),
    }


def line(each: Difference) -> dict[str, Any]:
    """A difference for the templates."""
    return {
        "uid": each.uid,
        "title": headline(each),
        "when": when(each.row),
        "kinds": [{"label": kind.label, "tone": TONES.get(kind, "in_review")} for kind in each.kinds],
        "sentences": sentences(each),
    }


def weighed(found: Iterable[Conflict], accept: Collection[str], event: Event) -> dict[str, list[dict[str, Any]]]:
    """Conflicts for the templates: what blocks, what is to be accepted, what was accepted with the current release."""
    sorted_out: dict[str, list[dict[str, Any]]] = {"blocking": [], "warnings": [], "accepted": []}
    for each in found:
        name = "blocking" if each.level == Level.BLOCK else "accepted" if each.accepted else "warnings"
        own = [row for row in each.slots if row.event_id == event.pk]
        sorted_out[name].append(
            {
                "id": each.id,
                "message": each.message,
                "ticked": each.id in accept,
                "slots": [{"title": show(row.title), "uid": row.uid, "day": row.day} for row in own[:3]],
            }
        )
    return sorted_out


def made_by(release: Release) -> list[Difference]:
    """What a release changed, in order of time."""
    changes = list(SlotChange.objects.filter(release=release).order_by("pk"))
    pks = [pk for change in changes for pk in (change.before_id, change.after_id) if pk]
    rows: dict[int, ReleasedSlot] = {}
    for start in range(0, len(pks), 500):
        rows |= {row.pk: row for row in ReleasedSlot._base_manager.filter(pk__in=pks[start : start + 500])}
    placed(rows.values())
    found = [
        Difference(
            change.uid,
            tuple(ChangeKind(kind) for kind in change.kinds),
            rows.get(change.before_id or 0),
            rows.get(change.after_id or 0),
        )
        for change in changes
    ]
    return sorted(found, key=lambda each: (each.row.sort_start, each.uid))


def accepted_words(release: Release) -> list[dict[str, Any]]:
    """The warnings that a release was made with: what kind, and which slots as they were called."""
    uids = {UUID(uid) for each in release.accepted for uid in each["slots"]}
    titles: dict[UUID, str] = {}
    for start in range(0, len(uids), 500):
        part = list(uids)[start : start + 500]
        titles |= {row.uid: show(row.title) for row in ReleasedSlot._base_manager.filter(uid__in=part).order_by("pk")}
    return [
        {
            "kind": kind_words(each["kind"]),
            "slots": [titles.get(UUID(uid), "…") for uid in each["slots"][:5]],
        }
        for each in release.accepted
    ]


def kind_words(kind: str) -> str:
    """What a warning is about, where its message is no longer at hand."""
    known = {
        "space_twice": _("a space is used twice"),
        "participant_twice": _("somebody in two places at once"),
        "short_rest": _("a short rest"),
        "far_apart": _("a long way in a short time"),
        "road_closed": _("a road closure"),
        "venue_closed": _("the venue is closed"),
        "venue_break": _("the venue has a break"),
        "last_entry": _("after the last entry"),
        "outside_hours": _("outside the opening hours"),
        "unannounced": _("a time is not announced yet"),
        "over_capacity": _("more places than the space holds"),
        "holiday": _("a public holiday"),
        "make_up_workday": _("a working day that makes up for a holiday"),
    }
    return known.get(kind, kind.replace("_", " "))
