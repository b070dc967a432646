"""What is being said: pure functions and small state machines over columnar batches of posts.

Nothing here knows Django, a database or the clock. Time is event time, carried by the posts.
"""
