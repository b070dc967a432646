"""Every address. Whatever holds `<slug:brand>` is a brand's page: see `people.web.DeskMiddleware`."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("nowroom.people.urls")),
    path("", include("nowroom.audit.urls")),
    path("", include("nowroom.desk.urls")),
]

if settings.STAND_IN_FILE:
    urlpatterns.append(path("public/", include("nowroom.rehearsal.urls")))
