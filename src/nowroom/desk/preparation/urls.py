from django.urls import URLPattern, path

from nowroom.desk.preparation.views import answering, library

urlpatterns: list[URLPattern] = [
    path("yes/<str:token>/", answering.answer, name="answer"),
    path("yes/<str:token>/pictures/<int:pk>/", answering.answer_image, name="answer_image"),
    path("b/<slug:brand>/approvals/<int:pk>/", answering.ask, name="ask"),
    path("b/<slug:brand>/pictures/<int:pk>/", library.image, name="image"),
]
