"""The one error that broken rules raise."""


class Refused(Exception):  # noqa: N818 - the word of the house: a rule refuses, nothing went wrong
    """A rule said no.

    Rendered in one place: a toast on pages, problem+json on endpoints, exit status 1 on the command line.

    `code` is stable and for programs (``"hold.in_place"``); `message` is one or two sentences for the person:
    what happened, what was kept, what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
