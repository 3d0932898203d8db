"""The permission matrix: every route of the project for each of the cast."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from axes.models import AccessLog
from django.contrib.admin import ModelAdmin, site
from django.contrib.auth.models import Group
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from core.changes.edits import edit
from core.changes.models import log
from core.models import Act
from events.league.models import Competition
from events.models import SlotBooking, SlotNotice
from events.race.models import Closure, Eligibility
from media.models import Image
from organizers.models import Token
from tests import factories, factories_media, factories_teams
from tests.events.race import scenes
from tests.managed import EVENTS, EventScene
from tests.pages import enter
from venues.models import CalendarDay

CAST = ("anonymous", "nobody", "editor", "publisher", "stranger", "staff", "reviewer", "superuser")

# What a GET answers (after the slash: a POST of nothing) about a draft event and a private picture of ``ours``, their
# published organizer and a public venue. 302 leads to the log-in, from what does not exist for the user, or back from
# a form that was saved: one that posts nothing changes nothing.
PAGES = """
route                                    anon  nobody  editor publish strangr   staff  review   super
""                                        302     302     302     302     302     302     302     302
admin:(?P<url>.*)$                        302     404     404     404     404     404     404     404
admin:<path:object_id>/                   302     302     302     302     302     302     302     302
admin:app_list                            302     404     200     200     200     200     200     200
admin:auth_group_add                  302/302 403/403 403/403 403/403 403/403 403/403 403/403 200/200
admin:auth_group_change               302/302 403/403 403/403 403/403 403/403 403/403 403/403 200/200
admin:auth_group_changelist               302     403     403     403     403     403     403     200
admin:auth_group_delete               302/302 403/403 403/403 403/403 403/403 403/403 403/403 200/200
admin:auth_group_history                  302     403     403     403     403     403     403     200
admin:auth_user_password_change       302/302 403/403 403/403 403/403 403/403 403/403 403/403 200/200
admin:autocomplete                        302     403     403     403     403     403     403     403
admin:axes_accessattempt_add          302/302 403/403 403/403 403/403 403/403 403/403 403/403 403/403
admin:axes_accessattempt_change       302/302 403/403 403/403 403/403 403/403 403/403 403/403 302/302
admin:axes_accessattempt_changelist       302     403     403     403     403     403     403     200
admin:axes_accessattempt_delete       302/302 403/403 403/403 403/403 403/403 403/403 403/403 302/302
admin:axes_accessattempt_history          302     302     302     302     302     302     302     302
admin:axes_accessfailurelog_add       302/302 403/403 403/403 403/403 403/403 403/403 403/403 403/403
admin:axes_accessfailurelog_change    302/302 403/403 403/403 403/403 403/403 403/403 403/403 302/302
admin:axes_accessfailurelog_changelist    302     403     403     403     403     403     403     200
admin:axes_accessfailurelog_delete    302/302 403/403 403/403 403/403 403/403 403/403 403/403 302/302
admin:axes_accessfailurelog_history       302     302     302     302     302     302     302     302
admin:axes_accesslog_add              302/302 403/403 403/403 403/403 403/403 403/403 403/403 403/403
admin:axes_accesslog_change           302/302 403/403 403/403 403/403 403/403 403/403 403/403 200/302
admin:axes_accesslog_changelist           302     403     403     403     403     403     403     200
admin:axes_accesslog_delete           302/302 403/403 403/403 403/403 403/403 403/403 403/403 200/200
admin:axes_accesslog_history              302     403     403     403     403     403     403     200
admin:core_act_add                    302/302 403/403 403/403 403/403 403/403 403/403 403/403 403/403
admin:core_act_change                 302/302 403/403 403/403 403/403 403/403 200/403 200/403 200/403
admin:core_act_changelist                 302     403     403     403     403     200     200     200
admin:core_act_delete                 302/302 403/403 403/403 403/403 403/403 403/403 403/403 403/403
admin:core_act_history                    302     403     403     403     403     200     200     200
admin:core_tag_add                    302/302 403/403 403/403 403/403 403/403 200/200 403/403 200/200
admin:core_tag_change                 302/302 403/403 200/403 200/403 200/403 200/302 200/403 200/302
admin:core_tag_changelist                 302     403     200     200     200     200     200     200
admin:core_tag_delete                 302/302 403/403 403/403 403/403 403/403 200/200 403/403 200/200
admin:core_tag_history                    302     302     403     403     403     200     200     200
admin:core_user_add                   302/302 403/403 403/403 403/403 403/403 403/403 403/403 200/200
admin:core_user_change                302/302 403/403 403/403 403/403 403/403 403/403 403/403 200/200
admin:core_user_changelist                302     403     403     403     403     403     403     200
admin:core_user_delete                302/302 403/403 403/403 403/403 403/403 403/403 403/403 200/200
admin:core_user_history                   302     403     403     403     403     403     403     200
admin:events_event_act                302/302 405/403 405/403 405/403 405/403 405/403 405/403 405/403
admin:events_event_add                302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:events_event_change             302/302 403/403 200/302 200/302 302/302 200/302 200/403 200/302
admin:events_event_changelist             302     403     200     200     200     200     200     200
admin:events_event_copy               302/302 403/403 200/200 200/200 403/403 200/200 403/403 200/200
admin:events_event_delete             302/302 403/403 200/200 200/200 302/302 200/200 403/403 200/200
admin:events_event_draw               302/302 403/403 200/400 200/400 403/403 200/400 200/403 200/400
admin:events_event_export                 302     403     200     200     403     200     200     200
admin:events_event_history                302     302     200     200     302     200     200     200
admin:events_event_import             302/302 403/403 200/200 200/200 403/403 200/200 403/403 200/200
admin:events_event_preview                302     403     200     200     403     200     200     200
admin:events_event_result             302/302 403/403 403/403 404/404 403/403 404/404 404/404 404/404
admin:events_event_results            302/302 403/403 403/403 200/200 403/403 200/200 200/200 200/200
admin:events_event_schedule           302/302 403/403 200/302 200/302 403/403 200/302 200/403 200/302
admin:events_event_schedule_past_release 302/302 403/403 404/404 404/404 403/403 404/404 404/404 404/404
admin:events_event_schedule_release   302/302 403/403 200/403 200/200 403/403 200/200 200/200 200/200
admin:events_event_schedule_releases      302     403     200     200     403     200     200     200
admin:events_event_schedule_slot      302/302 403/403 405/400 405/400 403/403 405/400 405/403 405/400
admin:events_import_file              302/302 403/403 302/302 302/302 403/403 302/302 403/403 302/302
admin:events_participant_add          302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:events_participant_change       302/302 403/403 200/403 200/403 200/403 200/302 200/403 200/302
admin:events_participant_changelist       302     403     200     200     200     200     200     200
admin:events_participant_delete       302/302 403/403 403/403 403/403 403/403 200/200 403/403 200/200
admin:events_participant_history          302     302     403     403     403     200     200     200
admin:events_series_add               302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:events_series_change            302/302 403/403 200/200 200/200 302/302 200/200 200/403 200/200
admin:events_series_changelist            302     403     200     200     200     200     200     200
admin:events_series_delete            302/302 403/403 200/200 200/200 302/302 200/200 403/403 200/200
admin:events_series_history               302     302     200     200     302     200     200     200
admin:events_slot_add                 302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:events_slot_change              302/302 403/403 200/302 200/302 302/302 200/302 200/403 200/302
admin:events_slot_changelist              302     403     200     200     200     200     200     200
admin:events_slot_delete              302/302 403/403 200/200 200/200 302/302 200/200 403/403 200/200
admin:events_slot_history                 302     302     200     200     302     200     200     200
admin:events_slotbooking_add          302/302 403/403 200/200 200/200 200/200 200/200 200/200 200/200
admin:events_slotbooking_change       302/302 403/403 200/403 200/302 302/302 200/302 200/302 200/302
admin:events_slotbooking_changelist       302     403     200     200     200     200     200     200
admin:events_slotbooking_delete       302/302 403/403 403/403 200/200 302/302 200/200 200/200 200/200
admin:events_slotbooking_history          302     302     403     200     302     200     200     200
admin:events_slotnotice_add           302/302 403/403 200/200 200/200 200/200 200/200 200/200 200/200
admin:events_slotnotice_change        302/302 403/403 200/403 200/302 302/302 200/302 200/302 200/302
admin:events_slotnotice_changelist        302     403     200     200     200     200     200     200
admin:events_slotnotice_delete        302/302 403/403 403/403 200/200 302/302 200/200 200/200 200/200
admin:events_slotnotice_history           302     302     403     200     302     200     200     200
admin:index                               302     200     200     200     200     200     200     200
admin:jsi18n                              302     200     200     200     200     200     200     200
admin:league_competition_add          302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:league_competition_change       302/302 403/403 200/302 200/302 302/302 200/302 200/403 200/302
admin:league_competition_changelist       302     403     200     200     200     200     200     200
admin:league_competition_delete       302/302 403/403 200/200 200/200 302/302 200/200 403/403 200/200
admin:league_competition_history          302     302     200     200     302     200     200     200
admin:league_competition_teams        302/302 403/403 200/302 200/302 302/302 200/302 200/403 200/302
admin:league_entry_add                302/302 403/403 403/403 403/403 403/403 403/403 403/403 403/403
admin:league_entry_change             302/302 403/403 200/302 200/302 302/302 200/302 200/403 200/302
admin:league_entry_changelist             302     403     200     200     200     200     200     200
admin:league_entry_delete             302/302 403/403 200/200 200/200 302/302 200/200 403/403 200/200
admin:league_entry_history                302     302     200     200     302     200     200     200
admin:league_team_act                 302/302 405/403 405/403 405/403 405/403 405/403 405/403 405/403
admin:league_team_add                 302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:league_team_change              302/302 403/403 200/302 200/302 302/302 200/302 200/403 200/302
admin:league_team_changelist              302     403     200     200     200     200     200     200
admin:league_team_delete              302/302 403/403 200/200 200/200 302/302 200/200 403/403 200/200
admin:league_team_history                 302     302     200     200     302     200     200     200
admin:league_team_preview                 302     403     200     200     403     200     200     200
admin:login                           200/200 302/200 302/200 302/200 302/200 302/200 302/200 302/200
admin:media_image_add                 302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:media_image_change              302/302 403/403 200/302 200/302 302/302 200/302 200/403 200/302
admin:media_image_changelist              302     403     200     200     200     200     200     200
admin:media_image_delete              302/302 403/403 200/200 200/200 302/302 200/200 403/403 200/200
admin:media_image_history                 302     302     200     200     302     200     200     200
admin:media_image_upload              302/302 403/403 200/400 200/400 200/400 200/400 403/403 200/400
admin:media_mediaobject_add           302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:media_mediaobject_change        302/302 403/403 200/302 200/302 302/302 200/302 200/403 200/302
admin:media_mediaobject_changelist        302     403     200     200     200     200     200     200
admin:media_mediaobject_delete        302/302 403/403 200/200 200/200 302/302 200/200 403/403 200/200
admin:media_mediaobject_history           302     302     200     200     302     200     200     200
admin:organizers_organizer_act        302/302 405/403 405/403 405/403 405/403 405/403 405/403 405/403
admin:organizers_organizer_add        302/302 403/403 403/403 403/403 403/403 200/200 403/403 200/200
admin:organizers_organizer_change     302/302 403/403 403/403 403/403 403/403 200/302 200/403 200/302
admin:organizers_organizer_changelist     302     403     403     403     403     200     200     200
admin:organizers_organizer_delete     302/302 403/403 403/403 403/403 403/403 403/403 403/403 403/403
admin:organizers_organizer_history        302     302     302     302     302     200     200     200
admin:organizers_organizer_preview        302     403     403     403     403     200     200     200
admin:organizers_token_add            302/302 403/403 200/200 200/200 200/200 200/200 200/200 200/200
admin:organizers_token_change         302/302 403/403 200/403 302/403 302/403 302/403 302/403 200/403
admin:organizers_token_changelist         302     403     200     200     200     200     200     200
admin:organizers_token_delete         302/302 403/403 200/200 302/302 302/302 302/302 302/302 200/200
admin:organizers_token_history            302     302     200     302     302     302     302     200
admin:password_change                 302/302 200/200 200/200 200/200 200/200 200/200 200/200 200/200
admin:password_change_done                302     200     200     200     200     200     200     200
admin:race_closure_add                302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:race_closure_change             302/302 403/403 200/302 200/302 302/302 200/302 200/403 200/302
admin:race_closure_changelist             302     403     200     200     200     200     200     200
admin:race_closure_delete             302/302 403/403 200/200 200/200 302/302 200/200 403/403 200/200
admin:race_closure_history                302     302     200     200     302     200     200     200
admin:race_course_add                 302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:race_course_change              302/302 403/403 200/302 200/302 302/302 200/302 200/403 200/302
admin:race_course_changelist              302     403     200     200     200     200     200     200
admin:race_course_delete              302/302 403/403 200/200 200/200 302/302 200/200 403/403 200/200
admin:race_course_history                 302     302     200     200     302     200     200     200
admin:race_eligibility_add            302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:race_eligibility_change         302/302 403/403 200/302 200/302 302/302 200/302 200/403 200/302
admin:race_eligibility_changelist         302     403     200     200     200     200     200     200
admin:race_eligibility_delete         302/302 403/403 200/200 200/200 302/302 200/200 403/403 200/200
admin:race_eligibility_history            302     302     200     200     302     200     200     200
admin:venues_calendarday_add          302/302 403/403 403/403 403/403 403/403 200/200 403/403 200/200
admin:venues_calendarday_change       302/302 403/403 403/403 403/403 403/403 200/302 200/403 200/302
admin:venues_calendarday_changelist       302     403     403     403     403     200     200     200
admin:venues_calendarday_delete       302/302 403/403 403/403 403/403 403/403 200/200 403/403 200/200
admin:venues_calendarday_history          302     302     302     302     302     200     200     200
admin:venues_exhibit_act                302/302 405/403 405/403 405/403 405/403 405/403 405/403 405/403
admin:venues_exhibit_add                302/302 403/403 403/403 403/403 403/403 200/200 403/403 200/200
admin:venues_exhibit_change             302/302 403/403 403/403 403/403 403/403 200/302 200/403 200/302
admin:venues_exhibit_changelist             302     403     403     403     403     200     200     200
admin:venues_exhibit_delete             302/302 403/403 403/403 403/403 403/403 403/403 403/403 403/403
admin:venues_exhibit_history                302     302     302     302     302     200     200     200
admin:venues_exhibit_preview                302     403     403     403     403     200     200     200
admin:venues_route_act                302/302 405/403 405/403 405/403 405/403 405/403 405/403 405/403
admin:venues_route_add                302/302 403/403 403/403 403/403 403/403 200/200 403/403 200/200
admin:venues_route_change             302/302 403/403 403/403 403/403 403/403 200/302 200/403 200/302
admin:venues_route_changelist             302     403     403     403     403     200     200     200
admin:venues_route_delete             302/302 403/403 403/403 403/403 403/403 403/403 403/403 403/403
admin:venues_route_history                302     302     302     302     302     200     200     200
admin:venues_route_preview                302     403     403     403     403     200     200     200
admin:venues_livestatus_add           302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:venues_livestatus_change        302/302 403/403 200/200 200/200 302/302 200/200 200/403 200/200
admin:venues_livestatus_changelist        302     403     200     200     200     200     200     200
admin:venues_livestatus_delete        302/302 403/403 403/403 403/403 403/403 200/200 403/403 200/200
admin:venues_livestatus_history           302     302     200     200     302     200     200     200
admin:venues_notice_act               302/302 405/403 405/403 405/403 405/403 405/403 405/403 405/403
admin:venues_notice_add               302/302 403/403 200/200 200/200 200/200 200/200 403/403 200/200
admin:venues_notice_change            302/302 403/403 200/302 200/302 302/302 200/302 200/403 200/302
admin:venues_notice_changelist            302     403     200     200     200     200     200     200
admin:venues_notice_delete            302/302 403/403 200/200 200/200 302/302 200/200 403/403 200/200
admin:venues_notice_history               302     302     200     200     302     200     200     200
admin:venues_notice_preview               302     403     200     200     403     200     200     200
admin:venues_venue_act                302/302 405/403 405/403 405/403 405/403 405/403 405/403 405/403
admin:venues_venue_add                302/302 403/403 403/403 403/403 403/403 200/200 403/403 200/200
admin:venues_venue_change             302/302 403/403 200/403 200/403 200/403 200/302 200/403 200/302
admin:venues_venue_changelist             302     403     200     200     200     200     200     200
admin:venues_venue_delete             302/302 403/403 403/403 403/403 403/403 403/403 403/403 403/403
admin:venues_venue_history                302     302     403     403     403     200     200     200
admin:venues_venue_holiday_hours      302/302 403/403 403/403 403/403 403/403 200/400 403/403 200/400
admin:venues_venue_hours              302/302 403/403 200/403 200/403 200/403 200/400 200/403 200/400
admin:venues_venue_preview                302     403     200     200     200     200     200     200
admin:view_on_site                        302     404     404     404     404     404     404     404
media-file                            404/405 404/405 200/405 200/405 404/405 200/405 200/405 200/405
rendition                             404/405 404/405 200/405 200/405 404/405 200/405 200/405 200/405
no-page                               404/404 404/404 404/404 404/404 404/404 404/404 404/404 404/404
score                                 404/404 404/404 404/404 404/404 404/404 404/404 404/404 404/404
score-match                           404/404 404/404 404/404 404/404 404/404 404/404 404/404 404/404
event-page                            404/405 404/405 404/405 404/405 404/405 404/405 404/405 404/405
short-link                            302/405 302/405 302/405 302/405 302/405 302/405 302/405 302/405
no-route                              404/404 404/404 404/404 404/404 404/404 404/404 404/404 404/404
set_language                          302/302 302/302 302/302 302/302 302/302 302/302 302/302 302/302
admin:logout                              302     405     405     405     405     405     405     405
"""

# Routes of the public API; each answers everybody alike.
API = """
    entry venues venue-map venue hours venue-hours exhibits exhibit routes route route-gpx
    events event-map event event-schedule event-changes event-calendar event-standings event-bracket
    event-course event-course-gpx event-course-map event-running-order slots slot slot-calendar calendar
    teams team team-calendar organizers organizer image media notices notice live schema docs
