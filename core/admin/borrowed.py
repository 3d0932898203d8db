"""Words of packages that they have not in Chinese. Nothing imports this: `makemessages` reads it."""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

# Django's admin
_("Add link")
_("After you’ve created a user, you’ll be able to edit more user options.")
_("Change or view list link")
_("Error:")
_("Model name")
ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
    "count",
)

# django-axes: the log-ins that the admin lists, and what somebody locked out reads.
_("Account locked: too many login attempts. Please try again later.")
_("access attempt")
_("access attempts")
_("access failure")
_("access failures")
_("access log")
_("access logs")
_("Access lock out")
_("Attempt Remaining")
_("Attempt Time")
_("Clean up expired attempts")
_("Failed Logins")
_("Form Data")
_("GET Data")
_("HTTP Accept")
_("IP Address")
_("Locked Out")
_("Logout Time")
_("Meta Data")
_("Not set")
_("POST Data")
_("Path")
_("Session key hash (sha256)")
_("User Agent")
_("Username")
