from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nowroom.content.models import Asset, Image, Revision, Variant
from nowroom.content.queries import VariantDraft
from nowroom.desk.preparation.tests.conftest import SignIn
from nowroom.desk.preparation.tests.pages import PNG, page, text_of
from nowroom.people.queries import actor_for
from nowroom.publishing import actions as publishing
from nowroom.publishing.models import Delivery, DeliveryState
from tests.cast import Cast

ABOUT = {"name": "Ten gadgets", "moment": "", "scenario": "", "tags": "Gadgets, gadgets, #sale", "places": "Berlin"}


def section(number: int = 0, channel: str = "bluesky", **values: object) -> dict[str, Any]:
    """One section as the browser posts it."""
    typed: dict[str, Any] = {
        "channel": channel,
        "pictures": "",
        "subject": "",
        "text": "",
        "link": "",
        "language": "en",
        **values,
    }
    return {f"v{number}-{name}": value for name, value in typed.items()}


def new(*sections: dict[str, Any], **values: object) -> dict[str, Any]:
    """The whole form as the browser posts it."""
    form: dict[str, Any] = {**ABOUT, "sections": str(len(sections)), **values}
    for typed in sections:
        form |= typed
    return form


def edit(*sections: dict[str, Any], base: int = 1, **values: object) -> dict[str, Any]:
    """The form of an asset that exists."""
    return new(*sections, base=str(base), note="", **{"tags": "", "places": "", **values})


@pytest.fixture
def creator(cast: Cast, signed_in: SignIn) -> Client:
    """The creator's browser."""
    return signed_in(cast.creator)


def test_an_asset_is_written_for_the_channels_that_have_a_text(cast: Cast, creator: Client) -> None:
    form = new(
        section(0, text="Ten gadgets\r\nfor you"),
        section(1, "email", subject="Ten", text="Dear you"),
        section(2, "webhook"),
    )
    response = creator.post(page(cast, "asset_new"), form)
    asset = Asset.objects.for_brand(cast.brand).get()
    assert response["Location"] == page(cast, "asset", asset.pk)
    assert (asset.tags, asset.places) == (["gadgets", "sale"], ["Berlin"])
    variants = Variant.objects.for_brand(cast.brand).order_by("channel")
    assert [(v.channel, v.text) for v in variants] == [("bluesky", "Ten gadgets\nfor you"), ("email", "Dear you")]


def test_a_text_over_the_limit_is_refused_and_kept(cast: Cast, creator: Client) -> None:
    response = creator.post(page(cast, "asset_new"), new(section(text="w" * 301)))
    assert response.status_code == 422
    assert "The text has 301 characters; Bluesky takes 300." in text_of(response)
    assert "w" * 301 in text_of(response)
    assert not Asset.objects.for_brand(cast.brand).exists()


def test_nothing_written_is_refused(cast: Cast, creator: Client) -> None:
    response = creator.post(page(cast, "asset_new"), new(section()))
    assert response.status_code == 422
    assert "Write a text for at least one channel" in text_of(response)


def test_a_picture_needs_an_alt_text(cast: Cast, creator: Client) -> None:
    typed: dict[str, Any] = {"text": "Look", "file_0": SimpleUploadedFile("a.png", PNG), "new_alt_0": " "}
    response = creator.post(page(cast, "asset_new"), new(section(**typed)))
    assert response.status_code == 422
    assert "Describe the picture" in text_of(response)
    typed |= {"file_0": SimpleUploadedFile("a.png", PNG), "new_alt_0": "A runner"}
    assert creator.post(page(cast, "asset_new"), new(section(**typed))).status_code == 302
    image = Image.objects.for_brand(cast.brand).get()
    assert (image.alt, bytes(image.body)) == ("A runner", PNG)


def test_a_file_that_is_no_picture_is_refused(cast: Cast, creator: Client) -> None:
    typed: dict[str, Any] = {
        "text": "Look",
        "file_0": SimpleUploadedFile("a.png", b"<script>"),
        "new_alt_0": "A runner",
    }
    response = creator.post(page(cast, "asset_new"), new(section(**typed)))
    assert response.status_code == 422
    assert "not a PNG, JPEG, GIF or WebP" in text_of(response)


