"""The WSGI entry: ``granian --interface wsgi tourism.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tourism.settings")
application = get_wsgi_application()
