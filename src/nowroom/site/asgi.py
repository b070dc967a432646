"""The ASGI entry point for `nowroom web` and for any ASGI server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nowroom.site.settings")
application = get_asgi_application()
