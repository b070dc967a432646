"""The desk while it is live: wall, queue, holds, alerts, calendar, live feed."""
