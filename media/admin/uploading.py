"""Many pictures at once: a page that sends each file by a request of its own, and what answers these.

What is sent is the form for a new picture with one file; the answer is JSON. 201: the picture. 400: ``errors`` by
field. 409: ``same``, the pictures of the library that are this one already; with ``again`` it is added nevertheless.
"""

from typing import Any

from django.conf import settings
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from core.admin.base import change_url
from core.changes.edits import edit
from core.translations import default_language, label
from media.models import Image

TOGETHER = ("credit", "licence", "source", "organizer")


def upload(admin: Any, request: HttpRequest) -> HttpResponse:
    if not admin.has_add_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        return _add(admin, request)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    return _page(admin, request)


def _page(admin: Any, request: HttpRequest) -> HttpResponse:
    form = admin.get_form(request)(initial=admin.get_changeform_initial_data(request))
    for field in form.fields.values():
        if isinstance(field.widget, RelatedFieldWidgetWrapper):  # without its buttons for other pages
            field.widget = field.widget.widget
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Upload pictures"),
        "form": form,
        "media": admin.media + form.media,
        "together": [form[name] for name in TOGETHER],
        "language": default_language(),
        "language_label": label(default_language()),
        "alt": Image._meta.get_field("alt"),
        "caption": Image._meta.get_field("caption"),
        "cookie": settings.CSRF_COOKIE_NAME,
        "most": settings.IMAGE_MAX_BYTES,
        "most_mb": settings.IMAGE_MAX_BYTES // 10**6,
    }
    get_token(request)  # the scripts send what the cookie holds then: a log-in in another window changes it
    return TemplateResponse(request, "admin/media/image/upload.html", context)


def _add(admin: Any, request: HttpRequest) -> JsonResponse:
    form_class = admin.get_form(request)
    if len(request.FILES.getlist("original")) > 1 or len(request.FILES) > 1:
        return _refused({"original": [_("Send one file with each request.")]})
    words = form_class(request.POST, request.FILES)
    if not words.is_valid():  # found without looking at a pixel
        return _refused(words.errors)
    admin.before_edit(request)
    with edit(by=request.user):
        form = form_class(request.POST, request.FILES)
        if not form.is_valid():
            return _same(form.same) if form.same else _refused(form.errors)
        image = admin.save_form(request, form, change=False)
        admin.save_model(request, image, form, change=False)
        admin.log_addition(request, image, [{"added": {}}])
    return JsonResponse(_shown(image), status=201)


def _refused(errors: Any) -> JsonResponse:
    return JsonResponse({"errors": {name: [str(each) for each in told] for name, told in errors.items()}}, status=400)


def _same(images: list[Image]) -> JsonResponse:
    return JsonResponse({"same": [_shown(image) for image in images]}, status=409)


def _shown(image: Image) -> dict[str, str]:
    return {"name": str(image), "url": change_url(image), "thumbnail": image.address("4:3", 320)}
