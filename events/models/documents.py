"""Which documents let a visitor in where tickets bear the name of their holder.

Since September 2023 concerts for more than 5,000 people in mainland China sell by name, and whoever comes in is whom
the ticket names (notice of the Ministry of Culture and Tourism and the Ministry of Public Security on large commercial
performances). Which documents count is the organizer's to say. These are the kinds that such rules name: identity card,
temporary card, household register for minors, permits of visitors from Hong Kong, Macao and Taiwan, passport, as for a
seat on a train.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Document(models.TextChoices):
    RESIDENT_ID = "resident_id", _("Resident identity card")
    PASSPORT = "passport", _("Passport")
    HK_MACAU_PERMIT = "hk_macau_permit", _("Mainland travel permit for Hong Kong and Macao residents")
    TAIWAN_PERMIT = "taiwan_permit", _("Mainland travel permit for Taiwan residents")
    RESIDENCE_PERMIT = (
        "hk_macau_taiwan_residence_permit",
        _("Residence permit for Hong Kong, Macao and Taiwan residents"),
    )
    FOREIGN_RESIDENT_ID = "foreign_permanent_resident_id", _("Foreign permanent resident identity card")
    TEMPORARY_ID = "temporary_resident_id", _("Temporary identity card")
    HOUSEHOLD_REGISTER = "household_register", _("Household register")
    MILITARY_ID = "military_id", _("Military identity card")
    STUDENT_CARD = "student_card", _("Student card")
