"""Limits by address: an IPv4 address, or an IPv6 network of 64 bits, with room for an arena behind one address.

Whoever is logged in to the manage API is counted by the token or the user instead.
"""

import hashlib
import re
import time
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from rest_framework.throttling import BaseThrottle

WINDOW = 60  # seconds

# Some proxies forward 192.0.2.1:4711 and [2001:db8::1]:4711.
PORTED = re.compile(r"\[([^]]+)\](?::[0-9]+)?|([0-9.]+):[0-9]+")


def network_of(address: str) -> str:
    """What is counted as one client; a port is no part of it. What cannot be read counts as one of its own."""
    ported = PORTED.fullmatch(address)
    try:
        parsed = ip_address(ported[1] or ported[2] if ported else address)
    except ValueError:
        return hashlib.sha256(address.encode()).hexdigest()  # a cache's keys are short and plain
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)


def client_address(request: Any) -> str:
    """The peer's address, or the one that the outermost trusted proxy saw."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.TRUSTED_PROXIES and forwarded:
        hops = [hop.strip() for hop in forwarded.split(",")]
        return hops[-min(settings.TRUSTED_PROXIES, len(hops))]
    return request.META.get("REMOTE_ADDR", "")


def login_address(request: Any) -> str | None:
    """The same as an address that a database takes: log-ins are counted by it (``AXES_CLIENT_IP_CALLABLE``)."""
    address = client_address(request)
    ported = PORTED.fullmatch(address)
    try:
        return str(ip_address(ported[1] or ported[2] if ported else address))
    except ValueError:
        return request.META.get("REMOTE_ADDR") or None


class AddressThrottle(BaseThrottle):
    """A fixed window of a minute, counted in the shared cache."""

    message = _("Too many requests.")
    counts = "address"

    def client(self, request: Any) -> str:
        return network_of(client_address(request))

    def allow_request(self, request: Any, view: Any) -> bool:
        now = time.time()
        window = int(now // WINDOW)
        key = f"throttle:{self.client(request)}:{window}"
        cache.add(key, 0, timeout=WINDOW * 2)
        try:
            used = cache.incr(key)
        except ValueError:  # it expired in between
            used = 1
        self.reset = int((window + 1) * WINDOW - now) + 1
        self.left = max(0, settings.API_REQUESTS_PER_MINUTE - used)
        view.rate_limit = self
        return used <= settings.API_REQUESTS_PER_MINUTE

    def wait(self) -> float:
        return float(self.reset)

    def headers(self) -> dict[str, str]:
        """``RateLimit`` and ``RateLimit-Policy`` (draft-ietf-httpapi-ratelimit-headers)."""
        return {
            "RateLimit-Policy": f'"{self.counts}";q={settings.API_REQUESTS_PER_MINUTE};w={WINDOW}',
            "RateLimit": f'"{self.counts}";r={self.left};t={self.reset}',
        }


class ClientThrottle(AddressThrottle):
    """By token, else by the user of a session; by address for who is neither."""

    def client(self, request: Any) -> str:
        if request.auth is not None:
            self.counts = "token"
            return f"token-{request.auth.pk}"
        if request.user is not None:
            self.counts = "user"
            return f"user-{request.user.pk}"
        return super().client(request)
