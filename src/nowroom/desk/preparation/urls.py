from django.urls import URLPattern, path

from nowroom.desk.preparation.views import answering, approvals, asking, editor, library

urlpatterns: list[URLPattern] = [
    path("yes/<str:token>/", answering.answer, name="answer"),
    path("yes/<str:token>/pictures/<int:pk>/", answering.answer_image, name="answer_image"),
    path("b/<slug:brand>/approvals/", approvals.approvals, name="approvals"),
    path("b/<slug:brand>/approvals/<int:pk>/", answering.ask, name="ask"),
    path("b/<slug:brand>/approvals/<int:pk>/letter/", approvals.send_letter, name="send_letter"),
    path("b/<slug:brand>/requests/<int:pk>/withdraw/", approvals.withdraw, name="withdraw"),
    path("b/<slug:brand>/assets/", library.assets, name="assets"),
    path("b/<slug:brand>/assets/new/", editor.asset_new, name="asset_new"),
    path("b/<slug:brand>/assets/check/", editor.asset_check, name="asset_check"),
    path("b/<slug:brand>/assets/<int:pk>/", editor.asset, name="asset"),
    path("b/<slug:brand>/assets/<int:pk>/ask/", asking.ask_new, name="ask_new"),
    path("b/<slug:brand>/pictures/<int:pk>/", library.image, name="image"),
]
