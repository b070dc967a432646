from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See CONTRIBUTING.md for what lives on this floor."""

    name = "nowroom.accounts"
