"""Plans: what is read from them, and the sentence that each mistake gets."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nowroom.rehearsal.plan import PlanError, read_plan

_GOOD = """
[brand]
name = "Stride"
places = ["Averin"]

[[source]]
name = "town"
place = "Averin"

[[topic]]
name = "brand"
query = "stride"

[[delivery]]
id = "one"
account = "bluesky:stride"
text = "Hello"
due = 2026-03-02T19:00:00Z
window = "20m"
tags = ["running"]

[policy]
threat = "ask"
"""


def _plan(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_in_a_plan_is_read(tmp_path: Path) -> None:
    plan = read_plan(_plan(tmp_path, _GOOD))
    assert (plan.brand, plan.places, plan.threat) == ("Stride", ("Averin",), "ask")
    assert [(source.name, source.place) for source in plan.sources] == [("town", "Averin")]
    assert [(topic.name, topic.query) for topic in plan.topics] == [("brand", "stride")]
    (one,) = plan.deliveries
    assert (one.id, one.channel, one.handle, one.tags) == ("one", "bluesky", "stride", ("running",))
    assert (one.due, one.window) == (datetime(2026, 3, 2, 19, tzinfo=UTC), timedelta(minutes=20))


def test_what_may_be_left_out_has_a_default(tmp_path: Path) -> None:
    short = '[brand]\nname = "S"\n[[delivery]]\nid = "a"\naccount = "x:y"\ntext = "t"\ndue = 2026-03-02T19:00:00Z\n'
    plan = read_plan(_plan(tmp_path, short))
    assert (plan.places, plan.sources, plan.topics, plan.threat) == ((), (), (), "hold")
    assert plan.deliveries[0].window == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[brand]", "[brand", "is no TOML: "),
        ('[brand]\nname = "Stride"\nplaces = ["Averin"]', "", "The plan has no [brand]."),
        ('name = "Stride"', "", "[brand]: name is missing."),
        ('name = "Stride"', 'name = "  "', "[brand]: name is missing."),
        ('places = ["Averin"]', 'places = "Averin"', "[brand]: places is a list of words."),
        ('name = "town"', "", "[[source]]: name is missing."),
        ('query = "stride"', "query = 7", "[[topic]]: query is missing."),
        ("[[topic]]", "[topic]", "topic is a list of tables: write [[topic]]."),
        ("[[delivery]]", "[[deliveries]]", "The plan has no [[delivery]]: there is nothing to rehearse."),
        ('id = "one"', "", "[[delivery]] 1: id is missing."),
        ('account = "bluesky:stride"', 'account = "bluesky"', "expected channel:handle as in bluesky:stride."),
        ('text = "Hello"', 'text = ""', "[[delivery]] one: text is missing."),
        ("19:00:00Z", "19:00:00", "[[delivery]] one: due needs a time with a zone, as in 2013-04-15T19:00:00Z."),
        ("due = 2026-03-02T19:00:00Z", 'due = "soon"', "due needs a time with a zone"),
        ('"20m"', '"0m"', "[[delivery]] one: window is “0m”, expected a length such as 20m, 2h or 90s."),
        ('"20m"', '"a while"', "window is “a while”"),
        ('"20m"', '"99999999999d"', "window is “99999999999d”"),
        ('tags = ["running"]', "tags = [1]", "[[delivery]] one: tags is a list of words."),
        ('threat = "ask"', 'threat = "panic"', "[policy]: threat is “panic”, expected hold, ask or off."),
        ('[policy]\nthreat = "ask"', "", ""),
    ],
)
def test_each_mistake_gets_its_sentence(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in _GOOD
    path = _plan(tmp_path, _GOOD.replace(old, new, 1))
    if not sentence:
        assert read_plan(path).threat == "hold"
        return
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    assert sentence in str(caught.value)


def test_an_id_twice_is_a_mistake(tmp_path: Path) -> None:
    again = _GOOD[_GOOD.index("[[delivery]]") : _GOOD.index("[policy]")]
    with pytest.raises(PlanError, match="Two deliveries have the id “one”"):
        read_plan(_plan(tmp_path, again + _GOOD))


@pytest.mark.parametrize("policy", ['policy = "hold"', "policy = 3"])
def test_a_policy_that_is_no_table_is_a_mistake(tmp_path: Path, policy: str) -> None:
    text = _GOOD.replace('[policy]\nthreat = "ask"', "", 1)
    with pytest.raises(PlanError, match="policy"):
        read_plan(_plan(tmp_path, f"{policy}\n{text}"))


def test_a_plan_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="cannot be read: No such file or directory"):
        read_plan(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PlanError, match="is no TOML"):
        read_plan(tmp_path / "bytes.toml")
