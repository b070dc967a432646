from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """See CONTRIBUTING.md for what lives on this floor."""

    name = "nowroom.publishing"
