"""Every translation is whole, keeps its placeholders, and is shipped compiled."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.conf import settings

from tests.house.trees import SOURCE

CATALOGUES = sorted((SOURCE / "locale").glob("*/LC_MESSAGES/django.po"))
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|</?\w+[^>]*>")


def _read(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, locale=po.parts[-3], abort_invalid=True)


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """The singular and the plural forms of a msgid or msgstr; one form where it does not count."""
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def _entries(catalogue: Catalog) -> list[Message]:
    return [entry for entry in catalogue if entry.id]


def _is_whole(entry: Message, plurals: int) -> bool:
    forms = _forms(entry.string)
    return all(forms) and not entry.fuzzy and len(forms) == (plurals if entry.pluralizable else 1)


def _keeps_placeholders(entry: Message) -> bool:
    """Whether each form has what a form of the source has: a singular may spell its number out."""
    wanted = [sorted(_PLACEHOLDER.findall(form)) for form in _forms(entry.id)]
    return all(sorted(_PLACEHOLDER.findall(form)) in wanted for form in _forms(entry.string))


def _compiled(mo: bytes) -> dict[tuple[str, str | None], list[str]]:
    entries = _entries(read_mo(BytesIO(mo)))
    return {(_forms(entry.id)[0], entry.context): _forms(entry.string) for entry in entries}


def test_a_lost_placeholder_and_an_unfinished_entry_are_found() -> None:
    assert _keeps_placeholders(Message("%(n)s of {} <b>x</b>", "<b>x</b> {} %(n)s"))
    assert _keeps_placeholders(Message(("the one", "all %(n)s"), ("die eine", "alle %(n)s")))
    assert not _keeps_placeholders(Message("%(name)s", "%(nam)s"))
    assert not _keeps_placeholders(Message("{} s ago", "vor s"))
    assert _is_whole(Message("yes", "ja"), plurals=2)
    assert not _is_whole(Message("yes", ""), plurals=2)
    assert not _is_whole(Message("yes", "ja", flags=["fuzzy"]), plurals=2)
    assert not _is_whole(Message(("a day", "days"), ("ein Tag", "")), plurals=2)


def test_every_language_but_the_source_has_a_catalogue() -> None:
    offered = {code for code, _name in settings.LANGUAGES}
    assert {po.parts[-3] for po in CATALOGUES} == offered - {settings.LANGUAGE_CODE}


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda po: po.parts[-3])
def test_every_entry_is_translated(po: Path) -> None:
    catalogue = _read(po)
    assert [entry.id for entry in _entries(catalogue) if not _is_whole(entry, catalogue.num_plurals)] == []


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda po: po.parts[-3])
def test_every_translation_keeps_its_placeholders(po: Path) -> None:
    assert [entry.string for entry in _entries(_read(po)) if not _keeps_placeholders(entry)] == []


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda po: po.parts[-3])
def test_what_is_shipped_is_what_is_written(po: Path) -> None:
    fresh = BytesIO()
    write_mo(fresh, _read(po))
    assert _compiled(po.with_suffix(".mo").read_bytes()) == _compiled(fresh.getvalue()), "run: make messages"
