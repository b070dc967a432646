from django.apps import AppConfig


class RehearsalConfig(AppConfig):
    """Rehearsals and the demo: the same code paths, with stand-ins where the outside would be."""

    name = "nowroom.rehearsal"
