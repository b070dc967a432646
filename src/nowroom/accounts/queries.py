"""Accounts and the credentials to use them with."""

import ipaddress
from functools import cache

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from nowroom.accounts.models import Account, Health
from nowroom.accounts.rules import unseal
from nowroom.channels import registry
from nowroom.channels.base import Channel
from nowroom.channels.standin import StandIn
from nowroom.lib.errors import Refused
from nowroom.lib.http import Network
from nowroom.people.models import Brand

__all__ = ["channel", "credentials", "network", "usable_accounts"]


@cache
def network() -> Network:
    """Where this installation may connect: public addresses, and the private ones that its operator named."""
    return Network(allow=tuple(ipaddress.ip_network(part, strict=False) for part in settings.ALLOW_PRIVATE))


@cache
def channel(slug: str) -> Channel:
    """The channel of this name, keeping to the installation's network; its stand-in in the demo and in rehearsals.

    Raises:
        Refused: there is no such channel.
    """
    if settings.STAND_IN_FILE:
        real = registry.channel(slug, network()) if slug in registry.slugs() else None
        return StandIn(slug, settings.STAND_IN_FILE, real)
    try:
        return registry.channel(slug, network())
    except registry.UnknownChannelError as error:
        raise Refused("channel.unknown", _("There is no channel “%(slug)s” here.") % {"slug": slug}) from error


def usable_accounts(brand: Brand) -> QuerySet[Account]:
    """Connected accounts that are not known to be broken, by channel and handle."""
    rows = Account.objects.for_brand(brand).filter(is_active=True).exclude(health=Health.BROKEN)
    return rows.order_by("channel", "handle")


def credentials(account: Account) -> dict[str, str]:
    """The account's credentials in the clear; never shown, logged or stored.

    Raises:
        Refused: they were sealed with another key.
    """
    return unseal(bytes(account.sealed_credentials), key=settings.CREDENTIAL_KEY)
