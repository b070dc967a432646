"""The demo's evening, played in virtual time."""

from datetime import UTC, datetime, timedelta

import pytest

from nowroom.accounts.models import Account
from nowroom.clearance.queries import open_requests
from nowroom.listening.models import Alert, Mention, Verdict
from nowroom.people.models import Member, Person, Role
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.publishing.queries import held_deliveries
from nowroom.rehearsal.demo import stream
from nowroom.rehearsal.demo.brand import Cast, set_up
from nowroom.rehearsal.demo.player import Player
from nowroom.safety.models import Hold
from nowroom.workers.tests.scenes import Clock

START = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


def test_the_stream_is_the_same_for_the_same_seed() -> None:
    first, again, other = (stream.posts(START, seed=seed) for seed in (7, 7, 8))
    assert first == again
    assert [post["text"] for post in first] != [post["text"] for post in other]


def test_the_stream_is_some_thousands_of_posts_in_order_of_time() -> None:
    posts = stream.posts(START)
    assert 3_000 <= len(posts) <= 10_000
    assert posts == sorted(posts, key=lambda post: post["ts"])
    assert len({post["id"] for post in posts}) == len(posts)


@pytest.fixture
def brand(db: None) -> Cast:
    return set_up(now=START)


def test_the_brand_has_every_role_and_a_queue_in_several_regions(brand: Cast) -> None:
    members = Member.objects.for_brand(brand.brand)
    assert set(members.values_list("role", flat=True)) == set(Role)
    deliveries = Delivery.objects.for_brand(brand.brand)
    assert 38 <= deliveries.count() <= 48
    assert set(deliveries.values_list("state", flat=True)) == {DeliveryState.QUEUED, DeliveryState.LOADED}
    regions = set(Account.objects.for_brand(brand.brand).values_list("region", flat=True))
    assert len(regions) >= 4
    assert open_requests(brand.brand).count() == 1


def test_nobody_looks_and_nothing_is_played(brand: Cast) -> None:
    clock = Clock(START)
    player = Player(brand, clock)
    assert player.turn() == 0
    clock.turn(minutes=10)
    assert player.turn() == 0
    assert not Mention.objects.for_brand(brand.brand).exists()


@pytest.mark.slow
def test_an_opportunity_comes_first_then_a_fence_around_exactly_what_averin_concerns(brand: Cast) -> None:
    clock = Clock(START)
    player = Player(brand, clock)
    player.rehearse_the_past()
    assert not Alert.objects.for_brand(brand.brand).exists()
    clock.turn(minutes=2)
    Person.objects.filter(pk=brand.duty_editor.pk).update(last_login=clock.now)
    begin = clock.now
    fenced = _play_until_fenced(brand, player, clock, begin + timedelta(minutes=4))

    verdicts = list(
        Alert.objects.for_brand(brand.brand).order_by("raised_at", "pk").values_list("signal__verdict", flat=True)
    )
    assert verdicts[0] == Verdict.OPPORTUNITY
    first = begin + timedelta(seconds=min(act.begin for act in stream.ACTS if act.phrases is stream._TERRIBLE))
    assert first < fenced <= first + timedelta(seconds=20)
    _play_on(player, clock, begin + timedelta(minutes=5, seconds=10))
    assert set(held_deliveries(brand.brand)) == _about(brand, "Averin")
    holds = Hold.objects.for_brand(brand.brand)
    assert all(hold.by_rule and hold.signal and hold.signal.evidence.count() >= 2 for hold in holds)


def _play_until_fenced(brand: Cast, player: Player, clock: Clock, end: datetime) -> datetime:
    while clock.now < end:
        player.turn()
        if Hold.objects.for_brand(brand.brand).exists():
            return clock.now
        clock.turn(seconds=1)
    raise AssertionError("nothing was held")


def _play_on(player: Player, clock: Clock, end: datetime) -> None:
    while clock.now < end:
        player.turn()
        clock.turn(seconds=5)


def _about(brand: Cast, place: str) -> set[Delivery]:
    """What waits and is about the place, by its asset or its asset's moment."""
    waiting = Delivery.objects.for_brand(brand.brand).filter(state__in=[DeliveryState.QUEUED, DeliveryState.LOADED])
    rows = waiting.select_related("variant__revision__asset__moment")
    return {d for d in rows if place in _places(d)}


def _places(delivery: Delivery) -> list[str]:
    asset = delivery.variant.revision.asset
    return [*asset.places, *(asset.moment.places if asset.moment else [])]
