"""One cast plays in all tests: a brand with every role, and an outsider of another brand who always plays.

Everything here goes through actions, so that no test stands on rows which the product could not have made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nowroom.accounts import actions as accounts
from nowroom.accounts.models import Account
from nowroom.clearance import actions as clearance
from nowroom.clearance.models import ApprovalRequest, Ask, Cue
from nowroom.clearance.queries import Plan, Verdict
from nowroom.content import actions as content
from nowroom.content.models import Revision
from nowroom.content.queries import VariantDraft
from nowroom.lib.actor import Actor, system
from nowroom.people import actions as people
from nowroom.people.models import Brand, Member, Organization, Person, Role
from nowroom.people.queries import actor_for
from nowroom.planning.models import Moment
from nowroom.publishing import actions as publishing
from nowroom.publishing.models import Delivery

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "a long night at the desk"
YES = Verdict(yes=True, no_unneeded_risk=True, hurts_nobody=True, grandmother_may_read=True)
NO = Verdict(yes=False, note="not today")
SENDER = system("send")

_NAMES = {
    "strategist": ("Sasha", Role.STRATEGIST),
    "creator": ("Kim", Role.CREATOR),
    "legal": ("Lena", Role.APPROVER),
    "press": ("Pat", Role.APPROVER),
    "community_manager": ("Cem", Role.COMMUNITY_MANAGER),
    "duty_editor": ("Dana", Role.DUTY_EDITOR),
    "brand_lead": ("Bo", Role.BRAND_LEAD),
    "executive": ("Erin", Role.EXECUTIVE),
    "partner_manager": ("Paula", Role.PARTNER_MANAGER),
}
_CREDENTIALS = {
    "bluesky": {"handle": "stride.test", "password": "app-password", "service": "http://127.0.0.1:1"},
    "email": {
        "host": "127.0.0.1",
        "port": "1",
        "security": "none",
        "sender": "Stride <news@stride.test>",
        "to": "list@stride.test",
        "unsubscribe": "mailto:leave@stride.test",
    },
    "webhook": {
        "url": "http://127.0.0.1:1/posts",
        "secret": "whsec_c2VjcmV0IG9mIHRoZSBjYXN0",
        "readback_url": "http://127.0.0.1:1/posts",
        "remove_url": "http://127.0.0.1:1/posts",
    },
}


@dataclass(frozen=True)
class Cast:
    """Who plays, and short ways to what most scenes start with. `now` is the instant at which the scene starts."""

    now: datetime
    organization: Organization
    brand: Brand
    other_brand: Brand
    administrator: Person
    strategist: Person
    creator: Person
    legal: Person
    press: Person
    community_manager: Person
    duty_editor: Person
    brand_lead: Person
    executive: Person
    partner_manager: Person
    outsider: Person
    bluesky: Account
    mail: Account
    webhook: Account

    @property
    def members(self) -> dict[str, Person]:
        """Everyone on the brand, by what they are called here."""
        return {name: getattr(self, name) for name in ("administrator", *_NAMES)}

    def asset(
        self,
        name: str = "Ten gadgets",
        *,
        text: str = "Ten gadgets every runner will love",
        channels: Sequence[str] = ("bluesky",),
        tags: Sequence[str] = (),
        places: Sequence[str] = (),
        moment: Moment | None = None,
    ) -> Revision:
        """A new asset's first revision, with the same text on each channel."""
        drafts = [VariantDraft(channel, text, subject="From Stride") for channel in channels]
        return content.create_asset(
            self.brand,
            name=name,
            variants=drafts,
            tags=tags,
            places=places,
            moment=moment,
            by=actor_for(self.creator),
            now=self.now,
        )

    def plan(
        self,
        revision: Revision,
        account: Account | None = None,
        *,
        due_in: timedelta | None = timedelta(hours=1),
        window: timedelta = timedelta(minutes=30),
    ) -> Plan:
        """The revision to an account of its channel, after `due_in` from now or, where that is None, on a go."""
        to = account or self.bluesky
        variant = revision.variants.get(channel=to.channel)
        if due_in is None:
            return Plan(variant, to, cue=Cue.GO, window=window)
        return Plan(variant, to, due_at=self.now + due_in, window=window)

    def request(
        self,
        plans: Sequence[Plan],
        *,
        approvers: Sequence[Person] | None = None,
        valid_for: timedelta = timedelta(days=1),
        by: Person | None = None,
    ) -> ApprovalRequest:
        """The strategist asks for a yes on these plans, of one revision; `legal` is asked where nobody is named."""
        return clearance.ask_for_approval(
            plans[0].variant.revision,
            plans=plans,
            approvers=[self.legal] if approvers is None else approvers,
            valid_from=self.now,
            valid_until=self.now + valid_for,
            by=actor_for(by or self.strategist),
            now=self.now,
        )

    def approve(self, request: ApprovalRequest) -> list[Delivery]:
        """Everyone asked says yes; the deliveries that follow."""
        loaded: list[Delivery] = []
        for ask in Ask.objects.for_brand(self.brand).filter(request=request).order_by("pk"):
            loaded += publishing.decide(ask, verdict=YES, shown=request.digest, now=self.now)
        return loaded

    def delivery(
        self,
        revision: Revision | None = None,
        account: Account | None = None,
        *,
        due_in: timedelta | None = timedelta(hours=1),
        window: timedelta = timedelta(minutes=30),
        valid_for: timedelta = timedelta(days=1),
    ) -> Delivery:
        """One approved delivery: queued, or loaded where `due_in` is None."""
        to = account or self.bluesky
        shown = revision or self.asset(channels=[to.channel])
        plan = self.plan(shown, to, due_in=due_in, window=window)
        return self.approve(self.request([plan], valid_for=valid_for))[0]

    def queue(self, count: int, *, every: timedelta = timedelta(minutes=10)) -> list[Delivery]:
        """Approved deliveries of one asset each to the Bluesky account, the first due after `every`."""
        return [
            self.delivery(self.asset(f"Post {number}"), due_in=every * number, window=every)
            for number in range(1, count + 1)
        ]

    def claim(self, *, at: datetime, by: Actor = SENDER) -> Delivery:
        """The brand's next due delivery, being sent since `at`."""
        claimed = publishing.claim_next(self.brand.pk, by=by, now=at)
        assert claimed is not None
        return claimed


