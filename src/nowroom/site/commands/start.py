"""What every sub-command does first: settings, database, and the way out on a refusal."""

import os
import sys
from typing import NoReturn

import django
from django.core.management import call_command


def setup() -> None:
    """Load Django with the settings of the environment; refuse those that cannot be read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nowroom.site.settings")
    try:
        django.setup()
    except ValueError as error:
        refuse(f"A setting cannot be used: {str(error).partition('. ')[0].rstrip('.')}.")


def migrate_database() -> None:
    """Bring the database up to this version."""
    call_command("migrate", verbosity=0, interactive=False)


def refuse(message: str) -> NoReturn:
    """End with status 1 and the reason in one sentence."""
    sys.stderr.write(f"nowroom: {message}\n")
    raise SystemExit(1)
