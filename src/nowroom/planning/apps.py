from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """See CONTRIBUTING.md for what lives on this floor."""

    name = "nowroom.planning"