""".split()

# Pages for people, and what belongs to them: they too answer everybody alike. (A draft's page is in the table above.)
PEOPLE = "venue-page slot-page route-page team-page qr-svg qr-png robots sitemap sitemap-part".split()

# What the manage routes answer to a GET / POST, PUT, PATCH, DELETE about the museum of ``ours``: a published notice, a
# report. The writes send the version that they were made from; whoever may write does. The last one logs out. So with a
# session as with a token; only ``nobody``, who acts for no organizer, has a token that does not work.
MANAGE = """
verb                     anon nobody editor publish strangr staff review super
manage-me-get             401    200    200     200     200   200    200   200
manage-notices-get        401    404    200     200     404   200    200   200
manage-notices-post       401    404    201     201     404   201    403   201
manage-notice-get         401    404    200     200     404   200    200   200
manage-notice-patch       401    404    403     200     404   200    403   200
manage-notice-put         401    404    403     200     404   200    403   200
manage-notice-delete      401    404    403     204     404   204    403   204
manage-live-get           401    404    200     200     404   200    200   200
manage-live-put           401    404    200     200     404   200    403   200
manage-logout-post        401    204    204     204     204   204    204   204
"""


def _names(patterns: Any, namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"


def routes() -> set[str]:
    return set(_names(get_resolver().url_patterns))


def _token(user: Any) -> Token:
    factories.token(user)
    return Token.objects.get(user=user)


def _notice_on(event: Any) -> SlotNotice:
    made = SlotNotice(event=event, uid=event.slots.get().uid, text={"zh-Hans": "推迟"})
    made.save()
    return made


def _booking_of(event: Any) -> SlotBooking:
    made = SlotBooking(event=event, uid=event.slots.get().uid, status="sold_out")
    made.save()
    return made


@edit()
def _rows(cast: SimpleNamespace) -> dict[str, Any]:
    """One row of every registered model: a draft event and a private picture of ``ours``, a public venue."""
    venue = factories.venue(slug="hall")
    event = factories.event(published=False, organizer=cast.ours, slug="cup", venues=[venue])
    series = factories.series(event, "fri", "10:00")
    series.save()
    team = factories_teams.team(published=False, organizer=cast.ours)
    (group,) = factories_teams.groups(event, "a")
    return {
        "league_team": team,
        "league_competition": Competition.objects.get(event=event),
        "league_entry": factories_teams.entry(event, team, group=group),
        "events_event": event,
        "events_slot": factories.slot(event),
        "events_series": series,
        "events_slotnotice": _notice_on(event),
        "events_slotbooking": _booking_of(event),
        "events_participant": factories.participant(),
        "race_course": scenes.course(event),
        "race_closure": Closure.objects.get(slot=scenes.closure(event)),
        "race_eligibility": scenes.saved(Eligibility(event=event)),
        "venues_venue": venue,
        "venues_exhibit": factories.exhibit(venue=venue),
        "venues_route": factories.route(slug="tour", stops=[venue, venue]),
        "venues_notice": factories.notice(published=False, venues=[factories.venue(organizer=cast.ours)]),
        "venues_livestatus": factories.live(factories.venue(organizer=cast.ours)),
        "venues_calendarday": CalendarDay.objects.create(date="2026-10-01", kind="holiday", holiday="national_day"),
        "organizers_organizer": cast.ours,
        "organizers_token": _token(cast.editor),
        "media_image": factories.image(organizer=cast.ours),
        "media_mediaobject": factories_media.audio(organizer=cast.ours),
        "core_tag": factories.tag(),
        "core_user": cast.nobody,
        "core_act": log(cast.ours, Act.Verb.CREATED, by=None, at=timezone.now()),
        "auth_group": Group.objects.get(name="reviewers"),
        "axes_accesslog": AccessLog.objects.create(username="nobody", path_info="/admin/login/"),
    }


@pytest.fixture(scope="module")
def cast(kept: None) -> SimpleNamespace:
    return factories.cast()


@pytest.fixture(scope="module")
def rows(cast: SimpleNamespace) -> dict[str, Any]:
    return _rows(cast)


@pytest.fixture
def stage(db: None, cast: SimpleNamespace, rows: dict[str, Any]) -> Callable[[str], SimpleNamespace]:
    """``stage("editor")``: the addresses of all routes, and that user's browser."""

    def address(route: str) -> str:
        plain = route.removeprefix("admin:")
        model, _sep, page = plain.rpartition("_")
        pages = ("change", "delete", "history", "act", "preview", "hours", "copy", "import", "export")
        if page in pages and model in rows:
            return reverse(route, args=[rows[model].pk])
        if model.startswith("axes_") and page in ("change", "delete", "history"):
            return reverse(route, args=[1])
        if route in UNNAMED:
            return UNNAMED[route]
        return reverse(route, kwargs=KWARGS[route](rows) if route in KWARGS else None)

    return lambda who: SimpleNamespace(address=address, client=enter(getattr(cast, who, None)))