def test_pictures_go_along_into_the_next_revision_until_removed(cast: Cast, creator: Client) -> None:
    typed: dict[str, Any] = {"text": "Look", "file_0": SimpleUploadedFile("a.png", PNG), "new_alt_0": "A runner"}
    creator.post(page(cast, "asset_new"), new(section(**typed)))
    asset, image = Asset.objects.for_brand(cast.brand).get(), Image.objects.for_brand(cast.brand).get()
    kept: dict[str, Any] = {"text": "Look again", "pictures": str(image.pk), f"alt_{image.pk}": "A runner in yellow"}
    creator.post(page(cast, "asset", asset.pk), edit(section(**kept)))
    newest = Image.objects.for_brand(cast.brand).get(variant__revision__number=2)
    assert newest.alt == "A runner in yellow"
    dropped: dict[str, Any] = {
        "text": "Look",
        "pictures": str(newest.pk),
        f"alt_{newest.pk}": "x",
        f"drop_{newest.pk}": "on",
    }
    creator.post(page(cast, "asset", asset.pk), edit(section(**dropped), base=2))
    assert not Image.objects.for_brand(cast.brand).filter(variant__revision__number=3).exists()


def test_another_brands_picture_cannot_be_taken_along(cast: Cast, creator: Client, signed_in: SignIn) -> None:
    typed: dict[str, Any] = {"text": "Look", "file_0": SimpleUploadedFile("a.png", PNG), "new_alt_0": "A runner"}
    creator.post(page(cast, "asset_new"), new(section(**typed)))
    image = Image.objects.for_brand(cast.brand).get()
    theirs = page(cast, "asset_new").replace(cast.brand.slug, cast.other_brand.slug)
    stolen: dict[str, Any] = {"text": "Mine now", "pictures": str(image.pk), f"alt_{image.pk}": "x"}
    assert signed_in(cast.outsider).post(theirs, new(section(**stolen))).status_code == 302
    assert Asset.objects.for_brand(cast.other_brand).exists()
    assert not Image.objects.for_brand(cast.other_brand).exists()


def test_an_edit_says_what_it_undoes_and_drops_what_waits(cast: Cast, creator: Client) -> None:
    delivery = cast.delivery(cast.asset())
    asset = delivery.variant.revision.asset
    seen = text_of(creator.get(page(cast, "asset", asset.pk)))
    assert "the yes is void when you save" in seen
    assert "1 delivery waits under it" in seen
    creator.post(page(cast, "asset", asset.pk), edit(section(text="Nine gadgets"), name="Nine gadgets"))
    delivery.refresh_from_db()
    asset.refresh_from_db()
    assert delivery.state == DeliveryState.DROPPED
    assert asset.name == "Nine gadgets"


def test_saving_without_a_change_voids_nothing(cast: Cast, creator: Client) -> None:
    delivery = cast.delivery(cast.asset(channels=["email"]), cast.mail)
    asset = delivery.variant.revision.asset
    form = edit(section(0, "email", subject="From Stride", text="Ten gadgets every runner will love"))
    assert creator.post(page(cast, "asset", asset.pk), form).status_code == 302
    assert Revision.objects.for_brand(cast.brand).filter(asset=asset).count() == 1
    assert Delivery.objects.for_brand(cast.brand).get().state == DeliveryState.QUEUED


def test_who_was_second_is_shown_both_and_overwrites_nothing(cast: Cast, creator: Client) -> None:
    asset = cast.asset().asset
    drafts = [VariantDraft("bluesky", "Sasha was first")]
    publishing.revise(asset, variants=drafts, by=actor_for(cast.strategist), now=cast.now)
    response = creator.post(page(cast, "asset", asset.pk), edit(section(text="Kim was second")))
    assert response.status_code == 422
    seen = text_of(response)
    assert "Sasha was first" in seen
    assert "Kim was second" in seen
    assert 'name="base" value="2"' in seen
    assert Revision.objects.for_brand(cast.brand).filter(asset=asset).count() == 2
    creator.post(page(cast, "asset", asset.pk), edit(section(text="Kim was second"), base=2))
    assert Revision.objects.for_brand(cast.brand).filter(asset=asset).count() == 3


