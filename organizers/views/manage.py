"""``manage/login``, ``manage/logout`` and ``manage/me``: who speaks to the manage API, and what they may do.

A log-in answers with a token and begins no session: the admin's page does that. Its answer holds a secret, so it is
not kept for an ``Idempotency-Key``; a log-in that is sent twice makes two tokens.
"""

import copy
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth import authenticate, logout
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.manage import ManageView
from core.api.problems import BadRequest, FieldProblem
from core.api.tokens import SCHEME
from organizers.models import Organizer, Token, acts_for_somebody
from organizers.serializers import LoginShape, LogoutShape, described
from organizers.tokens import issue


class WrongPassword(exceptions.AuthenticationFailed):
    """The same for every reason, so that nobody learns which accounts exist."""

    default_detail = _("The user name or the password is wrong, or the account is not active.")

    def __init__(self) -> None:
        super().__init__()
        self.problems = [FieldProblem("", "wrong_credentials", self.detail)]


class ActsForNobody(exceptions.PermissionDenied):
    default_detail = _("This account acts for no organizer. Ask the content staff to make it a member.")

    def __init__(self) -> None:
        super().__init__()
        self.problems = [FieldProblem("", "no_organizer", self.detail)]


class Login(ManageView):
    """A password for a token, counted with those of the admin: too many wrong ones lock both."""

    authentication_classes: Any = ()
    permission_classes: Any = ()

    def get_authenticate_header(self, request: Request) -> str:
        return SCHEME

    def post(self, request: Request) -> Response:
        sent = LoginShape(data=request.data)
        sent.is_valid(raise_exception=True)
        asked, now = sent.validated_data, timezone.now()
        user: Any = authenticate(request._request, username=asked["username"], password=asked["password"])
        if user is None:
            raise WrongPassword()
        if not acts_for_somebody(user):
            raise ActsForNobody()
        token = Token(user=user, name=asked["name"], scope=asked["scope"], organizer=_own(user, asked["organizer"]))
        lifetime = None if asked["expires_in"] is None else timedelta(seconds=asked["expires_in"])
        secret = issue(token, now, lifetime)
        _tell(request._request, user)
        me = described(token.holder(), token, token.expiry)
        return Response({"token": secret, "token_type": SCHEME, "expires_at": me["expires_at"], "me": me})


def _own(user: Any, slug: str | None) -> Organizer | None:
    if slug is None:
        return None
    found = Organizer.objects.acted_for_by(user).filter(slug=slug).first()
    if found is None:
        message = _("This account acts for no such organizer.")
        raise BadRequest([FieldProblem("organizer", "unknown", message)])
    return found


def _tell(request: HttpRequest, user: Any) -> None:
    """The log of log-ins, and the counter of wrong passwords. Without a session: the log would begin one."""
    alone = copy.copy(request)
    del alone.session
    user_logged_in.send(sender=type(user), request=alone, user=user)


class Logout(ManageView):
    """Ends the token or the session that asks; with ``all`` every token of the user.

    A token that is limited, or may only read, ends nothing but itself.
    """

    for_read_tokens: ClassVar[bool] = True

    def post(self, request: Request) -> Response:
        sent = LogoutShape(data=request.data)
        sent.is_valid(raise_exception=True)
        token: Any = request.auth
        if sent.validated_data["all"]:
            if token is not None and (token.organizer_id is not None or not token.may_write):
                raise exceptions.PermissionDenied(_("A limited token ends only itself. Leave “all” out."))
            Token.objects.filter(user=request.user.pk).delete()
        elif token is not None:
            token.delete()
        if token is None:
            logout(request._request)
        return Response(status=204)


class Me(ManageView):
    """Who asks: the user, the organizers and what may be done for each, until when."""

    def get(self, request: Request) -> Response:
        token: Any = request.auth
        ends = request._request.session.get_expiry_date() if token is None else token.expiry
        return Response(described(request.user, token, ends))
