from django.contrib import admin

from core.admin.base import ContentAdmin
from core.admin.merging import MergingForm
from events.models import Participant


@admin.register(Participant)
class ParticipantAdmin(ContentAdmin):
    form = MergingForm
    list_display = ("__str__", "slug", "kind", "missing")
    list_filter = ("kind",)
    search_fields = ("slug", "name")
    ordering = ("slug",)
    fields = ("name", "slug", "kind", "url")
