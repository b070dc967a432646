from django.urls import path

from nowroom.people import views

app_name = "people"
urlpatterns = [
    path("", views.home, name="home"),
    path("welcome/", views.welcome, name="welcome"),
    path("me/", views.me, name="me"),
    path("b/<slug:brand>/people/", views.members, name="members"),
    path("b/<slug:brand>/people/<int:member>/remove/", views.remove, name="remove"),
    path("b/<slug:brand>/people/<int:member>/restore/", views.restore, name="restore"),
]
