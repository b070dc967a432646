"""How a moment goes on."""

from nowroom.planning.models import MomentState

S = MomentState
NEXT: dict[MomentState, frozenset[MomentState]] = {
    S.IDEA: frozenset({S.PLANNED, S.PASSED}),
    S.PLANNED: frozenset({S.READY, S.LIVE, S.PASSED}),
    S.READY: frozenset({S.PLANNED, S.LIVE, S.PASSED}),
    S.LIVE: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
    S.PASSED: frozenset({S.PLANNED}),
}
