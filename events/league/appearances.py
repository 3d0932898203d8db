"""What a team plays: of the released schedule, over all events."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from core.clock import district_day
from events.league.models import Team
from events.models import ReleasedSlot, SlotStatus

MOST = 20  # fixtures of a team, and results


def fixtures_of(team: Team, moment: datetime) -> list[ReleasedSlot]:
    """What is on or to come, the next first. What was put off without a new time is still to come, until its event is
    over."""
    waits = Q(status=SlotStatus.POSTPONED, event__last_day__gte=district_day(moment))
    coming = _slots(team).filter(Q(sort_end__gt=moment) | waits)
    return list(coming.order_by("sort_start", "uid")[:MOST])


def results_of(team: Team, moment: datetime) -> list[ReleasedSlot]:
    """What is over, the last first: also before anybody has entered its result, and what was called off."""
    over = _slots(team).dated().filter(sort_end__lte=moment).exclude(status=SlotStatus.POSTPONED)
    return list(over.order_by("-sort_start", "-uid")[:MOST])


def _slots(team: Team) -> Any:
    rows: Any = ReleasedSlot.objects.visible().program().with_participants([team.slug])
    return rows.select_related("event", "venue", "space")
