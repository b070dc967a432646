"""How a delivery goes on, and what stops it at the last look."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from nowroom.content.queries import hashtags
from nowroom.lib.errors import Refused
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.safety.models import ScopeKind
from nowroom.safety.queries import Term, term

S = DeliveryState
NEXT: dict[DeliveryState, frozenset[DeliveryState]] = {
    S.LOADED: frozenset({S.QUEUED, S.EXPIRED, S.DROPPED}),
    # published: an answer that came after the lease proves that it is out
    S.QUEUED: frozenset({S.SENDING, S.PUBLISHED, S.EXPIRED, S.DROPPED}),
    S.SENDING: frozenset({S.PUBLISHED, S.FAILED, S.UNKNOWN, S.QUEUED}),
    S.UNKNOWN: frozenset({S.PUBLISHED, S.QUEUED, S.EXPIRED}),
    S.PUBLISHED: frozenset({S.REMOVING}),
    S.REMOVING: frozenset({S.TAKEN_DOWN, S.PUBLISHED}),
    # published: as above, for a try that was given up before its answer came
    S.FAILED: frozenset({S.PUBLISHED}),
    S.EXPIRED: frozenset({S.PUBLISHED}),
    S.DROPPED: frozenset({S.PUBLISHED}),
    S.TAKEN_DOWN: frozenset(),
}
WAITING = frozenset({S.LOADED, S.QUEUED})
# Longer than any channel's time-out; a sender that has not begun to talk within half of it does not begin any more.
LEASE = timedelta(seconds=120)


def scope_keys(delivery: Delivery) -> list[Term]:
    """Every key that a hold can stop this delivery by."""
    asset = delivery.variant.revision.asset
    account = delivery.account
    keys = [
        term(ScopeKind.BRAND, delivery.brand_id),
        term(ScopeKind.CHANNEL, account.channel),
        term(ScopeKind.ACCOUNT, account.pk),
        term(ScopeKind.REGION, account.region),
        term(ScopeKind.ASSET, asset.pk),
        term(ScopeKind.DELIVERY, delivery.planned_id),
        *(
            term(ScopeKind.TAG, tag)
            for tag in (*asset.tags, *hashtags(f"{delivery.variant.subject} {delivery.variant.text}"))
        ),
        *(term(ScopeKind.PLACE, place) for place in asset.places),
    ]
    if asset.moment:
        keys.append(term(ScopeKind.MOMENT, asset.moment_id))
        keys += [term(ScopeKind.PLACE, place) for place in asset.moment.places]
        keys += [term(ScopeKind.TAG, tag) for tag in (*asset.moment.tags, *asset.moment.hashtags)]
    return keys


def refuse_to_send(delivery: Delivery, *, is_newest: bool, usable: bool, now: datetime) -> None:
    """The last look before sending, beside the hold: approval, edits, account, window. Do nothing when all is well.

    Raises:
        Refused: with the code by which the claim decides what becomes of the delivery.
    """
    approval = delivery.approval
    if delivery.expires_at is None or now >= delivery.expires_at:
        raise Refused("window.missed", _("It missed its publish window. It was not sent late."))
    if approval.revoked_at is not None:
        raise Refused("approval.revoked", _("The yes was taken back. It was not sent."))
    if not approval.valid_from <= now < approval.valid_until:
        raise Refused("approval.over", _("The yes was not valid at this time. It was not sent."))
    if not is_newest:
        raise Refused("revision.superseded", _("It was edited after the yes. It was not sent."))
    if not usable:
        raise Refused("account.broken", _("The account cannot publish. It waits until somebody mends it."))


def back_off(attempts: int, asked: timedelta) -> timedelta:
    """How long to wait before the next try: what the channel asked for, or twice as long each time up to 5 minutes."""
    doubled = 2 ** min(attempts, 9)  # more than five minutes, and no number that outgrows a timedelta
    return max(asked, min(timedelta(seconds=doubled), timedelta(minutes=5)))
