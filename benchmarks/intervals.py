"""Opening hours for a database full of venues, below the tracked layer."""

from datetime import timedelta

# Four patterns of opening hours, by the venue's number: ordinary, late and past midnight, two spans, always open; one
# venue in five has nothing entered. Minutes of the day, and the weekday (0 is Monday) on which the venue is closed.
PATTERNS = [((540, 990, 960),), ((1080, 1530, 1500),), ((540, 720, None), (780, 1080, None)), ((0, 1440, None),)]


def seed_intervals(days: int) -> int:
    """A row for each span of each day, in bulk; from three days ago on."""
    from django.db import connection
    from django.utils import timezone

    from core.clock import midnight
    from venues.models import OpenInterval, Venue

    today = timezone.localdate()
    table, venues = OpenInterval._meta.db_table, Venue._meta.db_table
    columns = "venue_id, day, state, opens_at, closes_at, last_entry_at, until, note"
    with connection.cursor() as cursor:
        for count in range(-3, days - 3):
            day = today + timedelta(days=count)
            for number, spans in enumerate(PATTERNS):
                for span in spans:
                    times = [midnight(day) + timedelta(minutes=each) if each is not None else None for each in span]
                    opens, closes, last = (connection.ops.adapt_datetimefield_value(each) for each in times)
                    cursor.execute(
                        f"INSERT INTO {table} ({columns}) SELECT id, %s, 'open', %s, %s, %s, %s, NULL FROM {venues} "
                        f"WHERE id %% 5 = %s AND id %% 7 <> %s",
                        [connection.ops.adapt_datefield_value(day), opens, closes, last, closes, number, day.weekday()],
                    )
        cursor.execute("ANALYZE")
    return OpenInterval.objects.count()