def test_another_language_is_added_without_saving_or_losing_anything(cast: Cast, creator: Client) -> None:
    form = new(section(text="Ten gadgets"), add="bluesky")
    response = creator.post(page(cast, "asset_new"), form)
    assert response.status_code == 200
    assert "Ten gadgets" in text_of(response)
    assert 'name="v1-text"' in text_of(response)
    assert not Asset.objects.for_brand(cast.brand).exists()


def test_two_texts_for_one_channel_and_language_are_refused(cast: Cast, creator: Client) -> None:
    response = creator.post(page(cast, "asset_new"), new(section(0, text="One"), section(1, text="Two")))
    assert response.status_code == 422
    assert "two texts for one channel and language" in text_of(response)


def test_the_check_counts_marks_and_previews_while_typing(cast: Cast, creator: Client) -> None:
    form = new(section(text="👩‍👩‍👧 thanks @nobody <b>")) | {"prefix": "v0"}
    seen = text_of(creator.post(page(cast, "asset_check"), form))
    assert "20 of 300 characters" in seen
    assert "<mark>@nobody</mark>" in seen
    assert "&lt;b&gt;" in seen
    assert creator.get(page(cast, "asset_check")).status_code == 405


def test_the_check_tells_of_a_newer_revision(cast: Cast, creator: Client) -> None:
    asset = cast.asset().asset
    publishing.revise(asset, variants=[VariantDraft("bluesky", "First")], by=actor_for(cast.strategist), now=cast.now)
    form = edit(section(text="Second")) | {"prefix": "v0", "asset": str(asset.pk)}
    assert "Sasha made revision 2" in text_of(creator.post(page(cast, "asset_check"), form))


@pytest.mark.parametrize("prefix", ["", "v9", "<script>"])
def test_a_check_of_no_section_is_not_found(cast: Cast, creator: Client, prefix: str) -> None:
    assert creator.post(page(cast, "asset_check"), {"prefix": prefix}).status_code == 404


def test_who_may_not_write_sees_it_without_a_form(cast: Cast, signed_in: SignIn) -> None:
    asset = cast.asset().asset
    seen = text_of(signed_in(cast.executive).get(page(cast, "asset", asset.pk)))
    assert "Ten gadgets every runner will love" in seen
    assert 'name="v0-text"' not in seen
    response = signed_in(cast.executive).post(page(cast, "asset", asset.pk), edit(section(text="Mine")))
    assert "may not do this" in text_of(response)
    assert Revision.objects.for_brand(cast.brand).filter(asset=asset).count() == 1


def test_the_outsider_reaches_no_asset(cast: Cast, signed_in: SignIn) -> None:
    asset = cast.asset().asset
    outsider = signed_in(cast.outsider)
    for url in (page(cast, "asset", asset.pk), page(cast, "ask_new", asset.pk), page(cast, "asset_check")):
        assert outsider.post(url, edit(section(text="Mine"))).status_code == 404
    theirs = page(cast, "asset", asset.pk).replace(cast.brand.slug, cast.other_brand.slug)
    assert outsider.get(theirs).status_code == 404


def test_hostile_names_stay_text_everywhere(cast: Cast, creator: Client) -> None:
    name = '"><script>alert(1)</script>'
    asset = cast.asset(name, tags=['"><b>'], places=["<i>"]).asset
    for url in (page(cast, "assets"), page(cast, "asset", asset.pk), page(cast, "ask_new", asset.pk)):
        seen = text_of(creator.get(url))
        assert "<script>alert" not in seen
        assert "<b>" not in seen
