"""Hours that no clock can keep.

Hours go from 00:00 to 24:00, end after they start, and do not overlap; no weekday stands twice. What goes on past
midnight belongs to the next day.

Wrong::

    calendars:
      office: {mon-fri: "18:00-09:00"}

Right::

    calendars:
      office: {mon-fri: "09:00-18:00"}
"""

CODE = "SVC108"
SEVERITY = "error"
FATAL = True
