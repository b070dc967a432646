"""Bad input: each gets a clear sentence where the user is looking, and nothing half-written stays.

Here is what crosses areas. Elsewhere: limits, times and zones at the forms (`desk/preparation/tests/test_editor.py`,
`test_asking.py`, `test_settings.py`), queries (`listening/tests`), links (`desk/preparation/tests/test_answering.py`),
clocks (`publishing/tests/test_sending.py`, `workers/tests/test_tick.py`).
"""
