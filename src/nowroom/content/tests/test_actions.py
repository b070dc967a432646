from dataclasses import replace

import pytest

from nowroom.content import actions
from nowroom.content.models import Asset, Image, Revision, Variant
from nowroom.content.queries import ImageDraft, VariantDraft, is_newest, library, message_of, newest_revision
from nowroom.people.queries import actor_for
from nowroom.planning.actions import plan_moment
from tests.asserts import refused, verbs
from tests.cast import Cast

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
DRAFT = VariantDraft("bluesky", "Run with us #BostonMarathon", link="https://stride.test/run")
PICTURE = ImageDraft(PNG, " Two runners in the rain ")


def _create(cast: Cast, *drafts: VariantDraft, name: str = "Rain") -> Revision:
    return actions.create_asset(cast.brand, name=name, variants=drafts, by=actor_for(cast.creator), now=cast.now)


def _nothing_was_kept() -> bool:
    return not any(model.objects.everywhere().exists() for model in (Asset, Revision, Variant, Image))


def test_a_new_asset_has_a_first_revision_with_its_variants(cast: Cast) -> None:
    revision = _create(cast, replace(DRAFT, images=(PICTURE,)), VariantDraft("webhook", " Run. "))
    assert (revision.number, revision.made_by, revision.made_at) == (1, cast.creator, cast.now)
    assert {v.channel: v.text for v in revision.variants.all()} == {"bluesky": DRAFT.text, "webhook": "Run."}
    message = message_of(revision.variants.get(channel="bluesky"))
    assert [(i.data, i.mime, i.alt) for i in message.images] == [(PNG, "image/png", "Two runners in the rain")]
    assert [link.url for link in message.links] == [DRAFT.link]
    assert verbs(cast.brand)[-2:] == ["asset.created", "revision.made"]


def test_an_edit_is_a_new_revision_and_the_old_one_stays(cast: Cast) -> None:
    first = _create(cast, DRAFT)
    second = actions.revise(
        first.asset, variants=[replace(DRAFT, text="Run!")], note="shorter", by=actor_for(cast.creator), now=cast.now
    )
    assert (second.number, newest_revision(first.asset)) == (2, second)
    assert (is_newest(first), is_newest(second)) == (False, True)
    assert first.variants.get().text == DRAFT.text
    assert [vars(asset)["newest"] for asset in library(cast.brand)] == [2]


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (replace(DRAFT, text="  "), "variant.empty"),
        (replace(DRAFT, channel="carrier-pigeon"), "channel.unknown"),
        (replace(DRAFT, images=(ImageDraft(b"<svg>", "a picture"),)), "image.kind"),
        (VariantDraft("webhook", "Run.", images=(ImageDraft(PNG, " "),)), "image.no_alt"),
        (VariantDraft("email", "Run.", subject="x" * 201), "variant.too_long"),
        (VariantDraft("webhook", "Run.", link="https://stride.test/" + "x" * 500), "variant.too_long"),
        (VariantDraft("webhook", "Run.", images=(ImageDraft(PNG, "x" * 2001),)), "variant.too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_refuses_what_cannot_be_kept_and_keeps_nothing_half(cast: Cast, draft: VariantDraft, code: str) -> None:
    with refused(code):
        _create(cast, VariantDraft("webhook", "fine", language="de"), draft)
    assert _nothing_was_kept()


def test_it_refuses_on_save_what_the_channel_blocks(cast: Cast) -> None:
    with refused("text.too_long"):
        _create(cast, replace(DRAFT, text="x" * 301))
    with refused("image.no_alt"):
        _create(cast, replace(DRAFT, images=(ImageDraft(PNG, ""),)))
    assert _nothing_was_kept()


def test_three_hundred_graphemes_fit_although_they_are_more_characters(cast: Cast) -> None:
    family = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}"
    with refused("text.too_many_bytes"):
        _create(cast, replace(DRAFT, text=family * 300))
    assert _create(cast, replace(DRAFT, text="é" * 300)).number == 1


def test_it_refuses_an_asset_of_nothing_or_without_a_name(cast: Cast) -> None:
    with refused("asset.empty"):
        _create(cast)
    with refused("asset.name"):
        _create(cast, DRAFT, name=" ")


def test_it_refuses_two_texts_for_one_channel_and_language(cast: Cast) -> None:
    with refused("variant.twice"):
        _create(cast, DRAFT, replace(DRAFT, text="Run!"))
    assert _nothing_was_kept()


def test_it_refuses_another_brands_moment(cast: Cast) -> None:
    theirs = plan_moment(
        cast.other_brand,
        name="Theirs",
        starts_at=cast.now,
        ends_at=cast.now.replace(year=2027),
        time_zone="UTC",
        by=actor_for(cast.outsider),
        now=cast.now,
    )
    with refused("moment.foreign"):
        cast.asset(moment=theirs)


@pytest.mark.parametrize("who", ["executive", "legal", "duty_editor", "outsider"])
def test_only_writers_write(cast: Cast, who: str) -> None:
    revision, by = _create(cast, DRAFT), actor_for(getattr(cast, who))
    with refused("permission.missing"):
        actions.create_asset(cast.brand, name="X", variants=[DRAFT], by=by, now=cast.now)
    with refused("permission.missing"):
        actions.revise(revision.asset, variants=[DRAFT], by=by, now=cast.now)


def test_the_library_is_the_brands_own(cast: Cast) -> None:
    revision = _create(cast, DRAFT)
    assert list(library(cast.brand)) == [revision.asset]
    assert not library(cast.other_brand).exists()
