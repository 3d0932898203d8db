"""Every route of ``/api/v1/manage/``, in one list: for organizers and staff, never cached."""

from django.urls import path

from core.publication import Verb
from events.league.views.manage.competition import ManageCompetition
from events.league.views.manage.results import ManageResult, ManageScorerLink, ManageScorerLinks
from events.league.views.manage.season import ManageDraw, ManageMatches, ManageTimetable
from events.league.views.manage.team import ManageTeam, ManageTeamAct, ManageTeams
from events.race.manage.views import ManageCourse, ManageCourseLine, ManageCourses, ManageSlotRace
from events.views.manage import acts, release, series, sheets, slots
from events.views.manage.booking import ManageSlotBooking
from events.views.manage.event import ManageEvent, ManageEventAct, ManageEvents
from events.views.manage.notice import ManageSlotNotice
from media.manage.views import ManageImage, ManageImageFile, ManageImages
from organizers.views.manage import Login, Logout, Me
from venues.views.manage import ManageLive, ManageNotice, ManageNotices

urlpatterns = [
    path("login", Login.as_view(), name="manage-login"),
    path("logout", Logout.as_view(), name="manage-logout"),
    path("me", Me.as_view(), name="manage-me"),
    path("venues/<slug:slug>/notices", ManageNotices.as_view(), name="manage-notices"),
    path("venues/<slug:slug>/notices/<uuid:id>", ManageNotice.as_view(), name="manage-notice"),
    path("venues/<slug:slug>/live", ManageLive.as_view(), name="manage-live"),
    path("events", ManageEvents.as_view(), name="manage-events"),
    path("events/<slug:slug>", ManageEvent.as_view(), name="manage-event"),
    *(
        path(f"events/<slug:slug>/{verb}", ManageEventAct.as_view(verb=verb), name=f"manage-event-{verb}")
        for verb in Verb
    ),
    path("events/<slug:slug>/cancel", acts.ManageCancel.as_view(), name="manage-event-cancel"),
    path("events/<slug:slug>/postpone", acts.ManagePostpone.as_view(), name="manage-event-postpone"),
    path("events/<slug:slug>/reinstate", acts.ManageReinstate.as_view(), name="manage-event-reinstate"),
    path("events/<slug:slug>/shift", acts.ManageShift.as_view(), name="manage-event-shift"),
    path("events/<slug:slug>/move", acts.ManageMove.as_view(), name="manage-event-move"),
    path("events/<slug:slug>/copy", acts.ManageCopy.as_view(), name="manage-event-copy"),
    path("events/<slug:slug>/remove", acts.ManageRemove.as_view(), name="manage-event-remove"),
    path("events/<slug:slug>/duplicate", acts.ManageDuplicate.as_view(), name="manage-event-duplicate"),
    path("events/<slug:slug>/slots", slots.ManageSlots.as_view(), name="manage-slots"),
    path("slots/<uuid:uid>", slots.ManageSlot.as_view(), name="manage-slot"),
    path("slots/<uuid:uid>/notice", ManageSlotNotice.as_view(), name="manage-slot-notice"),
    path("slots/<uuid:uid>/booking", ManageSlotBooking.as_view(), name="manage-slot-booking"),
    path("slots/<uuid:uid>/result", ManageResult.as_view(), name="manage-slot-result"),
    path("events/<slug:slug>/scorer-links", ManageScorerLinks.as_view(), name="manage-scorer-links"),
    path("events/<slug:slug>/scorer-links/<int:id>", ManageScorerLink.as_view(), name="manage-scorer-link"),
    path("slots/<uuid:uid>/race", ManageSlotRace.as_view(), name="manage-slot-race"),
    path("events/<slug:slug>/courses", ManageCourses.as_view(), name="manage-courses"),
    path("events/<slug:slug>/courses/<slug:course>", ManageCourse.as_view(), name="manage-course"),
    path("events/<slug:slug>/courses/<slug:course>/line", ManageCourseLine.as_view(), name="manage-course-line"),
    path("events/<slug:slug>/series", series.ManageSeriesList.as_view(), name="manage-series-list"),
    path("events/<slug:slug>/series/<int:id>", series.ManageSeries.as_view(), name="manage-series"),
    path("events/<slug:slug>/import", sheets.ManageImport.as_view(), name="manage-import"),
    path("events/<slug:slug>/export", sheets.ManageExport.as_view(), name="manage-export"),
    path("events/<slug:slug>/release", release.ManageRelease.as_view(), name="manage-release"),
    path("events/<slug:slug>/releases", release.ManageReleases.as_view(), name="manage-releases"),
    path("events/<slug:slug>/draw", ManageDraw.as_view(), name="manage-draw"),
    path("events/<slug:slug>/matches", ManageMatches.as_view(), name="manage-matches"),
    path("events/<slug:slug>/timetable", ManageTimetable.as_view(), name="manage-timetable"),
    path("events/<slug:slug>/competition", ManageCompetition.as_view(), name="manage-competition"),
    path("events/<slug:slug>/restore", release.ManageRestore.as_view(), name="manage-restore"),
    path("images", ManageImages.as_view(), name="manage-images"),
    path("images/<uuid:id>", ManageImage.as_view(), name="manage-image"),
    path("images/<uuid:id>/file", ManageImageFile.as_view(), name="manage-image-file"),
    path("teams", ManageTeams.as_view(), name="manage-teams"),
    path("teams/<slug:slug>", ManageTeam.as_view(), name="manage-team"),
    *(path(f"teams/<slug:slug>/{verb}", ManageTeamAct.as_view(verb=verb), name=f"manage-team-{verb}") for verb in Verb),
]
