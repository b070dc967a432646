from django.apps import AppConfig


class ClearanceConfig(AppConfig):
    """See CONTRIBUTING.md for what lives on this floor."""

    name = "nowroom.clearance"
