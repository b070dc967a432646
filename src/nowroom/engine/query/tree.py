"""The tree of a query, and what a post looks like to it. All strings in the tree are folded."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PostView:
    """One post as queries see it: folded words in order, marks, and metadata."""

    words: tuple[str, ...]
    marks: frozenset[str] = frozenset()
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    terms: frozenset[str] = field(init=False)
    spoken: str = field(init=False)

    def __post_init__(self) -> None:
        tag_names = {mark[1:] for mark in self.marks if mark.startswith("#")}
        object.__setattr__(self, "terms", frozenset(self.words) | tag_names)
        object.__setattr__(self, "spoken", f" {' '.join(self.words)} ")

    def metadata(self, name: str) -> tuple[str, ...]:
        """The folded words of one metadata field; empty if the post has none."""
        return next((words for key, words in self.fields if key == name), ())

    def without_place(self) -> "PostView":
        """The same post as if nobody knew where it comes from."""
        kept = tuple(pair for pair in self.fields if pair[0] != "place")
        return PostView(self.words, self.marks, kept)


@dataclass(frozen=True, slots=True)
class Word:
    """A word, an emoji, or the joined name of a hashtag."""

    text: str

    def matches(self, post: PostView) -> bool:
        return self.text in post.terms


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand side by side in this order."""

    words: tuple[str, ...]

    def matches(self, post: PostView) -> bool:
        return f" {' '.join(self.words)} " in post.spoken


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that starts so."""

    stem: str

    def matches(self, post: PostView) -> bool:
        return any(term.startswith(self.stem) for term in post.terms)


@dataclass(frozen=True, slots=True)
class Mark:
    """A hashtag or handle, with its sign."""

    text: str

    def matches(self, post: PostView) -> bool:
        return self.text in post.marks


@dataclass(frozen=True, slots=True)
class Field:
    """A metadata field whose value holds these words side by side."""

    name: str
    words: tuple[str, ...]

    def matches(self, post: PostView) -> bool:
        value = post.metadata(self.name)
        return f" {' '.join(self.words)} " in f" {' '.join(value)} "


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"

    def matches(self, post: PostView) -> bool:
        return not self.part.matches(post)


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Node", ...]

    def matches(self, post: PostView) -> bool:
        return all(part.matches(post) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]

    def matches(self, post: PostView) -> bool:
        return any(part.matches(post) for part in self.parts)


Node = Word | Phrase | Prefix | Mark | Field | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: what was written, and its tree."""

    source: str
    root: Node

    def matches(self, post: PostView) -> bool:
        """Whether the post satisfies the query."""
        return self.root.matches(post)


def is_bounded(node: Node) -> bool:
    """Whether a post must hold something particular to match; ``NOT a`` and ``a OR NOT b`` are unbounded."""
    match node:
        case Not():
            return False
        case And(parts):
            return any(is_bounded(part) for part in parts)
        case Or(parts):
            return all(is_bounded(part) for part in parts)
        case _:
            return True
