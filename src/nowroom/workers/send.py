"""Sending: claim, talk to the channel, write down how it went. Any number of these run side by side."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from nowroom.accounts.actions import note_health
from nowroom.accounts.models import Health
from nowroom.accounts.queries import channel, credentials
from nowroom.channels.base import (
    OutcomeUnknown,
    Publisher,
    Reconciler,
    Rejected,
    Remover,
    TryAgain,
)
from nowroom.content.queries import message_of
from nowroom.lib.actor import Actor, system
from nowroom.lib.clock import elapsed
from nowroom.lib.errors import Refused
from nowroom.publishing import actions
from nowroom.publishing.actions import LEASE
from nowroom.publishing.models import Delivery
from nowroom.publishing.queries import due_brands, removals, unknown_deliveries, with_everything

# Codes of `Rejected` that begin so speak of the account.
_ACCOUNT_TROUBLE = "credentials."
# Between looks at a channel that cannot say whether a post is out.
LOOK_AGAIN = timedelta(minutes=1)
# Claims of a brand go one at a time in any case. Lining up for that here, and not at the database's gate, leaves at
# most one claim of each process before a hold.
_CLAIMING = threading.Lock()


class Sender:
    """One sender. `clock` is read once per step, at the edge."""

    def __init__(self, name: str, clock: Callable[[], datetime], *, lease: timedelta = LEASE) -> None:
        self.actor: Actor = system(name)
        self._clock = clock
        self._lease = lease

    def turn(self) -> int:
        """All that there is to do: send what is due, then look after lost answers and removals."""
        return self.send_due() + self.look_after()

    def look_after(self) -> int:
        """Read lost answers back and take down. In a thread of its own, a slow channel keeps no post waiting."""
        return self.reconcile() + self.remove()

    def send_due(self) -> int:
        """Claim and send one due delivery of every brand that has one."""
        sent = 0
        for brand_id in due_brands(self._clock()):
            with _CLAIMING:
                started, now = elapsed(), self._clock()
                delivery = actions.claim_next(brand_id, by=self.actor, now=now, lease=self._lease)
            if delivery is not None:
                self._send(delivery, before=started + self._patience(delivery, now))
                sent += 1
        return sent

    def _patience(self, delivery: Delivery, now: datetime) -> float:
        """Seconds after the claim in which the post may begin to leave: half the lease, and never past its window."""
        window = delivery.expires_at - now if delivery.expires_at else self._lease
        return min(self._lease / 2, window).total_seconds()

    def reconcile(self) -> int:
        """Read the channel back for deliveries whose answer was lost."""
        rows = list(with_everything(unknown_deliveries(self._clock()))[:20])
        for delivery in rows:
            self._look(delivery)
        return len(rows)

    def remove(self) -> int:
        """Take down what people asked to be taken down."""
        rows = list(with_everything(removals(self._clock()))[:20])
        for delivery in rows:
            self._remove(delivery)
        return len(rows)

    def _send(self, delivery: Delivery, *, before: float) -> None:
        by = self.actor
        try:
            outlet = _publisher(delivery)
            keys = credentials(delivery.account)
            receipt = outlet.publish(
                message_of(delivery.variant), key=delivery.key, credentials=keys, now=self._clock(), before=before
            )
        except Refused as refusal:
            self._stop_account(delivery, refusal.message)
        except Rejected as error:
            if error.code.startswith(_ACCOUNT_TROUBLE):
                self._stop_account(delivery, error.message)
                return
            actions.note_rejected(delivery, message=error.message, by=by, now=self._clock())
        except TryAgain as error:
            actions.note_try_again(delivery, after=error.after, message=error.message, by=by, now=self._clock())
        except OutcomeUnknown as error:
            actions.note_unknown(delivery, message=error.message, by=by, now=self._clock())
        else:
            actions.note_published(delivery, receipt, by=by, now=self._clock())
            if delivery.account.health != Health.HEALTHY:
                note_health(delivery.account, health=Health.HEALTHY, note="", by=by, now=self._clock())

    def _stop_account(self, delivery: Delivery, message: str) -> None:
        """The account is at fault and not the post, which waits for somebody to mend it while its window is open."""
        now = self._clock()
        note_health(delivery.account, health=Health.BROKEN, note=message, by=self.actor, now=now)
        actions.note_try_again(delivery, after=LOOK_AGAIN, message=message, by=self.actor, now=now)

    def _look(self, delivery: Delivery) -> None:
        by = self.actor
        try:
            receipt = _reconciler(delivery).find(delivery.key, credentials=_keys(delivery))
        except TryAgain as error:
            actions.note_unclear(delivery, after=error.after, message=error.message, by=by, now=self._clock())
        except (OutcomeUnknown, Refused) as error:
            actions.note_unclear(delivery, after=LOOK_AGAIN, message=error.message, by=by, now=self._clock())
        else:
            if receipt is None:
                actions.note_absent(delivery, by=by, now=self._clock())
            else:
                actions.note_published(delivery, receipt, by=by, now=self._clock())

    def _remove(self, delivery: Delivery) -> None:
        by = self.actor
        try:
            _remover(delivery).remove(delivery.key, credentials=_keys(delivery))
        except TryAgain as error:
            actions.note_not_removed(delivery, message=error.message, after=error.after, by=by, now=self._clock())
        except (Rejected, Refused) as error:
            actions.note_not_removed(delivery, message=error.message, after=None, by=by, now=self._clock())
        else:
            actions.note_removed(delivery, by=by, now=self._clock())


def _publisher(delivery: Delivery) -> Publisher:
    outlet = channel(delivery.account.channel)
    if not isinstance(outlet, Publisher):
        raise Refused("channel.cannot_publish", f"{outlet.label} cannot publish.")
    return outlet


def _reconciler(delivery: Delivery) -> Reconciler:
    outlet = channel(delivery.account.channel)
    if not isinstance(outlet, Reconciler):
        sentence = f"{outlet.label} cannot be read back. Look for yourself, then say whether it is out."
        raise Refused("channel.cannot_read_back", sentence)
    return outlet


def _remover(delivery: Delivery) -> Remover:
    outlet = channel(delivery.account.channel)
    if not isinstance(outlet, Remover):
        raise Refused("channel.cannot_remove", f"{outlet.label} cannot take anything back. Take it down by hand.")
    return outlet


def _keys(delivery: Delivery) -> dict[str, str]:
    """The account's credentials, to look after what is or may be out."""
    account = delivery.account
    if not account.is_active:
        sentence = f"{account} is not connected any more. Look for yourself, or connect it again."
        raise Refused("account.disconnected", sentence)
    return credentials(account)
