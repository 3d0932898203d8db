"""One revision for all public content: the unit of work, the change records, the clock's tick and the log of acts.

``edits`` is the unit of work, ``models`` the rows and the base classes of tracked content, ``ticks`` what time does.
"""
