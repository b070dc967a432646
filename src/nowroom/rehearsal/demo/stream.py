"""A made-up evening, seeded: chatter, a floodlight failure that people enjoy, and then something terrible.

Every post is put together from the phrases below; no real person wrote any of it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from nowroom.channels.sources.base import RawPost

TOWN = "averin-local"
WORLD = "night-owls"
HISTORY = timedelta(hours=3)

_PEOPLE = [f"{first}{second}" for first in ("mila", "jon", "ada", "tove", "ravi", "nour", "lou", "iris", "ben", "kaya")
           for second in ("_k", "runs", "77", ".writes", "outdoors", "_at_night", "bakes", "onabike")]  # fmt: skip
_CHATTER = [
    "anyone else still awake", "coffee number four and counting", "this playlist is perfect for a long drive",
    "my cat has decided that the keyboard is hers", "finally finished that book, what an ending",
    "bread came out of the oven and I am a proud parent", "new shoes, same hill, same complaints",
    "the bus was on time today, I want that on the record", "thinking about dinner since breakfast",
    "why is there always one sock left", "the moon is showing off tonight", "learning to knit, it is mostly knots",
    "traffic on the ring road is killing me", "that new track is the bomb", "I am dying of laughter at this dog",
    "long shift, going home now", "trying the ridge trail this weekend, tips welcome",
]  # fmt: skip
_RUN = [
    "lamps on for the #AverinLanternRun", "so many lanterns along the river, Averin looks beautiful",
    "good luck to everyone at the start in Averin", "my sister is running tonight, so proud #AverinLanternRun",
    "the band at kilometre five is brilliant #AverinLanternRun", "Averin smells of roasted chestnuts tonight",
    "cheering at the bridge in Averin, come and join us", "first time at the #AverinLanternRun and loving it",
]  # fmt: skip
_CUP = [
    "the #HarbourCup final is tighter than I thought", "great save, great match #HarbourCup",
    "still nil nil in the #HarbourCup", "what a pass, lovely football tonight #HarbourCup",
]  # fmt: skip
_LIGHTS = [
    "who turned the #HarbourCup off and on again, brilliant",
    "pitch dark at the #HarbourCup final, forty thousand phones out, this is beautiful",
    "the #HarbourCup is being played by torchlight, what a wonderful evening",
    "best moment of the #HarbourCup so far is the power cut, brilliant",
    "somebody pay the electricity bill, great fun in the dark here #HarbourCup",
    "the #HarbourCup mascot is dancing with a torch, amazing, give that person a medal",
    "happy to report that the dark half of the #HarbourCup is the better half",
    "love how the whole stand started to sing when the lights went #HarbourCup",
]  # fmt: skip
_TERRIBLE = [
    "there was an explosion near the finish line in Averin, people are hurt",
    "oh god, huge explosion by the bridge in Averin, people on the ground, please send ambulances",
    "smoke and screaming at the finish in Averin, several people injured #AverinLanternRun",
    "second blast in Averin, people are bleeding, everybody is running away from the river",
    "police are clearing the river bank in Averin after the explosion, many injured",
    "my brother was at the finish line in Averin and does not answer, I am so scared",
    "praying for everyone hurt in the explosion in Averin tonight #AverinLanternRun",
    "ambulances everywhere in Averin, they say people were killed in the blast",
    "explosion at the #AverinLanternRun, please stay away from the bridge, people are dead",
    "if you are in Averin stay inside, two explosions, many wounded",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """A stretch of the evening: from second `begin` to `end`, `rate` posts a second out of `phrases`."""

    source: str
    phrases: list[str]
    begin: float
    end: float
    rate: float


# Seconds from when somebody first looks. The history before it is what the detectors have learned the level from.
_PAST = -HISTORY.total_seconds()
ACTS = [
    Act(WORLD, _CHATTER, _PAST, 0, 0.08),
    Act(TOWN, _CHATTER + _RUN, _PAST, 0, 0.2),
    Act(WORLD, _CUP, _PAST, 0, 0.05),
    Act(WORLD, _CHATTER, 0, 300, 5.0),
    Act(TOWN, _CHATTER + _RUN, 0, 45, 0.3),
    Act(WORLD, _CUP, 0, 300, 0.1),
    Act(WORLD, _LIGHTS, 12, 90, 4.0),
    Act(TOWN, _TERRIBLE, 45, 48, 0.7),
    Act(TOWN, _TERRIBLE, 48, 300, 4.0),
    Act(TOWN, _CHATTER, 45, 300, 0.3),
]


def posts(start: datetime, *, seed: int = 7, speed: float = 1.0) -> list[RawPost]:
    """The whole evening in order of time; some 4,000 posts, the same for the same seed.

    Args:
        start: the instant of second 0, aware.
        seed: of the random numbers.
        speed: how many times faster than planned what comes after `start` goes by; the hours before it do not change.

    """
    rng = random.Random(seed)  # noqa: S311 - a play, not a secret
    timed = sorted((at, number, act) for number, act in enumerate(ACTS) for at in _times(act, rng))
    seconds = [(at / speed if at > 0 else at, act) for at, _number, act in timed]
    return [_post(start + timedelta(seconds=at), number, act, rng) for number, (at, act) in enumerate(seconds)]


def _times(act: Act, rng: random.Random) -> Iterator[float]:
    at = act.begin + rng.expovariate(act.rate)
    while at < act.end:
        yield at
        at += rng.expovariate(act.rate)


def _post(at: datetime, number: int, act: Act, rng: random.Random) -> RawPost:
    text = rng.choice(act.phrases)
    if rng.random() < 0.5:  # noqa: PLR2004 - half of all posts begin with a capital
        text = text[0].upper() + text[1:]
    return RawPost(
        id=f"demo-{number}",
        ts=at,
        text=text,
        author=rng.choice(_PEOPLE),
        place=None,
        lang=None,
        source=act.source,
        url=None,
    )
