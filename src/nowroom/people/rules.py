"""Which role may do what, and which zone names exist."""

from enum import StrEnum
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from nowroom.lib.actor import Actor, ActorKind
from nowroom.lib.errors import Refused
from nowroom.people.models import Role


class Permission(StrEnum):
    """What somebody may do on a brand; docs/reference/permissions.md describes each."""

    VIEW = "view"
    PLAN = "plan"
    WRITE = "write"
    ASK = "ask"
    APPROVE = "approve"
    GO = "go"
    HOLD = "hold"
    RELEASE = "release"
    TAKE_DOWN = "take_down"
    ANSWER_ALERT = "answer_alert"
    LISTEN = "listen"
    ADMINISTER = "administer"


P = Permission
_EVERYONE = frozenset({P.VIEW, P.HOLD})
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.STRATEGIST: _EVERYONE | {P.PLAN, P.WRITE, P.ASK, P.LISTEN, P.ANSWER_ALERT},
    Role.CREATOR: _EVERYONE | {P.WRITE, P.ASK},
    Role.APPROVER: _EVERYONE | {P.APPROVE},
    Role.COMMUNITY_MANAGER: _EVERYONE | {P.WRITE, P.ASK, P.ANSWER_ALERT},
    Role.DUTY_EDITOR: _EVERYONE | {P.ASK, P.GO, P.TAKE_DOWN, P.ANSWER_ALERT, P.LISTEN},
    Role.BRAND_LEAD: _EVERYONE
    | {P.PLAN, P.WRITE, P.ASK, P.APPROVE, P.GO, P.RELEASE, P.TAKE_DOWN, P.ANSWER_ALERT, P.LISTEN},
    Role.EXECUTIVE: _EVERYONE,
    Role.PARTNER_MANAGER: _EVERYONE | {P.PLAN},
    Role.ADMINISTRATOR: _EVERYONE | {P.ADMINISTER, P.LISTEN},
}
# Rules raise fences and answer alerts; they never approve, release or say go without a person's earlier word.
RULE_GRANTS = frozenset({P.VIEW, P.HOLD, P.ANSWER_ALERT})
SYSTEM_GRANTS = frozenset(Permission) - {P.APPROVE, P.RELEASE, P.GO}


def granted(actor: Actor, roles: frozenset[Role]) -> frozenset[Permission]:
    """All that an actor with these roles on a brand may do there."""
    match actor.kind:
        case ActorKind.RULE:
            return RULE_GRANTS
        case ActorKind.SYSTEM:
            return SYSTEM_GRANTS
        case ActorKind.PERSON:
            return frozenset[Permission]().union(*(GRANTS[role] for role in roles))


def known_zone(name: str) -> str:
    """The IANA zone name as it was given.

    Raises:
        Refused: the name is not in the IANA database.
    """
    if name not in available_timezones():
        raise Refused(
            "zone.unknown",
            _("“%(value)s” is not a time zone. Choose one such as Europe/Berlin or America/New_York.")
            % {"value": name},
        )
    return name
