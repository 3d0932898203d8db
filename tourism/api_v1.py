"""Every route of the API, version 1, in one list."""

from django.urls import path
from drf_spectacular.views import SpectacularSwaggerSplitView

from core.api.schema import SchemaView
from discovery.views import Entry
from events.league.views.table import EventBracket, EventStandings
from events.league.views.team import TeamCalendar, TeamDetail, TeamList
from events.race.views import EventCourse, EventCourseGpx, EventCourseMap
from events.views.calendar import AgendaCalendar, EventCalendar, SlotCalendar
from events.views.event import EventDetail, EventList, EventMap
from events.views.release import EventChanges, EventSchedule
from events.views.running_order import EventRunningOrder
from events.views.slot import SlotDetail, SlotList
from media.views import ImageDetail, MediaDetail
from organizers.views import OrganizerDetail, OrganizerList
from venues.views.exhibit import ExhibitDetail, ExhibitList
from venues.views.hours import HoursView, VenueHoursView
from venues.views.live import Live
from venues.views.notice import NoticeDetail, NoticeList
from venues.views.route import RouteDetail, RouteGpx, RouteList
from venues.views.venue import VenueDetail, VenueList, VenueMap

urlpatterns = [
    path("", Entry.as_view(), name="entry"),
    path("venues", VenueList.as_view(), name="venues"),
    path("venues.geojson", VenueMap.as_view(), name="venue-map"),
    path("hours", HoursView.as_view(), name="hours"),
    path("venues/<slug:slug>/hours", VenueHoursView.as_view(), name="venue-hours"),
    path("venues/<slug:slug>", VenueDetail.as_view(), name="venue"),
    path("exhibits", ExhibitList.as_view(), name="exhibits"),
    path("exhibits/<slug:slug>", ExhibitDetail.as_view(), name="exhibit"),
    path("routes", RouteList.as_view(), name="routes"),
    path("routes/<slug:slug>", RouteDetail.as_view(), name="route"),
    path("routes/<slug:slug>.gpx", RouteGpx.as_view(), name="route-gpx"),
    path("events", EventList.as_view(), name="events"),
    path("events.geojson", EventMap.as_view(), name="event-map"),
    path("events/<slug:slug>", EventDetail.as_view(), name="event"),
    path("events/<slug:slug>/schedule", EventSchedule.as_view(), name="event-schedule"),
    path("events/<slug:slug>/changes", EventChanges.as_view(), name="event-changes"),
    path("events/<slug:slug>/running-order", EventRunningOrder.as_view(), name="event-running-order"),
    path("events/<slug:slug>/standings", EventStandings.as_view(), name="event-standings"),
    path("events/<slug:slug>/bracket", EventBracket.as_view(), name="event-bracket"),
    path("events/<slug:slug>/course", EventCourse.as_view(), name="event-course"),
    path("events/<slug:slug>/course.gpx", EventCourseGpx.as_view(), name="event-course-gpx"),
    path("events/<slug:slug>/course.geojson", EventCourseMap.as_view(), name="event-course-map"),
    path("events/<slug:slug>.ics", EventCalendar.as_view(), name="event-calendar"),
    path("slots", SlotList.as_view(), name="slots"),
    path("slots/<uuid:uid>", SlotDetail.as_view(), name="slot"),
    path("slots/<uuid:uid>.ics", SlotCalendar.as_view(), name="slot-calendar"),
    path("calendar.ics", AgendaCalendar.as_view(), name="calendar"),
    path("teams", TeamList.as_view(), name="teams"),
    path("teams/<slug:slug>", TeamDetail.as_view(), name="team"),
    path("teams/<slug:slug>.ics", TeamCalendar.as_view(), name="team-calendar"),
    path("notices", NoticeList.as_view(), name="notices"),
    path("notices/<uuid:id>", NoticeDetail.as_view(), name="notice"),
    path("live", Live.as_view(), name="live"),
    path("organizers", OrganizerList.as_view(), name="organizers"),
    path("organizers/<slug:slug>", OrganizerDetail.as_view(), name="organizer"),
    path("images/<uuid:id>", ImageDetail.as_view(), name="image"),
    path("media/<uuid:id>", MediaDetail.as_view(), name="media"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]
