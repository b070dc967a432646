from django.apps import AppConfig


class SafetyConfig(AppConfig):
    """See CONTRIBUTING.md for what lives on this floor."""

    name = "nowroom.safety"
