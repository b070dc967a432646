from django.urls import path

from nowroom.audit import views

app_name = "audit"
urlpatterns = [
    path("b/<slug:brand>/log/", views.log, name="log"),
    path("b/<slug:brand>/log/verify/", views.verify, name="verify"),
]
