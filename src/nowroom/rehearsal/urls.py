from django.urls import path

from nowroom.rehearsal import views

app_name = "rehearsal"
urlpatterns = [path("", views.public, name="public")]
