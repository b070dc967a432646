from django.apps import AppConfig


class DeskConfig(AppConfig):
    """See CONTRIBUTING.md for what lives on this floor."""

    name = "nowroom.desk"
