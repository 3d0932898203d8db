"""The WSGI entry: ``granian --interface wsgi tourism.wsgi:application``."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tourism.settings")
application = get_wsgi_application()
# What stands now stands until the end: the collector need not walk it again and again. And a release of ten thousand
# slots makes many objects and no garbage.
gc.freeze()
gc.set_threshold(50_000, 20, 50)
