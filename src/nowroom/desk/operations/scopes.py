"""What a hold can name, in words, with what each would stop."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils.translation import gettext as _

from nowroom.accounts.models import Account
from nowroom.content.models import Asset
from nowroom.people.models import Brand, Person
from nowroom.people.queries import brands_of
from nowroom.planning.models import Moment
from nowroom.safety.models import PassageState, ScopeKind
from nowroom.safety.queries import Term, distinct, in_scope, keys_that_wait, term, waiting_on

# The pseudo kind for "all brands of the organization"; a hold there is one hold on each brand.
ORGANIZATION = "organization"
# A tired person chooses from a short list: this many of a kind, those that stop most.
_MOST_OF_A_KIND = 6
# In digits, more than a database integer holds.
_LONGEST_KEY = 19
_NAMES_SHOWN = 4
# In this order on the sheet: whole brand first, then from wide to narrow. A single delivery is dropped, not held.
_OFFERED = (
    ScopeKind.BRAND,
    ScopeKind.CHANNEL,
    ScopeKind.PLACE,
    ScopeKind.MOMENT,
    ScopeKind.REGION,
    ScopeKind.TAG,
    ScopeKind.ACCOUNT,
    ScopeKind.ASSET,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the hold sheet: `value` is what the form sends, `count` how many waiting deliveries it stops."""

    value: str
    label: str
    count: int
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Stops:
    """What a scope would stop now: how many, the first by name, and how many have started already."""

    waiting: int
    names: tuple[str, ...]
    in_flight: int

    @property
    def unnamed(self) -> int:
        """How many more there are than names."""
        return self.waiting - len(self.names)


def written(part: Term) -> str:
    """The term as a form sends it."""
    return f"{part.kind}:{part.value}"


def read(brand: Brand, values: Iterable[str]) -> list[Term]:
    """The terms that a form sent, with words for people; what names no known kind is left out."""
    keys = [(kind, value) for kind, _colon, value in (text.partition(":") for text in values)]
    known = [(ScopeKind(kind), value) for kind, value in keys if kind in ScopeKind.values and value]
    return labelled(brand, [(kind, str(brand.pk) if kind is ScopeKind.BRAND else value) for kind, value in known])


def labelled(brand: Brand, keys: Iterable[tuple[ScopeKind, str]]) -> list[Term]:
    """Terms with the words that people use for them."""
    keys = list(keys)
    names = _names(brand, keys)
    return distinct(term(kind, value, names.get((kind, value), "") or _plain(kind, value)) for kind, value in keys)


def choices(brand: Brand, *, checked: Sequence[Term]) -> list[Choice]:
    """What the sheet offers: everything first, what is checked next, then what would stop most of each kind."""
    counts = _counts(brand)
    ranked = sorted(counts, key=lambda key: -counts[key])
    offered: list[tuple[ScopeKind, str]] = [(ScopeKind.BRAND, str(brand.pk))]
    for kind in _OFFERED[1:]:
        offered += [key for key in ranked if key[0] is kind][:_MOST_OF_A_KIND]
    terms = labelled(brand, offered)
    named = {part.key for part in checked}
    listed = distinct([terms[0], *checked, *terms[1:]])
    return [Choice(written(t), t.label, counts.get((t.kind, t.value), 0), checked=t.key in named) for t in listed]


def with_organization(offered: list[Choice], brand: Brand, brands: Sequence[Brand], *, checked: bool) -> list[Choice]:
    """The same with "all brands of the organization" after the whole brand, where that is more than one."""
    if len(brands) < 2:  # noqa: PLR2004 - one brand is no "all"
        return offered
    count = waiting_on(brands).count()
    everywhere = Choice(f"{ORGANIZATION}:{brand.organization_id}", _everywhere(brand), count, checked=checked)
    whole = replace(offered[0], checked=offered[0].checked and not checked)
    return [whole, everywhere, *offered[1:]]


def sister_brands(person: Person, brand: Brand) -> list[Brand]:
    """The brands of the same organization on which the person may place a hold, this one among them."""
    return list(brands_of(person).filter(organization_id=brand.organization_id))


def everywhere_scope(brand: Brand, brands: Iterable[Brand]) -> list[Term]:
    """Everything on all these brands. The words name the organization, not its other brands."""
    return [term(ScopeKind.BRAND, other.pk, _everywhere(brand)) for other in brands]


def stops(brand: Brand, scope: Sequence[Term]) -> Stops:
    """What the scope would stop on the brand now."""
    concerned = in_scope(brand, scope)
    waiting = concerned.filter(state=PassageState.WAITING)
    names = tuple(waiting.order_by("pk").values_list("label", flat=True)[:_NAMES_SHOWN])
    return Stops(waiting.count(), names, concerned.filter(state=PassageState.IN_FLIGHT).count())


def _counts(brand: Brand) -> dict[tuple[ScopeKind, str], int]:
    rows = keys_that_wait(brand).filter(kind__in=_OFFERED)
    counted = rows.order_by().values_list("kind", "value").annotate(waiting=Count("pk"))
    return {(ScopeKind(kind), value): count for kind, value, count in counted}


def _names(brand: Brand, keys: Iterable[tuple[ScopeKind, str]]) -> dict[tuple[ScopeKind, str], str]:
    """The names of rows that keys point at, each kind in one query."""
    wanted: dict[ScopeKind, set[int]] = {}
    for kind, value in keys:
        if value.isdecimal() and len(value) < _LONGEST_KEY:
            wanted.setdefault(kind, set()).add(int(value))
    names: dict[tuple[ScopeKind, str], str] = {}
    if accounts := wanted.get(ScopeKind.ACCOUNT):
        for account in Account.objects.for_brand(brand).filter(pk__in=accounts):
            values = {"name": account.name, "channel": account.channel}
            names[ScopeKind.ACCOUNT, str(account.pk)] = _("Account: %(name)s on %(channel)s") % values
    if moments := wanted.get(ScopeKind.MOMENT):
        for moment in Moment.objects.for_brand(brand).filter(pk__in=moments):
            names[ScopeKind.MOMENT, str(moment.pk)] = _("Moment: %(name)s") % {"name": moment.name}
    if assets := wanted.get(ScopeKind.ASSET):
        for asset in Asset.objects.for_brand(brand).filter(pk__in=assets):
            names[ScopeKind.ASSET, str(asset.pk)] = _("Asset: %(name)s") % {"name": asset.name}
    names[ScopeKind.BRAND, str(brand.pk)] = _("Everything of %(name)s") % {"name": brand.name}
    return names


def _plain(kind: ScopeKind, value: str) -> str:
    """Words for a key that is its own name."""
    match kind:
        case ScopeKind.REGION:
            return _("Region: %(name)s") % {"name": value.upper()}
        case ScopeKind.PLACE:
            return _("Place: %(name)s") % {"name": value.title()}
        case ScopeKind.TAG:
            return _("Tag: #%(name)s") % {"name": value}
        case ScopeKind.CHANNEL:
            return _("Channel: %(name)s") % {"name": value}
        case _:
            return f"{kind.label}: {value}"


def _everywhere(brand: Brand) -> str:
    return _("Everything on all brands of %(name)s") % {"name": brand.organization.name}
