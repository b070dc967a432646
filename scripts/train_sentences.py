"""Sentences of our own that the public data lacks: first words of witnesses, and figures of speech.

Every template is combined with every filler, so that a model learns the frame and not one filler. None of them
appears in a test.
"""

from itertools import product

_PLACES = (
    "the station", "the mall", "the stadium", "downtown", "the airport", "our school", "the square", "the bridge",
    "the concert", "the market", "the office", "the church", "the parade", "the beach", "my street", "the harbour",
)  # fmt: skip

_REPORTS = (
    "explosion at {}",
    "there was just an explosion at {}",
    "huge explosion near {}",
    "two explosions heard at {}",
    "just heard a massive bang at {}, people running",
    "omg something just blew up at {}",
    "omg a bomb just went off at {}",
    "bomb at {} oh my god",
    "did anyone else hear that explosion at {}?",
    "hearing reports of an explosion at {}",
    "reports of gunshots at {}, stay away",
    "shots fired at {} everyone is screaming",
    "someone is shooting at {}",
    "there are people bleeding at {}",
    "people hurt at {}, ambulances everywhere",
    "i see bodies on the ground at {}",
    "car just drove into the crowd at {}",
    "man with a knife attacking people at {}",
    "fire at {}, people are trapped inside",
    "building collapsed at {}",
    "the roof came down at {}, many injured",
    "police say several dead after attack at {}",
    "at least three killed at {}",
    "stampede at {}, kids are hurt",
    "praying for everyone at {}",
    "oh my god what is happening at {}, so many ambulances",
    "my sister was at {} please tell me she is safe",
    "is everyone at {} ok? i heard about the explosion",
    "please be safe everyone at {}",
    "we are being evacuated from {}, nobody knows why",
)

_FIGURES = (
    ("this {} is killing me", ("game", "homework", "heat", "commute", "song", "meeting", "diet", "monday", "traffic")),
    ("my {} are killing me", ("feet", "shoes", "allergies", "legs", "neighbours", "exams")),
    ("you killed it at the {} last night", ("show", "gig", "party", "audition", "game")),
    ("that new {} is the bomb", ("album", "burger", "restaurant", "haircut", "coffee")),
    ("bomb {} dropping tonight", ("track", "mixtape", "playlist", "beat", "collab")),
    ("this {} is bomb", ("pizza", "soup", "outfit", "sauce", "lipstick")),
    ("i am dying of laughter at this {}", ("video", "meme", "photo", "cat", "show")),
    ("my {} just died again", ("phone", "laptop", "battery", "car", "headphones")),
    ("my {} is blowing up today", ("phone", "inbox", "timeline", "group chat")),
    ("we had a blast at the {}", ("zoo", "party", "wedding", "game", "beach", "race")),
    ("this {} is fire", ("beat", "verse", "outfit", "lineup", "album")),
    ("our {} is on fire tonight", ("team", "offence", "striker", "bullpen", "goalie")),
    ("that {} was a disaster lol", ("haircut", "date", "cake", "exam", "first half")),
    ("total train wreck of a {}", ("season", "interview", "episode", "debate")),
    ("they got destroyed in the {}", ("final", "second half", "derby", "playoffs")),
    ("what a shot by the {}", ("captain", "rookie", "keeper", "point guard")),
    ("shooting a {} all day tomorrow", ("video", "commercial", "wedding", "film", "lookbook")),
    ("attack from the left, the {} scores", ("striker", "winger", "captain", "defender")),
    ("i nearly had a heart attack during that {}", ("penalty", "movie", "ride", "overtime")),
    ("rip my {}", ("sleep schedule", "bank account", "diet", "phone screen", "gpa")),
    ("flooded with {} today", ("emails", "orders", "birthday wishes", "memories", "homework")),
    ("the {} crashed again, thanks a lot", ("app", "website", "server", "game", "update")),
    ("i would kill for a {} right now", ("coffee", "burger", "nap", "holiday", "donut")),
    ("{} to die for", ("cheesecake", "shoes", "views", "a dress", "brownies")),
    ("dead tired after {}", ("work", "leg day", "the night shift", "the gym")),
    ("drowning in {}", ("homework", "laundry", "deadlines", "paperwork", "coffee")),
    ("sick {} bro", ("beat", "trick", "jump", "edit", "ride")),
    ("going viral with this {}", ("dance", "recipe", "tweet", "trailer")),
    ("taking the {} by storm", ("charts", "internet", "industry", "league")),
    ("explosion of {} in every bite", ("flavour", "chocolate", "spices", "caramel")),
    ("praying i pass this {}", ("exam", "driving test", "class", "final")),
    ("breaking: our new {} is out now", ("menu", "single", "trailer", "store", "jersey")),
    ("emergency {} needed", ("pizza", "chocolate", "coffee", "cuddles")),
    (
        "watching {} all weekend",
        ("the walking dead", "grey's anatomy", "csi", "breaking bad", "war movies"),
    ),
    ("playing {} with the boys", ("call of duty", "battlefield", "left 4 dead", "bomberman", "counter strike")),
    ("{} killed that performance", ("she", "he", "they", "the band", "the choir")),
    ("the crowd went wild when the {} exploded", ("confetti", "fireworks", "chorus", "beat drop")),
    ("the police {} are coming back", ("concert tickets", "album reissue", "tribute band")),
    ("happy {} to all the runners and riders", ("race day", "start", "finish", "medal day")),
    ("i want to murder a {}", ("kebab", "curry", "burger", "pint")),
    ("battle of the {} tonight", ("bands", "sexes", "chefs", "brands")),
    ("price war on {} heats up", ("phones", "groceries", "flights", "streaming")),
)


def reports() -> list[str]:
    """First words of witnesses and worried people."""
    return [template.format(place) for template, place in product(_REPORTS, _PLACES)]


def figures() -> list[str]:
    """Figures of speech that sound like harm and mean none."""
    return [template.format(filler) for template, fillers in _FIGURES for filler in fillers]
