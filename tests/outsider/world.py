"""A brand with one of everything that an address can name, and the words that must never leave it."""

from dataclasses import dataclass
from datetime import timedelta

from nowroom.accounts.models import Account
from nowroom.channels.base import Receipt
from nowroom.clearance import actions as clearance
from nowroom.clearance.models import Ask
from nowroom.content import actions as content
from nowroom.content.models import Asset, Image, Revision
from nowroom.content.queries import ImageDraft, VariantDraft
from nowroom.listening.actions import add_source, add_topic
from nowroom.listening.models import Alert, Mention, Signal, Source, SourceKind, Topic, Verdict
from nowroom.people.models import Brand, Member
from nowroom.people.queries import actor_for
from nowroom.planning.actions import plan_moment
from nowroom.planning.models import Moment
from nowroom.publishing import actions as publishing
from nowroom.publishing.models import Delivery
from nowroom.safety.actions import place_hold
from nowroom.safety.models import Hold, ScopeKind
from nowroom.safety.queries import term
from tests.cast import SENDER, Cast

PNG = b"\x89PNG\r\n\x1a\n" + b"of stride only" * 3
# In every name and text of the brand's.
SECRET = "zanzibar"
# What no stranger may ever read, in lower case: that, the brand's name and with it its people's addresses, a person.
NEVER = (SECRET, "stride", "sasha")


@dataclass(frozen=True, slots=True)
class World:
    """One of everything on the cast's brand. `token` opens the letter of `ask`; `other_image` is not asked about."""

    brand: Brand
    member: Member
    moment: Moment
    asset: Asset
    image: Image
    other_image: Image
    queued: Delivery
    loaded: Delivery
    published: Delivery
    ask: Ask
    token: str
    source: Source
    topic: Topic
    alert: Alert
    hold: Hold
    account: Account


def furnish(cast: Cast) -> World:
    """Put one of everything on the brand, through actions where there are some."""
    moment = _moment(cast)
    published = _published(cast)
    revision, other = (_with_picture(cast, f"{SECRET} {name}", moment) for name in ("lamp", "other lamp"))
    queued = cast.delivery(cast.asset(f"{SECRET} queued", text=f"{SECRET} text of what is queued", moment=moment))
    loaded = cast.delivery(cast.asset(f"{SECRET} loaded", text=f"{SECRET} text of what waits"), due_in=None)
    ask = Ask.objects.for_brand(cast.brand).get(request=cast.request([cast.plan(revision)]))
    alert = _alert(cast)
    by = actor_for(cast.duty_editor)
    scope = [term(ScopeKind.DELIVERY, queued.pk)]
    placement = place_hold(cast.brand, scope=scope, reason=f"{SECRET} reason", by=by, now=cast.now)
    return World(
        brand=cast.brand,
        member=Member.objects.for_brand(cast.brand).get(person=cast.creator),
        moment=moment,
        asset=revision.asset,
        image=_picture(revision),
        other_image=_picture(other),
        queued=queued,
        loaded=loaded,
        published=published,
        ask=ask,
        token=clearance.issue_link(ask),
        source=Source.objects.for_brand(cast.brand).get(),
        topic=alert.signal.topic,
        alert=alert,
        hold=placement.hold,
        account=cast.bluesky,
    )


def _moment(cast: Cast) -> Moment:
    return plan_moment(
        cast.brand,
        name=f"{SECRET} run",
        starts_at=cast.now,
        ends_at=cast.now + timedelta(hours=3),
        time_zone="Europe/Berlin",
        scenarios=[f"{SECRET} wins"],
        by=actor_for(cast.strategist),
        now=cast.now,
    )


def _published(cast: Cast) -> Delivery:
    cast.delivery(cast.asset(f"{SECRET} out", text=f"{SECRET} text of what is out"), due_in=timedelta(seconds=1))
    delivery = cast.claim(at=cast.now + timedelta(seconds=2))
    receipt = Receipt(remote_id="1", url=f"https://example.org/{SECRET}", at=cast.now)
    publishing.note_published(delivery, receipt, by=SENDER, now=cast.now + timedelta(seconds=3))
    return delivery


def _with_picture(cast: Cast, name: str, moment: Moment) -> Revision:
    draft = VariantDraft("bluesky", f"{name} text", images=(ImageDraft(PNG, f"{name} picture"),))
    by = actor_for(cast.creator)
    return content.create_asset(cast.brand, name=name, variants=[draft], moment=moment, by=by, now=cast.now)


def _picture(revision: Revision) -> Image:
    return Image.objects.for_brand(revision.brand_id).get(variant__revision=revision)


def _alert(cast: Cast) -> Alert:
    """What the listening engine would have written, with the post that it heard."""
    by = actor_for(cast.duty_editor)
    source = add_source(
        cast.brand, kind=SourceKind.JETSTREAM, name=f"{SECRET} sky", address="wss://example.org", by=by, now=cast.now
    )
    topic = add_topic(cast.brand, name=f"{SECRET} talk", query=SECRET, by=by, now=cast.now)
    post = Mention.objects.create(
        brand=cast.brand, source=source, external_id="1", at=cast.now, author=f"@{SECRET}", text=f"{SECRET} post"
    )
    signal = Signal.objects.create(
        brand=cast.brand,
        topic=topic,
        kind="burst",
        verdict=Verdict.THREAT,
        at=cast.now,
        noticed_at=cast.now,
        count=412,
        expected=9,
        odds=99,
        sentence=f"412 posts about {SECRET}.",
    )
    signal.evidence.set([post])
    return Alert.objects.create(brand=cast.brand, signal=signal, raised_at=cast.now)
