"""The one write: adding an entry."""

from collections.abc import Mapping
from datetime import datetime

from django.db import models, transaction

from nowroom.audit.models import Chain, Entry
from nowroom.audit.rules import digest
from nowroom.lib.actor import Actor


@transaction.atomic
def record(
    verb: str,
    thing: models.Model,
    *,
    brand_id: int,
    by: Actor,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> Entry:
    """Add an entry to the brand's chain, in the caller's transaction.

    Args:
        verb: past tense, dotted by area where it helps: ``"hold.placed"``.
        thing: the saved row that it is about.
        brand_id: the brand's key, or 0 for the installation's own chain.
        by: who did it.
        now: when, aware.
        facts: what they saw and what changed; JSON values only, no secrets.

    """
    chain = lock_chain(brand_id)
    entry = Entry(
        brand_id=brand_id,
        number=chain.length + 1,
        at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        verb=verb,
        object_type=thing._meta.label_lower,  # noqa: SLF001 - Django's documented public API despite the underscore
        object_id=str(thing.pk),
        facts=dict(facts or {}),
        previous=chain.digest,
    )
    entry.digest = digest(entry)
    entry.save(force_insert=True)
    Chain.objects.filter(pk=chain.pk).update(length=entry.number, digest=entry.digest)
    return entry


@transaction.atomic
def lock_chain(brand_id: int) -> Chain:
    """Wait for the end of the brand's chain and keep it: what is read from now on is what the next entry follows."""
    ends = Chain.objects.select_for_update().filter(brand_id=brand_id)
    chain = ends.first()
    if chain is None:
        Chain.objects.get_or_create(brand_id=brand_id)
        chain = ends.get()
    return chain
