from django.apps import AppConfig


class ContentConfig(AppConfig):
    """See CONTRIBUTING.md for what lives on this floor."""

    name = "nowroom.content"
