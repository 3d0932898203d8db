"""Who is in a competition, as a sheet: the same machinery as for schedules (``events/sheets``), with its own columns.

``columns`` are the fields, ``rows`` a row read against the teams, ``taking`` the plan and its writing, ``kind`` what is
registered with the rest.
"""
