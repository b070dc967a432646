from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only log."""

    name = "nowroom.audit"
