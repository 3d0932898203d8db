"""Every route of ``/api/v1/manage/``, in one list: for organizers and staff, never cached."""

from django.urls import path

from organizers.views.manage import Login, Logout, Me
from venues.views.manage import ManageLive, ManageNotice, ManageNotices

urlpatterns = [
    path("login", Login.as_view(), name="manage-login"),
    path("logout", Logout.as_view(), name="manage-logout"),
    path("me", Me.as_view(), name="manage-me"),
    path("venues/<slug:slug>/notices", ManageNotices.as_view(), name="manage-notices"),
    path("venues/<slug:slug>/notices/<uuid:id>", ManageNotice.as_view(), name="manage-notice"),
    path("venues/<slug:slug>/live", ManageLive.as_view(), name="manage-live"),
]
