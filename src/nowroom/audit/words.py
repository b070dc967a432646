"""The record's verbs in sentences. A verb that is not here yet is shown by its own name."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SENTENCES: dict[str, Promise] = {
    "account.broken": _("An account can no longer publish"),
    "account.connected": _("Connected an account"),
    "account.disconnected": _("Disconnected an account"),
    "account.health": _("Looked at an account's health"),
    "account.reconnected": _("Connected an account again"),
    "alert.answered": _("Answered an alert"),
    "approval.answered": _("Answered an approval request"),
    "approval.asked": _("Asked for a yes"),
    "approval.granted": _("An approval was granted"),
    "approval.lapsed": _("Nobody answered an approval request in time"),
    "approval.letter_asked": _("Asked for a new letter to an approver"),
    "approval.letter_sent": _("Sent an approver their letter"),
    "approval.revoked": _("Revoked an approval"),
    "approval.withdrawn": _("Withdrew an approval request"),
    "asset.created": _("Created an asset"),
    "asset.revised": _("Revised an asset"),
    "brand.added": _("Added the brand"),
    "brand.painted": _("Changed the brand's colour"),
    "brand.places_set": _("Changed where the brand is active"),
    "delivery.answer_lost": _("A delivery was sent and its answer was lost"),
    "delivery.dropped": _("Dropped a delivery"),
    "delivery.expired": _("A delivery missed its window"),
    "delivery.go": _("Said go"),
    "delivery.loaded": _("Loaded a delivery"),
    "delivery.published": _("Published a delivery"),
    "delivery.put_off": _("The channel asked us to wait"),
    "delivery.rejected": _("The channel refused a delivery"),
    "delivery.rescheduled": _("Moved a delivery to another time"),
    "delivery.settled_by_hand": _("Said how an unknown delivery ended"),
    "delivery.started": _("Started to send a delivery"),
    "delivery.taken_down": _("Took a delivery down"),
    "delivery.takedown_asked": _("Asked for a takedown"),
    "hold.lifted": _("Lifted a hold"),
    "hold.placed": _("Placed a hold"),
    "hold.widened": _("Widened a hold"),
    "hold.released": _("Released a held delivery"),
    "member.added": _("Gave somebody a role"),
    "member.removed": _("Took a role away"),
    "moment.moved": _("Moved a moment on"),
    "moment.planned": _("Planned a moment"),
    "policy.set": _("Changed what a threat does by itself"),
    "revision.made": _("Made a revision"),
    "signal.noticed": _("A signal was noticed"),
    "source.added": _("Added a source"),
    "source.corrected": _("Corrected a source"),
    "source.paused": _("Paused a source"),
    "source.resumed": _("Went on with a source"),
    "source.trouble": _("A source is in trouble"),
    "topic.added": _("Added a topic"),
    "topic.derived": _("Derived a topic from what is queued"),
    "topic.edited": _("Edited a topic"),
}

_AREAS: dict[str, Promise] = {
    "account": _("Accounts"),
    "alert": _("Alerts"),
    "approval": _("Approvals"),
    "asset": _("Assets"),
    "brand": _("The brand"),
    "delivery": _("Deliveries"),
    "hold": _("Holds"),
    "member": _("People"),
    "moment": _("Moments"),
    "policy": _("Policies"),
    "revision": _("Revisions"),
    "signal": _("Signals"),
    "source": _("Sources"),
    "topic": _("Topics"),
}


def sentence(verb: str) -> str:
    """What an entry says happened."""
    return str(_SENTENCES.get(verb, verb.replace(".", " ").replace("_", " ").capitalize()))


def area_label(area: str) -> str:
    """What a verb's area is called on the page."""
    return str(_AREAS.get(area, area.replace("_", " ").capitalize()))
