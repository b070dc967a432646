"""Counts per topic in event-time windows at several scales at once."""

from dataclasses import dataclass, field

from nowroom.engine.detect.level import Level

SCALES = (10, 60, 600, 3_600)
"""Lengths of the windows, in seconds; windows of a scale are aligned to 1970 and do not overlap."""


@dataclass(slots=True)
class Window:
    """The open window of one scale: its number since 1970, the posts in it, and the level learnt from those before."""

    number: int
    count: int = 0
    level: Level = field(default_factory=Level)

    def add(self, number: int) -> bool:
        """Count a post in window `number`; closes the windows before it. False if that window is closed already."""
        if number < self.number:
            self.level.total += 1
            return False
        if number > self.number:
            self.level.close(self.count, empty_after=number - self.number - 1)
            self.number, self.count = number, 0
        self.count += 1
        return True


@dataclass(slots=True)
class TopicCounts:
    """One topic's windows, by scale."""

    windows: dict[int, Window]

    @classmethod
    def since(cls, start: float) -> "TopicCounts":
        """Windows that have been open, and empty, since `start` (seconds since 1970)."""
        return cls({scale: Window(int(start // scale)) for scale in SCALES})

    def add(self, at: float) -> list[int]:
        """Count a post; the scales in whose open window it fell."""
        return [scale for scale, window in self.windows.items() if window.add(int(at // scale))]
