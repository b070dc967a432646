"""Every kind of source, one line each, by the name under which an address is stored."""

import time
from collections.abc import Callable
from pathlib import Path

from nowroom.channels.sources.base import Listener, Sleep
from nowroom.channels.sources.feed import Feed
from nowroom.channels.sources.jetstream import Jetstream
from nowroom.channels.sources.recording import Recording
from nowroom.channels.sources.stream import Stream
from nowroom.lib.http import Network


def _firehose(address: str, name: str, network: Network, sleep: Sleep) -> Listener:
    from nowroom.channels.sources.firehose import Firehose  # noqa: PLC0415 - a large library, loaded when used

    return Stream(Firehose(address, name=name), network, sleep=sleep)


_KINDS: dict[str, Callable[[str, str, Network, Sleep], Listener]] = {
    "jetstream": lambda address, name, network, sleep: Stream(Jetstream(address, name=name), network, sleep=sleep),
    "firehose": _firehose,
    "feed": lambda address, name, network, sleep: Feed(address, network, name=name, sleep=sleep),
    "replay": lambda address, name, _network, _sleep: Recording(Path(address), name=name),
}


def kinds() -> tuple[str, ...]:
    """The names of all kinds of source."""
    return tuple(_KINDS)


def listener(kind: str, address: str, *, name: str, network: Network, sleep: Sleep = time.sleep) -> Listener:
    """The source of this kind at this address (a URL, or a path for files); its posts say `name` as their source.

    Raises:
        KeyError: there is no such kind.
    """
    return _KINDS[kind](address, name, network, sleep)
