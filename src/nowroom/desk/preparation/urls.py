from django.urls import URLPattern, path

from nowroom.desk.preparation.views import answering, approvals, asking, editor, library, listening, settings

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
    path("b/<slug:brand>/listening/", listening.listening, name="listening"),
    path("b/<slug:brand>/listening/check/", listening.query_check, name="query_check"),
    path("b/<slug:brand>/listening/sources/", listening.source_new, name="source_new"),
    path("b/<slug:brand>/listening/sources/<int:pk>/", listening.source_switch, name="source_switch"),
    path("b/<slug:brand>/listening/topics/", listening.topic_new, name="topic_new"),
    path("b/<slug:brand>/listening/topics/<int:pk>/", listening.topic, name="topic"),
    path("b/<slug:brand>/settings/", settings.settings, name="settings"),
    path("b/<slug:brand>/settings/policy/", settings.policy, name="policy"),
    path("b/<slug:brand>/settings/places/", settings.places, name="places"),
    path("b/<slug:brand>/settings/accounts/connect/<slug:channel>/", settings.account_new, name="account_new"),
    path("b/<slug:brand>/settings/accounts/<int:pk>/", settings.account, name="account"),
    path(
        "b/<slug:brand>/settings/accounts/<int:pk>/disconnect/", settings.account_disconnect, name="account_disconnect"
    ),
]
