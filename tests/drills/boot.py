"""What a sender's process needs, loaded once in the fork server: children then start in milliseconds."""

import django

django.setup()

from nowroom.lib.clock import utc_now  # noqa: E402 - needs the settings to be loaded
from nowroom.workers import loop, send, tick  # noqa: E402 - needs the settings to be loaded

__all__ = ["loop", "send", "tick", "utc_now"]
