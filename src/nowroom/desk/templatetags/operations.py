"""Small words of the live pages."""

from django import template

from nowroom.listening.models import Alert
from nowroom.listening.queries import spell

register = template.Library()


@register.filter
def time_to_answer(alert: Alert) -> str:
    """How long an alert waited for its answer; nothing while it waits."""
    return spell(alert.answered_at - alert.raised_at) if alert.answered_at else ""
