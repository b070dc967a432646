"""Every address of the product, read from the URL resolver, with arguments from a brand's own objects."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from tests.outsider.world import World

_ARGUMENT = re.compile(r"<(?:\w+:)?(?P<name>\w+)>")
_GROUP = re.compile(r"\(\?P<(?P<name>\w+)>(?:[^()]|\([^()]*\))*\)")

# Pages of signing in, of django-allauth. Everybody may reach them, whether they then say yes or no: they know of no
# brand. Named one by one, so that a new one is looked at before it is added here.
SIGN_IN = {
    "accounts/login/",
    "accounts/logout/",
    "accounts/inactive/",
    "accounts/signup/",
    "accounts/reauthenticate/",
    "accounts/email/",
    "accounts/confirm-email/",
    "accounts/confirm-email/<key>/",
    "accounts/password/change/",
    "accounts/password/set/",
    "accounts/password/reset/",
    "accounts/password/reset/done/",
    "accounts/password/reset/key/<uidb36>-<key>/",
    "accounts/password/reset/key/done/",
    "accounts/login/code/confirm/",
    "accounts/2fa/",
    "accounts/2fa/authenticate/",
    "accounts/2fa/reauthenticate/",
    "accounts/2fa/totp/activate/",
    "accounts/2fa/totp/deactivate/",
    "accounts/2fa/recovery-codes/",
    "accounts/2fa/recovery-codes/generate/",
    "accounts/2fa/recovery-codes/download/",
    "accounts/2fa/webauthn/",
    "accounts/2fa/webauthn/add/",
    "accounts/2fa/webauthn/reauthenticate/",
    "accounts/2fa/webauthn/keys/<pk>/remove/",
    "accounts/2fa/webauthn/keys/<pk>/edit/",
    "accounts/2fa/webauthn/login/",
    "accounts/3rdparty/",
    "accounts/3rdparty/login/cancelled/",
    "accounts/3rdparty/login/error/",
    "accounts/3rdparty/signup/",
    "accounts/social/connections/",
    "accounts/social/login/cancelled/",
    "accounts/social/login/error/",
    "accounts/social/signup/",
    "accounts/oidc/<provider_id>/login/",
    "accounts/oidc/<provider_id>/login/callback/",
}
# The product's own pages that belong to no brand: the way in, first run, and one's own settings.
OF_NO_BRAND = {"", "welcome/", "me/"}
# What a letter opens, by its signed link, without signing in.
LETTER = {"yes/<token>/", "yes/<token>/pictures/<pk>/"}


@dataclass(frozen=True, slots=True)
class Address:
    """A pattern such as ``b/<brand>/queue/<pk>/`` and the names of what it takes."""

    pattern: str

    @property
    def takes(self) -> frozenset[str]:
        """The names of its arguments."""
        return frozenset(found["name"] for found in _ARGUMENT.finditer(self.pattern))

    @property
    def is_of_a_brand(self) -> bool:
        """Whether it is a brand's page."""
        return "brand" in self.takes

    @property
    def names_an_object(self) -> bool:
        """Whether it names something of the brand by its key."""
        return bool(self.takes & {"pk", "member", "delivery"})

    def filled(self, arguments: Mapping[str, object]) -> str:
        """The address with its arguments."""
        return "/" + _ARGUMENT.sub(lambda found: str(arguments[found["name"]]), self.pattern)


def every_address() -> list[Address]:
    """All of them, in the resolver's order."""
    return [Address(pattern) for pattern in _walk(get_resolver().url_patterns, "")]


def arguments_of(world: World) -> dict[str, dict[str, object]]:
    """What each pattern's arguments are in this world, but for the brand; those without any are left out."""
    return {
        "people/<member>/remove/": {"member": world.member.pk},
        "people/<member>/restore/": {"member": world.member.pk},
        "tiles/<name>/": {"name": "held"},
        **{f"queue/<pk>/{verb}": {"pk": world.queued.pk} for verb in ("", "drop/", "reschedule/")},
        "queue/<pk>/go/": {"pk": world.loaded.pk},
        **{f"queue/<pk>/{verb}": {"pk": world.published.pk} for verb in ("take-down/", "settle/")},
        **{f"holds/<pk>/{verb}": {"pk": world.hold.pk} for verb in ("", "release/", "lift/")},
        "holds/<pk>/release/<delivery>/": {"pk": world.hold.pk, "delivery": world.queued.pk},
        "alerts/<pk>/": {"pk": world.alert.pk},
        "calendar/<pk>/": {"pk": world.moment.pk},
        **{f"approvals/<pk>/{verb}": {"pk": world.ask.pk} for verb in ("", "letter/")},
        "requests/<pk>/withdraw/": {"pk": world.ask.request_id},
        **{f"assets/<pk>/{verb}": {"pk": world.asset.pk} for verb in ("", "ask/")},
        "pictures/<pk>/": {"pk": world.image.pk},
        "listening/sources/<pk>/": {"pk": world.source.pk},
        "listening/topics/<pk>/": {"pk": world.topic.pk},
        "settings/accounts/connect/<channel>/": {"channel": world.account.channel},
        **{f"settings/accounts/<pk>/{verb}": {"pk": world.account.pk} for verb in ("", "disconnect/")},
    }


def pages_of(world: World, brand: str) -> list[tuple[Address, str]]:
    """Every page of a brand, at the address under `brand` that names the world's objects.

    Raises:
        KeyError: an address takes something that `arguments_of` does not know yet. Add it there.
    """
    known = {f"b/<brand>/{pattern}": values for pattern, values in arguments_of(world).items()}
    own = [address for address in every_address() if address.is_of_a_brand]
    taken = {a.pattern: known[a.pattern] if a.takes > {"brand"} else {} for a in own}
    return [(address, address.filled({"brand": brand, **taken[address.pattern]})) for address in own]


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for pattern in patterns:
        here = before + _plain(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        else:
            yield here


def _plain(route: str) -> str:
    """A path or regular expression as a pattern with ``<name>`` for each argument."""
    named = _GROUP.sub(lambda found: f"<{found['name']}>", route)
    return _ARGUMENT.sub(lambda found: f"<{found['name']}>", named).removeprefix("^").removesuffix("$")
