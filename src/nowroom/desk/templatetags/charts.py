"""Charts drawn on the server: plain SVG shapes, with the same numbers as a table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import template

register = template.Library()

WIDTH, HEIGHT = 600, 96
_GAP = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in the chart's own units, with what it stands for."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: float
    loud: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """A bar chart of `WIDTH` × `HEIGHT` units; `expected_y` is the height of the line for what was expected."""

    bars: tuple[Bar, ...]
    peak: float
    expected_y: float | None


@register.simple_tag
def plot_bars(points: Sequence[tuple[str, float]], expected: float | None = None) -> Plot:
    """Bars for (label, value) points, those more than twice as high as was expected marked as loud."""
    peak = max([value for _, value in points] + [expected or 0, 1])
    step = WIDTH / max(len(points), 1)
    bars = tuple(_bar(i, point, step, peak, expected) for i, point in enumerate(points))
    return Plot(bars, peak, None if expected is None else _y(expected, peak))


def _bar(index: int, point: tuple[str, float], step: float, peak: float, expected: float | None) -> Bar:
    label, value = point
    y = _y(value, peak)
    loud = expected is not None and value > 2 * expected
    return Bar(round(index * step, 2), y, round(max(step - _GAP, 1), 2), round(HEIGHT - y, 2), label, value, loud)


def _y(value: float, peak: float) -> float:
    return round(HEIGHT * (1 - value / peak), 2)
