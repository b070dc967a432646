"""The desk's pages."""

from django.conf import settings
from django.urls import URLPattern, path

from nowroom.desk.views.glance import glance
from nowroom.desk.views.styleguide import styleguide

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("b/<slug:brand>/glance/", glance, name="glance"),
]
if settings.DEBUG:
    urlpatterns += [path("styleguide/", styleguide, name="styleguide")]
