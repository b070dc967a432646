"""Every channel, one line each. A channel's code loads on first use: some bring large libraries along."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import cast

from nowroom.channels.base import Channel
from nowroom.lib.http import PUBLIC_ONLY, Network

_CHANNELS = {
    "bluesky": "nowroom.channels.bluesky.channel:Bluesky",
    "email": "nowroom.channels.email.channel:Email",
    "webhook": "nowroom.channels.webhook.channel:Webhook",
}


class UnknownChannelError(LookupError):
    """No channel has this name."""


def slugs() -> tuple[str, ...]:
    """The names of all channels, sorted."""
    return tuple(_CHANNELS)


def channel(slug: str, network: Network = PUBLIC_ONLY) -> Channel:
    """The channel of this name; the same object for the same network, so that sessions are reused.

    Raises:
        UnknownChannelError: no channel has this name.
    """
    if slug not in _CHANNELS:
        raise UnknownChannelError(f"there is no channel “{slug}”; there are {', '.join(_CHANNELS)}")
    return _open(slug, network)


@cache
def _open(slug: str, network: Network) -> Channel:
    module, name = _CHANNELS[slug].split(":")
    return cast("Channel", getattr(import_module(module), name)(network))


def channels(network: Network = PUBLIC_ONLY) -> Iterator[Channel]:
    """All channels, by name."""
    return (channel(slug, network) for slug in slugs())
