"""Every address. Whatever holds `<slug:brand>` is a brand's page: see `people.web.DeskMiddleware`."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("nowroom.people.urls")),
    path("", include("nowroom.audit.urls")),
    path("", include("nowroom.desk.urls")),
]
