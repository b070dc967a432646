from dataclasses import replace

import pytest

from nowroom.channels.base import Finding, Image, Level, Link, Message
from nowroom.channels.bluesky.check import check, graphemes

_PICTURE = Image(b"picture", "image/png", "A runner at dawn")


def _codes(message: Message) -> list[str]:
    return [finding.code for finding in check(message)]


def test_an_ordinary_post_has_no_findings() -> None:
    assert check(Message("Guten Morgen, Läufer! 🏃‍♀️ #Marathon", language="de", images=(_PICTURE,))) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("abc", 3), ("ü", 1), ("u\u0308", 1), ("👩‍👩‍👧‍👦", 1), ("🇩🇪🇮🇳", 2), ("नमस्ते", 3), ("\r\n", 1)],
)
def test_it_counts_what_a_person_sees(text: str, count: int) -> None:
    assert graphemes(text) == count


def test_three_hundred_families_are_not_too_many_characters_but_too_many_bytes() -> None:
    assert _codes(Message("👩‍👩‍👧‍👦" * 300)) == ["text.too_many_bytes"]


def test_the_limit_in_characters_is_exact_and_points_at_what_is_too_much() -> None:
    assert check(Message("ü" * 300)) == []
    assert check(Message("👋🏽" + "ü" * 302)) == [
        Finding(Level.BLOCK, "text.too_long", "The text has 303 characters; Bluesky takes 300.", 301, 304)
    ]


def test_the_limit_in_bytes_is_exact_and_points_at_what_is_too_much() -> None:
    text = "e" + "\u0301" * 1499

    assert len(text.encode()) == 2999
    assert check(Message(text)) == []
    finding = check(Message(text + "ab"))[0]
    assert (finding.code, finding.start, finding.end) == ("text.too_many_bytes", 1501, 1502)


def test_an_empty_post_is_blocked_unless_it_has_a_picture() -> None:
    assert _codes(Message(" \n")) == ["text.empty"]
    assert _codes(Message("", images=(_PICTURE,))) == []


def test_a_picture_needs_a_description_a_kind_and_a_size() -> None:
    bad = Image(b"x" * 1_000_001, "image/tiff", " ")

    assert _codes(Message("Look", images=(bad,))) == ["image.no_alt", "image.too_large", "image.kind"]


def test_a_fifth_picture_is_too_many() -> None:
    assert _codes(Message("Look", images=(_PICTURE,) * 5)) == ["images.too_many"]


def test_a_bare_name_stays_plain_text_and_is_pointed_at() -> None:
    text = "Grüße an @stride und @stride.example, mail an me@example.com"
    finding = check(Message(text))[0]

    assert finding.code == "mention.not_a_handle"
    assert text[finding.start : finding.end] == "@stride"
    assert len(check(Message(text))) == 1


def test_a_link_card_beside_pictures_is_not_shown() -> None:
    message = Message("Look", links=(Link("https://a.example"), Link("https://b.example")), images=(_PICTURE,))

    assert _codes(message) == ["link.hidden_by_images", "links.too_many"]


def test_hashtags_beside_the_text_have_limits() -> None:
    assert _codes(Message("Run", hashtags=tuple("abcdefghi"))) == ["hashtags.too_many"]
    assert _codes(Message("Run", hashtags=("x" * 65,))) == ["hashtag.too_long"]


@pytest.mark.parametrize("tag", ["en", "pt-BR", "zh-Hant-TW", ""])
def test_language_tags_pass(tag: str) -> None:
    assert check(Message("Run", language=tag)) == []


def test_what_is_no_language_tag_is_blocked() -> None:
    assert _codes(replace(Message("Run"), language="English please")) == ["language.malformed"]
