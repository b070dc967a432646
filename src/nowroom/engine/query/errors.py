"""The one error of the query language."""


class QuerySyntaxError(ValueError):
    """A query that cannot be read.

    `line` and `column` count from 1 and point at `found`; `expected` says what would have been right there;
    `suggestion` is a sentence with a way out, or empty.
    """

    def __init__(self, position: tuple[int, int], *, found: str, expected: str, suggestion: str = "") -> None:
        self.line, self.column = position
        self.found = found
        self.expected = expected
        self.suggestion = suggestion
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        where = f"Line {self.line}, column {self.column}"
        sentence = f"{where}: found {self.found}, expected {self.expected}."
        return f"{sentence} {self.suggestion}" if self.suggestion else sentence
