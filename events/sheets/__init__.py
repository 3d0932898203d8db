"""Schedules as sheets: a CSV or XLSX file becomes slots, and slots become the same file again.

``reading`` and ``workbooks`` make rows of values from bytes, ``columns`` says which column is which field, ``moments``
and ``times`` read dates and clocks, ``values`` reads everything else; ``planning`` compares each row with the draft,
``upsert`` writes all of it or nothing, ``writing`` makes the file.
"""
