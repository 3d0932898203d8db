"""Boxes and distances in the database, in plain arithmetic that both databases do alike.

``prefix`` leads to the columns ``lat`` and ``lng``: empty on a venue, ``venue__`` on what happens there.
"""

from typing import Any

from django.db.models import Case, ExpressionWrapper, F, FloatField, Q, QuerySet, Value, When
from django.db.models.functions import Abs

from core.geo import Box, Point, box_around, metres_per_degree


def in_box(box: Box, prefix: str = "") -> Q:
    lat = Q(**{f"{prefix}lat__gte": box.south, f"{prefix}lat__lte": box.north})
    east, west = Q(**{f"{prefix}lng__lte": box.east}), Q(**{f"{prefix}lng__gte": box.west})
    return lat & ((east | west) if box.crosses_antimeridian else (east & west))


def distance2(point: Point, prefix: str = "") -> Any:
    """Squared metres on the plane that touches WGS-84 at ``point``; off by under one per cent within 100 km."""
    per_lat, per_lng = metres_per_degree(point.lat)
    north = F(f"{prefix}lat") - Value(point.lat)
    east: Any = F(f"{prefix}lng") - Value(point.lng)
    if abs(point.lng) > 170:  # the short way round, across the antimeridian
        short = Value(360.0) - Abs(ExpressionWrapper(east, output_field=FloatField()))
        far = Q(**{f"{prefix}lng__lt": point.lng - 180}) | Q(**{f"{prefix}lng__gt": point.lng + 180})
        east = Case(When(far, then=short), default=east, output_field=FloatField())
    return ExpressionWrapper(
        north * north * Value(per_lat**2) + east * east * Value(per_lng**2), output_field=FloatField()
    )


def with_distance(queryset: QuerySet[Any], point: Point, prefix: str = "") -> Any:
    return queryset.annotate(distance2=distance2(point, prefix))


def within(queryset: QuerySet[Any], point: Point, radius: float, prefix: str = "") -> Any:
    """The box uses the index, the distance cuts its corners; ``queryset`` carries ``distance2``."""
    return queryset.filter(in_box(box_around(point, radius), prefix), distance2__lte=radius**2)
