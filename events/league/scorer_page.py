"""``/score/{secret}/``: what a scorer's link opens. No log-in: who has the address enters the results of its matches.

Never stored, never indexed, and sent on to no other site; in Chinese or English.
"""

from typing import Any
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from core.admin.lists import is_number
from core.api.language import speaking
from core.api.throttling import AddressThrottle
from core.pages.answers import POLICY, busy_page, missing_page, page_language, plain_page
from core.translations import show
from events.league.desk import Desk
from events.league.links import find_link
from events.league.models import ScorerLink


@method_decorator(csp({**POLICY, "form-action": [SELF]}), name="dispatch")
class ScorePage(View):
    http_method_names = ["get", "head", "post"]
    rate_limit: AddressThrottle | None = None
    language: str
    link: ScorerLink

    def dispatch(self, request: HttpRequest, *args: Any, **names: Any) -> HttpResponseBase:
        self.language = "zh-Hans" if page_language(request).startswith("zh") else "en"
        with speaking(self.language):
            response = self._answer(request, names.pop("secret"), names)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"  # a form that sends none at all fails Django's check of its origin
        return response

    def _answer(self, request: HttpRequest, secret: str, names: dict[str, Any]) -> HttpResponseBase:
        throttle = AddressThrottle()
        if not throttle.allow_request(request, self):
            return busy_page(self.language, throttle)
        link = find_link(secret)
        if link is None:
            return missing_page(self.language, 404)
        if not link.is_open(timezone.now()):
            text = _("It was made for some days only, or has been closed. Ask the organizer for a new one.")
            return plain_page(self.language, 410, _("This link is no longer open"), text)
        self.link, self.secret = link, secret
        return super().dispatch(request, **names)

    def desk(self) -> Desk:
        def url(uid: UUID) -> str:
            return reverse("score-match", args=[self.secret, uid])

        return Desk(self.link.event, url, self.language, self.link.uids)

    def shown(self, request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
        common = {
            "tag": self.language,
            "html_lang": self.language,
            "link": self.link,
            "event_title": show(self.link.event.title, self.language),
            "home": reverse("score", args=[self.secret]),
        }
        return render(request, template, {**common, **context}, status=status)


class ScoreList(ScorePage):
    """Its matches."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        saved = request.GET.get("saved", "")
        return self.shown(request, "score/list.html", cards=self.desk().cards, saved=saved if is_number(saved) else "")


class ScoreMatch(ScorePage):
    """One of its matches, with the form."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        return self._form(request, uid)

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        return self._form(request, uid, request.POST)

    def _form(self, request: HttpRequest, uid: UUID, data: Any = None) -> HttpResponse:
        desk = self.desk()
        if uid not in desk.rows:
            return missing_page(self.language, 404)
        card, form = desk.card(desk.rows[uid]), desk.form(uid, data)
        if data is not None and desk.enter(form, None, self.link.label):
            ScorerLink.objects.filter(pk=self.link.pk).update(used_at=timezone.now())
            return HttpResponseRedirect(f"{reverse('score', args=[self.secret])}?saved={card.number}")
        status = 200 if data is None else 409 if form.stale else 400
        return self.shown(request, "score/match.html", status, card=card, form=form)