def assemble(now: datetime = NOW) -> Cast:
    """Found an installation with the whole cast in it. The database must be empty."""
    founding = people.Founding("Stride Group", "Stride", "Europe/Berlin", "Ada", "ada@stride.test", PASSWORD)
    administrator = people.found(founding, now=now)
    admin = actor_for(administrator)
    brand = Brand.objects.get(slug="stride")
    other = people.add_brand(brand.organization, name="Glide", time_zone="America/New_York", by=admin, now=now)
    members = {name: _invite(brand, shown, role, admin, now) for name, (shown, role) in _NAMES.items()}
    outsider = _invite(other, "Otto", Role.ADMINISTRATOR, admin, now)
    for role in (Role.BRAND_LEAD, Role.DUTY_EDITOR):
        people.add_member(other, person=outsider, role=role, by=actor_for(outsider), now=now)
    # The administrator is nothing but that, and nobody is on both brands.
    for member in (
        Member.objects.for_brand(brand).get(person=administrator, role=Role.BRAND_LEAD),
        Member.objects.for_brand(other).get(person=administrator),
    ):
        people.remove_member(member, by=admin, now=now)
    return Cast(
        now=now,
        organization=brand.organization,
        brand=brand,
        other_brand=other,
        administrator=administrator,
        outsider=outsider,
        bluesky=connect(brand, "bluesky", "stride.test", by=admin, now=now),
        mail=connect(brand, "email", "list@stride.test", by=admin, now=now),
        webhook=connect(brand, "webhook", "stride-shop", by=admin, now=now),
        **members,
    )


def connect(brand: Brand, channel: str, handle: str, *, by: Actor, now: datetime, region: str = "DE") -> Account:
    """An account that nothing answers at."""
    return accounts.connect(
        brand,
        accounts.AccountFacts(
            channel=channel,
            handle=handle,
            name=handle,
            language="en",
            region=region,
            time_zone="Europe/Berlin",
            credentials=_CREDENTIALS[channel],
        ),
        by=by,
        now=now,
    )


def _invite(brand: Brand, name: str, role: Role, by: Actor, now: datetime) -> Person:
    email = f"{name.lower()}@{brand.slug}.test"
    member = people.invite(
        brand, email=email, name=name, role=role, password=PASSWORD, time_zone="Europe/Berlin", by=by, now=now
    )
    return member.person