# Patterns without a name, and an address for each.
UNNAMED = {
    "": "/",
    "admin:<path:object_id>/": "/admin/events/event/1/",
    "no-page": "/venues/no/such/page/",
    "admin:(?P<url>.*)$": "/admin/nothing-here/",
}
KWARGS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "admin:app_list": lambda _rows: {"app_label": "events"},
    "admin:auth_user_password_change": lambda rows: {"id": rows["core_user"].pk},
    "admin:events_import_file": lambda rows: {"object_id": rows["events_event"].pk, "file_id": 1},
    "admin:events_event_result": lambda rows: {
        "object_id": rows["events_event"].pk,
        "uid": rows["events_slot"].uid,
    },
    "admin:events_event_draw": lambda rows: {"object_id": rows["events_event"].pk},
    "admin:events_event_results": lambda rows: {"object_id": rows["events_event"].pk},
    "admin:events_event_schedule": lambda rows: {"object_id": rows["events_event"].pk},
    "admin:events_event_schedule_past_release": lambda rows: {"object_id": rows["events_event"].pk, "number": 1},
    "admin:events_event_schedule_release": lambda rows: {"object_id": rows["events_event"].pk},
    "admin:events_event_schedule_releases": lambda rows: {"object_id": rows["events_event"].pk},
    "admin:events_event_schedule_slot": lambda rows: {
        "object_id": rows["events_event"].pk,
        "uid": rows["events_slot"].uid,
    },
    "admin:league_competition_teams": lambda rows: {"event_id": rows["events_event"].pk},
    "admin:view_on_site": lambda _rows: {"content_type_id": 1, "object_id": 1},
    "rendition": lambda rows: {"path": rows["media_image"].renditions.first().path},
    "media-file": lambda rows: {"path": rows["media_mediaobject"].file.name},
    "event-page": lambda rows: {"slug": rows["events_event"].slug},
    "score": lambda _rows: {"secret": "nobody-knows-it"},
    "score-match": lambda rows: {"secret": "nobody-knows-it", "uid": rows["events_slot"].uid},
    "short-link": lambda rows: {"code": rows["venues_venue"].code},
}


