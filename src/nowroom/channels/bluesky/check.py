"""What Bluesky would say of a message, without asking it."""

import re

import regex

from nowroom.channels.base import Finding, Image, Level, Message
from nowroom.channels.limits import load_limits

LIMITS = load_limits("nowroom.channels.bluesky")

_GRAPHEME = regex.compile(r"\X")
_BARE_MENTION = re.compile(r"(?<![\w@/])@[A-Za-z0-9_-]+(?![\w.@-]|\.[a-z])")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MIMES = {"image/jpeg", "image/png", "image/webp", "image/gif"}


def graphemes(text: str) -> int:
    """How many characters a person sees (Unicode extended grapheme clusters), which is what Bluesky counts."""
    return len(_GRAPHEME.findall(text))


def check(message: Message) -> list[Finding]:
    """All findings: text first, then pictures, then what stands beside them."""
    return [
        *_check_length(message),
        *_check_mentions(message.text),
        *_check_images(message.images),
        *_check_hashtags(message.hashtags),
        *_check_rest(message),
    ]


def _check_length(message: Message) -> list[Finding]:
    text = message.text
    findings = []
    if not (text.strip() or message.images):
        findings.append(Finding(Level.BLOCK, "text.empty", "There is nothing to post yet."))
    limit, count = LIMITS["text_graphemes"].value, graphemes(text)
    if count > limit:
        start = [match.start() for match in _GRAPHEME.finditer(text)][limit]
        sentence = f"The text has {count} characters; Bluesky takes {limit}."
        findings.append(Finding(Level.BLOCK, "text.too_long", sentence, start, len(text)))
    limit, size = LIMITS["text_bytes"].value, len(text.encode())
    if size > limit:
        sentence = f"The text has {size:,} bytes; Bluesky takes {limit:,}. Emoji and some scripts need several each."
        start = len(text.encode()[:limit].decode(errors="ignore"))
        findings.append(Finding(Level.BLOCK, "text.too_many_bytes", sentence, start, len(text)))
    return findings


def _check_mentions(text: str) -> list[Finding]:
    return [
        Finding(
            Level.WARN,
            "mention.not_a_handle",
            f"“{match.group()}” stays plain text: on Bluesky a handle is a domain, such as @stride.example.",
            match.start(),
            match.end(),
        )
        for match in _BARE_MENTION.finditer(text)
    ]


def _check_images(images: tuple[Image, ...]) -> list[Finding]:
    findings = []
    limit, largest = LIMITS["images"].value, LIMITS["image_bytes"].value
    if len(images) > limit:
        sentence = f"There are {len(images)} pictures; Bluesky takes {limit}."
        findings.append(Finding(Level.BLOCK, "images.too_many", sentence))
    for number, image in enumerate(images, start=1):
        if not image.alt.strip():
            sentence = f"Picture {number} needs a description for those who cannot see it."
            findings.append(Finding(Level.BLOCK, "image.no_alt", sentence))
        if len(image.data) > largest:
            sentence = f"Picture {number} has {len(image.data):,} bytes; Bluesky takes {largest:,}."
            findings.append(Finding(Level.BLOCK, "image.too_large", sentence))
        if image.mime not in _MIMES:
            sentence = (
                f"Picture {number} is {image.mime or 'of an unknown kind'}; Bluesky takes JPEG, PNG, WebP and GIF."
            )
            findings.append(Finding(Level.BLOCK, "image.kind", sentence))
    return findings


def _check_hashtags(hashtags: tuple[str, ...]) -> list[Finding]:
    findings = []
    if len(hashtags) > LIMITS["hashtags"].value:
        sentence = f"There are {len(hashtags)} hashtags beside the text; Bluesky takes {LIMITS['hashtags'].value}."
        findings.append(Finding(Level.BLOCK, "hashtags.too_many", sentence))
    longest = LIMITS["hashtag_graphemes"].value
    findings.extend(
        Finding(Level.BLOCK, "hashtag.too_long", f"The hashtag “{tag}” is longer than {longest} characters.")
        for tag in hashtags
        if graphemes(tag) > longest
    )
    return findings


def _check_rest(message: Message) -> list[Finding]:
    findings = []
    if message.links and message.images:
        sentence = "A post has pictures or a link card, not both: the pictures are shown. Put the link into the text."
        findings.append(Finding(Level.WARN, "link.hidden_by_images", sentence))
    if len(message.links) > 1:
        findings.append(Finding(Level.WARN, "links.too_many", "Only the first link is shown as a card."))
    if message.language and not _LANGUAGE.fullmatch(message.language):
        sentence = f"“{message.language}” is not a language tag such as en or pt-BR."
        findings.append(Finding(Level.BLOCK, "language.malformed", sentence))
    return findings
