"""What the log does not keep: whoever reads it could use it."""

import logging
import re

# Addresses that are keys themselves: scorers' links.
KEYS = re.compile(r"(/score/)[^/\s?]+")


class WithoutKeys(logging.Filter):
    """Lines about refused requests name the path, and the path of some is all that one needs."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(KEYS.sub(r"\1…", each) if isinstance(each, str) else each for each in record.args)
        return True
