"""The desk's pages."""

from django.conf import settings
from django.urls import URLPattern, path

from nowroom.desk.operations.urls import urlpatterns as operations
from nowroom.desk.preparation.urls import urlpatterns as preparation
from nowroom.desk.views.glance import glance
from nowroom.desk.views.styleguide import styleguide

app_name = "desk"
urlpatterns: list[URLPattern] = [
    *operations,
    *preparation,
    path("b/<slug:brand>/glance/", glance, name="glance"),
]
if settings.DEBUG:
    urlpatterns += [path("styleguide/", styleguide, name="styleguide")]
