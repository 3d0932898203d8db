"""``manage/events/{slug}/courses`` and ``manage/slots/{uid}/race``: what organizers' programs read and write."""
