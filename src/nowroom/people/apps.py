from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """See CONTRIBUTING.md for what lives on this floor."""

    name = "nowroom.people"
