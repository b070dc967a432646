"""Every write about moments."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from nowroom.audit.actions import record
from nowroom.lib.actor import Actor
from nowroom.lib.errors import Refused
from nowroom.people.models import Brand
from nowroom.people.queries import Permission, known_zone, require
from nowroom.planning.models import Moment, MomentState, Scenario, Sensitivity
from nowroom.planning.rules import NEXT


@transaction.atomic
def plan_moment(
    brand: Brand,
    *,
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    time_zone: str,
    scenarios: Sequence[str] = (),
    places: Sequence[str] = (),
    tags: Sequence[str] = (),
    hashtags: Sequence[str] = (),
    sensitivity: Sensitivity = Sensitivity.NONE,
    by: Actor,
    now: datetime,
) -> Moment:
    """Put a moment into the calendar, with the ways it can go.

    Raises:
        Refused: no permission, no name, an unknown zone, or an end before the start.
    """
    require(by, Permission.PLAN, brand)
    if not name.strip():
        raise Refused("moment.name", _("The moment needs a name."))
    if ends_at <= starts_at:
        raise Refused("moment.ends_early", _("The moment ends before it starts. Check the two times."))
    moment = Moment.objects.create(
        brand=brand,
        name=name.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=known_zone(time_zone),
        places=list(places),
        tags=list(tags),
        hashtags=list(hashtags),
        sensitivity=sensitivity,
        state=MomentState.PLANNED,
    )
    ways = dict.fromkeys(scenario.strip() for scenario in scenarios if scenario.strip())
    Scenario.objects.bulk_create(Scenario(brand=brand, moment=moment, name=way) for way in ways)
    record("moment.planned", moment, brand_id=brand.pk, by=by, now=now, facts={"name": moment.name})
    return moment


@transaction.atomic
def move_moment(moment: Moment, *, to: MomentState, reason: str = "", by: Actor, now: datetime) -> None:
    """Change a moment's state; to `passed` it needs the reason why the brand does not take part.

    Raises:
        Refused: no permission, no such step from here, a pass without a reason, or somebody moved it first.
    """
    require(by, Permission.PLAN, moment.brand)
    if to not in NEXT[MomentState(moment.state)]:
        raise Refused(
            "moment.step", _("A moment cannot go from “%(old)s” to “%(new)s”.") % {"old": moment.state, "new": to}
        )
    if to is MomentState.PASSED and not reason.strip():
        raise Refused("moment.pass_reason", _("Say in a sentence why the brand does not take part."))
    rows = Moment.objects.for_brand(moment.brand_id).filter(pk=moment.pk, state=moment.state)
    if not rows.update(state=to):
        raise Refused("moment.moved", _("Somebody changed this moment first. Look again."))
    facts = {"from": moment.state, "to": to, "reason": reason.strip()}
    record("moment.moved", moment, brand_id=moment.brand_id, by=by, now=now, facts=facts)