def _expected(who: str) -> dict[str, str]:
    lines = [line.split() for line in PAGES.strip().splitlines()[1:]]
    return {route.strip('"'): cells[CAST.index(who)] for route, *cells in lines}


def _close(response: Any) -> None:
    """Reads the file of a picture to its end, which closes it."""
    if response.streaming:
        b"".join(response.streaming_content)


@pytest.mark.parametrize("who", CAST)
def test_pages_answer_as_the_matrix_says(
    who: str, stage: Callable[[str], SimpleNamespace], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The status is known before the page is written; what the pages show has tests of its own.
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    monkeypatch.setattr(ModelAdmin, "get_inlines", lambda *_args: [])
    here = stage(who)
    found = {}
    for route, cell in _expected(who).items():
        response = here.client.get(here.address(route))
        _close(response)
        found[route] = str(response.status_code)
        if "/" in cell:
            response = here.client.post(here.address(route))
            _close(response)
            found[route] += f"/{response.status_code}"
    assert found == _expected(who)


def test_every_route_is_in_the_matrix() -> None:
    assert routes() == {*_expected("staff"), *API, *PEOPLE, *_managed(), "manage-login"}


def _managed() -> dict[str, dict[str, list[str]]]:
    """Route -> verb -> what it answers to each of the cast."""
    found: dict[str, dict[str, list[str]]] = {}
    for line in (*MANAGE.strip().splitlines()[1:], *EVENTS.strip().splitlines()[1:]):
        name, *cells = line.split()
        route, _dash, verb = name.rpartition("-")
        found.setdefault(route, {})[verb] = cells
    return found


@pytest.fixture(scope="module")
def office(cast: SimpleNamespace) -> SimpleNamespace:
    """What there is to manage."""
    museum = factories.venue(slug="museum", organizer=cast.ours)
    notice, live = factories.notice(venues=[museum]), factories.live(museum)
    return SimpleNamespace(museum=museum, notice=notice, live=live, scene=EventScene(cast.ours))


@pytest.fixture
def managed(db: None, office: SimpleNamespace) -> Callable[..., dict[tuple[str, str], str]]:
    """``managed(client)``: route and verb -> what the client is answered; each write is undone before the next one."""
    museum, notice, scene = office.museum, office.notice, office.scene
    version = {"manage-notice": notice.version, "manage-live": office.live.version}
    title = {"title": {"zh-Hans": "闭馆"}}

    def address(route: str) -> str:
        if f"{route}-" in EVENTS:
            return scene.address(route)
        about_venue = route not in ("manage-me", "manage-logout")
        key = [notice.pk] if route == "manage-notice" else []
        return reverse(route, args=[museum.slug, *key] if about_venue else [])

    def options(route: str, verb: str) -> dict[str, Any]:
        sent: Any = title if route == "manage-notices" else {"version": version[route]} if route in version else {}
        if route == "manage-import":
            return {"data": b"title,start\n\xe5\xbe\xb7\xe6\xaf\x94,", "content_type": "text/csv"}
        if (route, verb) == ("manage-course-line", "put"):
            seen = {"if-match": f'"{scene.event.version}"'}
            return {"data": scenes.gpx(), "content_type": "application/gpx+xml", "headers": seen}
        if route in ("manage-images", "manage-image-file"):
            return {"data": encode_multipart(BOUNDARY, scene.parts(route)), "content_type": MULTIPART_CONTENT}
        if f"{route}-" in EVENTS:
            sent = scene.body(route, verb)
        return {"data": sent, "content_type": "application/json"}

    def status(client: Client, route: str, verb: str, **headers: str) -> str:
        how = {} if verb == "get" else options(route, verb)
        dry = "?dry_run=true" if route == "manage-import" else ""
        with contextlib.suppress(RuntimeError), edit():
            both = {**headers, **how.pop("headers", {})}
            data, kind = how.get("data", ""), how.get("content_type", "application/json")
            if kind == MULTIPART_CONTENT:
                found = client.generic(verb.upper(), address(route), data, kind, headers=both).status_code
            else:
                found = getattr(client, verb)(address(route) + dry, headers=both, **how).status_code
            raise RuntimeError("takes it back")
        return str(found)

    return lambda client, verbs=None, **headers: {
        (route, verb): status(client, route, verb, **headers) for route, verb in _asked(verbs)
    }


VERBS = ("get", "put", "patch", "delete", "post")


def _asked(verbs: Iterable[str] | None) -> list[tuple[str, str]]:
    """The routes with all of these verbs; without any, each with those that it knows. The last one logs out."""
    cells = _managed()
    cells["manage-logout"] = cells.pop("manage-logout")
    return [
        (route, verb) for verb in VERBS for route in cells if (verb in cells[route] if verbs is None else verb in verbs)
    ]


def _expected_of(who: str, verbs: Iterable[str] | None = None) -> dict[tuple[str, str], str]:
    place, no_such = CAST.index(who), "401" if who == "anonymous" else "405"
    cells = _managed()
    return {
        (route, verb): cells[route][verb][place] if verb in cells[route] else no_such for route, verb in _asked(verbs)
    }


@pytest.mark.parametrize("who", CAST)
def test_manage_routes_answer_a_session_as_the_matrix_says(who: str, cast: SimpleNamespace, managed: Any) -> None:
    assert managed(enter(getattr(cast, who, None))) == _expected_of(who)


@pytest.mark.parametrize("who", ["anonymous", "superuser"])
def test_manage_routes_know_no_other_verb(who: str, cast: SimpleNamespace, managed: Any) -> None:
    found = managed(enter(getattr(cast, who, None)), VERBS)
    assert found == _expected_of(who, VERBS)


WITH_TOKENS = tuple(who for who in CAST if who not in ("anonymous", "nobody"))


@pytest.mark.parametrize("who", WITH_TOKENS)
def test_manage_routes_answer_a_token_as_the_session(who: str, cast: SimpleNamespace, managed: Any) -> None:
    """One without a limit, or one for the organizer that all this belongs to. Where nobody writes, all are asked."""
    organizer = {"publisher": None, "superuser": None, "stranger": cast.theirs}.get(who, cast.ours)
    secret = factories.token(getattr(cast, who), organizer=organizer)
    verbs = None if who in ("editor", "publisher", "staff") else ("get",)
    assert managed(Client(), verbs, authorization=f"Bearer {secret}") == _expected_of(who, verbs)


@pytest.mark.parametrize("who", WITH_TOKENS)
def test_manage_routes_answer_a_token_for_reading(who: str, cast: SimpleNamespace, managed: Any) -> None:
    secret = factories.token(getattr(cast, who), scope="read")
    found = managed(Client(), authorization=f"Bearer {secret}")
    reads = {each for each in found if each[1] == "get"}
    assert {each: found[each] for each in reads} == {each: _expected_of(who)[each] for each in reads}
    refused = dict.fromkeys(set(found) - reads, "403")
    assert {each: found[each] for each in refused} == {**refused, ("manage-logout", "post"): "204"}


@pytest.mark.parametrize("who", ["staff", "reviewer", "superuser"])
def test_manage_routes_hide_the_museum_from_a_token_for_another(who: str, cast: SimpleNamespace, managed: Any) -> None:
    secret = factories.token(getattr(cast, who), organizer=cast.theirs)
    expected = _expected_of("stranger")
    if who == "reviewer":  # who makes nothing, whoever it is for
        for route in ("manage-events", "manage-teams", "manage-images"):
            expected[route, "post"] = "403"
    assert managed(Client(), authorization=f"Bearer {secret}") == expected


def test_manage_routes_know_no_token_of_nobody_and_of_nowhere(cast: SimpleNamespace, managed: Any) -> None:
    for secret in (factories.token(cast.nobody), "0" * 64, ""):
        found = managed(enter(cast.staff), ("get", "post"), authorization=f"Bearer {secret}")
        assert found == dict.fromkeys(found, "401"), secret


def test_every_registered_model_has_a_row_of_its_own(rows: dict[str, Any]) -> None:
    registered = {f"{model._meta.app_label}_{model._meta.model_name}" for model in site._registry}
    never_filled = {"axes_accessattempt", "axes_accessfailurelog"}
    assert registered - never_filled == set(rows)


def _api_address(route: str, rows: dict[str, Any]) -> str:
    public = {
        "venue": rows["venues_venue"].slug,
        "venue-hours": rows["venues_venue"].slug,
        "route": "tour",
        "route-gpx": "tour",
        **dict.fromkeys(("event", "event-schedule", "event-changes", "event-calendar"), "open-day"),
        **dict.fromkeys(("event-standings", "event-bracket", "event-running-order"), "open-day"),
        **dict.fromkeys(("event-course", "event-course-gpx", "event-course-map"), "open-day"),
        "slot": rows["public_slot"].uid,
        "slot-calendar": rows["public_slot"].uid,
        "organizer": rows["organizers_organizer"].slug,
        "exhibit": rows["venues_exhibit"].slug,
        **dict.fromkeys(("team", "team-calendar", "team-page"), "foundry"),
        "image": rows["public_image"].pk,
        "media": rows["public_media"].pk,
        "notice": rows["public_notice"].pk,
        "venue-page": rows["venues_venue"].slug,
        "slot-page": rows["public_slot"].uid,
        "route-page": "tour",
        "qr-svg": rows["venues_venue"].code,
        "qr-png": rows["venues_venue"].code,
    }
    if route == "sitemap-part":
        return reverse(route, args=["venues", 1])
    address = reverse(route, args=[public[route]] if route in public else None)
    return address + {"hours": f"?venues={public['venue']}", "event-changes": "?since=0"}.get(route, "")


@pytest.fixture(scope="module")
def addresses(cast: SimpleNamespace, rows: dict[str, Any]) -> dict[str, str]:
    """The API's routes, with something public and something hidden of every kind."""
    venue = rows["venues_venue"]
    event = factories.event(organizer=cast.ours, slug="open-day", venues=[venue])
    factories_teams.entry(event, factories_teams.team(slug="foundry", organizer=cast.ours))
    Competition(event=event).save()
    slot = factories.slot(event)
    factories.release(event)
    image, notice = factories.image(organizer=cast.ours), factories.notice(venues=[venue])
    factories.shown(image, venue)
    media = factories_media.document(organizer=cast.ours)
    factories_media.placed(media, venue)
    public = {**rows, "public_slot": slot, "public_image": image, "public_media": media, "public_notice": notice}
    return {route: _api_address(route, public) for route in (*API, *PEOPLE)}


@pytest.fixture
def clients(db: None, cast: SimpleNamespace) -> dict[str, Client]:
    return {who: enter(getattr(cast, who, None)) for who in CAST}


def test_api_answers_everybody_with_the_same_bytes(
    addresses: dict[str, str], clients: dict[str, Client], clock: Callable[[Any], None]
) -> None:
    clock(factories.at(2026, 5, 1, 12))
    for route, address in addresses.items():
        answers = {who: client.get(address) for who, client in clients.items()}
        assert {who: answer.status_code for who, answer in answers.items()} == dict.fromkeys(CAST, 200), route
        assert len({answer.content for answer in answers.values()}) == 1, route


@pytest.mark.parametrize("who", ["anonymous", "editor", "superuser"])
def test_api_takes_no_other_verb(who: str, addresses: dict[str, str], cast: SimpleNamespace, db: None) -> None:
    client = enter(getattr(cast, who, None))
    for route, address in addresses.items():
        asked = {verb: getattr(client, verb)(address).status_code for verb in ("post", "put", "patch", "delete")}
        assert asked == dict.fromkeys(asked, 405), route


def test_a_public_picture_file_is_everybodys(addresses: dict[str, str], clients: dict[str, Client]) -> None:
    path = Image.objects.get(public=True).renditions.first().path
    found = {}
    for who, client in clients.items():
        response = client.get(reverse("rendition", args=[path]))
        found[who] = (response.status_code, response["Cache-Control"])
        _close(response)
    assert found == dict.fromkeys(CAST, (200, "public, max-age=31536000, immutable"))


def test_logging_out_ends_the_session(db: None, cast: SimpleNamespace) -> None:
    client = enter(cast.staff)
    assert client.get("/admin/").status_code == 200
    client.post("/admin/logout/")
    assert client.get("/admin/").status_code == 302
