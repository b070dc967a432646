"""What is held, by what, and what a scope would stop."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from nowroom.listening.models import Signal
from nowroom.people.models import Brand
from nowroom.safety.models import Hold, HoldTerm, Passage, PassageKey, PassageState, Policy, ScopeKind, ThreatPolicy
from nowroom.safety.rules import Term, distinct, term

__all__ = [
    "Term",
    "active_holds",
    "concern",
    "distinct",
    "held",
    "hold_to_widen",
    "holds_naming",
    "holds_over",
    "in_scope",
    "is_covered",
    "is_held",
    "term",
    "threat_policy",
    "undecided",
]  # fmt: skip


def threat_policy(brand: Brand) -> ThreatPolicy:
    """What a threat does by itself on this brand; `hold` where nobody has said."""
    policy = Policy.objects.for_brand(brand).first()
    return ThreatPolicy(policy.threat) if policy else ThreatPolicy.HOLD


def active_holds(brand: Brand) -> QuerySet[Hold]:
    """Holds that stand, newest first, with their terms."""
    return (
        Hold.objects.for_brand(brand)
        .filter(lifted_at__isnull=True)
        .select_related("signal__topic")
        .prefetch_related("terms")
        .order_by("-placed_at", "-pk")
    )


def held(passage: str = "pk") -> Exists:
    """The condition "held" on any table that reaches a passage by the path `passage`.

    A passage is held while a hold stands that names one of its keys and from which it was not released. This one
    condition is what the pages show and what the gate asks.
    """
    standing = (
        HoldTerm.objects.everywhere()
        .filter(
            brand_id=OuterRef("brand_id"), kind=OuterRef("kind"), value=OuterRef("value"), hold__lifted_at__isnull=True
        )
        .exclude(hold__releases__passage_id=OuterRef("passage_id"))
    )
    return Exists(PassageKey.objects.everywhere().filter(passage_id=OuterRef(passage)).filter(Exists(standing)))


def is_held(passage: Passage) -> bool:
    """Whether a hold stops this passage now. Ask under the gate before acting on it."""
    return Passage.objects.for_brand(passage.brand_id).filter(pk=passage.pk).filter(held()).exists()


def holds_over(passage: Passage) -> QuerySet[Hold]:
    """The standing holds that stop this passage."""
    keys = PassageKey.objects.for_brand(passage.brand_id).filter(
        passage=passage, kind=OuterRef("kind"), value=OuterRef("value")
    )
    terms = HoldTerm.objects.for_brand(passage.brand_id).filter(Exists(keys)).values("hold_id")
    holds = Hold.objects.for_brand(passage.brand_id).filter(pk__in=terms, lifted_at__isnull=True)
    return holds.exclude(releases__passage=passage)


def _any_of(scope: Iterable[Term]) -> Q:
    """Any of these keys: one condition for each kind, as databases bound the depth of an expression."""
    by_kind: dict[str, list[str]] = {}
    for part in scope:
        by_kind.setdefault(part.kind, []).append(part.value)
    return reduce(or_, (Q(kind=kind, value__in=values) for kind, values in by_kind.items()), Q(pk__in=[]))


def holds_naming(brand: Brand, scope: Iterable[Term]) -> QuerySet[Hold]:
    """The standing holds that name any part of the scope, newest first."""
    match = _any_of(scope)
    named = HoldTerm.objects.for_brand(brand).filter(match).values("hold_id")
    return active_holds(brand).filter(pk__in=named)


def is_covered(brand: Brand, scope: Sequence[Term]) -> bool:
    """Whether standing holds name every part of the scope already.

    That everything in it happens to be held by others is not enough: what is in flight may come back, and what is
    loaded tomorrow must meet a fence, too.
    """
    standing = HoldTerm.objects.for_brand(brand).filter(hold__lifted_at__isnull=True)
    named = set(standing.values_list("kind", "value"))
    return all(part.key in named for part in scope)


def hold_to_widen(brand: Brand, scope: Sequence[Term]) -> Hold | None:
    """The rule's standing hold that stops everything which waits in this scope already, where there is one.

    A further threat about the same deliveries then belongs on it, and needs no hold of its own.
    """
    waiting = in_scope(brand, scope).filter(state=PassageState.WAITING)
    first = waiting.order_by("pk").first()
    if first is None or waiting.filter(~held()).exists():
        return None
    return holds_over(first).filter(by_rule=True).order_by("-placed_at", "-pk").first()


def concern(signal: Signal) -> list[Term]:
    """What a threat on the signal's topic concerns."""
    return distinct(term(ScopeKind(kind), value, label) for kind, value, label in signal.topic.scope)


def in_scope(brand: Brand, scope: Iterable[Term]) -> QuerySet[Passage]:
    """The brand's passages that have any of the scope's keys, whatever their state."""
    match = _any_of(scope)
    keys = PassageKey.objects.for_brand(brand).filter(match, passage_id=OuterRef("pk"))
    return Passage.objects.for_brand(brand).filter(Exists(keys))


def keys_that_wait(brand: Brand) -> QuerySet[PassageKey]:
    """Every key that something waiting on the brand has.

    Goes from what waits to its keys and not the other way round: most of a brand's keys belong to what is over.
    """
    return PassageKey.objects.everywhere().filter(passage__in=waiting_on([brand]))


def waiting_on(brands: Sequence[Brand]) -> QuerySet[Passage]:
    """What waits on any of these brands."""
    return Passage.objects.everywhere().filter(brand__in=brands, state=PassageState.WAITING)


def undecided(hold: Hold) -> QuerySet[Passage]:
    """What the hold still stops: waiting, in scope, and not released from it. Nothing once it is lifted."""
    stands = Hold.objects.for_brand(hold.brand_id).filter(pk=hold.pk, lifted_at__isnull=True)
    waiting = in_scope(hold.brand, scope_of(hold)).filter(Exists(stands), state=PassageState.WAITING)
    return waiting.exclude(releases__hold=hold).order_by("pk")


def scope_of(hold: Hold) -> list[Term]:
    """The hold's scope as values."""
    return [Term(ScopeKind(row.kind), row.value, row.label) for row in hold.terms.all()]
