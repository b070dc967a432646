"""The views read the clock, so these scenes start now; and the short ways in."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from nowroom.lib.clock import utc_now
from nowroom.people.models import Person

SignIn = Callable[[Person], Client]


@pytest.fixture
def now() -> datetime:
    """The instant at which scenes start."""
    return utc_now()


@pytest.fixture
def signed_in() -> SignIn:
    """A browser in which the person is signed in."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
