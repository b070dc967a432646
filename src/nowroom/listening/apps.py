from django.apps import AppConfig


class ListeningConfig(AppConfig):
    """See CONTRIBUTING.md for what lives on this floor."""

    name = "nowroom.listening"
