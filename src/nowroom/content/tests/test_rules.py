import pytest

from nowroom.content.rules import hashtags, image_mime, words
from tests.asserts import refused


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Run! #BostonMarathon", ["BostonMarathon"]),
        ("#one #two #one", ["one", "two"]),
        ("full width ＃東京マラソン", ["東京マラソン"]),
        ("umlauts #Größe and #Ünal", ["Größe", "Ünal"]),
        ("#2024 is a number, #2024run is none", ["2024run"]),
        ("an a#anchor and a page.html#part", []),
        ("##twice", []),
        ("at the end of a sentence #run.", ["run"]),
        ("", []),
    ],
)
def test_hashtags_are_found_as_channels_find_them(text: str, found: list[str]) -> None:
    assert hashtags(text) == found


@pytest.mark.parametrize(
    ("body", "mime"),
    [
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"GIF87arest", "image/gif"),
        (b"GIF89arest", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPrest", "image/webp"),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(body: bytes, mime: str) -> None:
    assert image_mime(body) == mime


@pytest.mark.parametrize(
    "body",
    [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", b"RIFF\x00\x00\x00\x00WAVE", b"<html>", b"PNG"],
)
def test_it_refuses_what_is_no_picture_whatever_its_name(body: bytes) -> None:
    with refused("image.kind"):
        image_mime(body)


def test_words_are_trimmed_and_each_once_whatever_their_case() -> None:
    assert words(" running, #Marathon,,marathon , Boston ") == ["running", "marathon", "Boston"]
