from django.urls import path

from nowroom.desk.operations.views import alerts, calendar, hold_sheet, holds, live, queue, wall

urlpatterns = [
    path("b/<slug:brand>/", wall.wall, name="wall"),
    path("b/<slug:brand>/tiles/<slug:name>/", wall.tile, name="tile"),
    path("b/<slug:brand>/mentions/new/", wall.mentions, name="new_mentions"),
    path("b/<slug:brand>/play/", wall.play, name="play"),
    path("b/<slug:brand>/live/", live.live, name="live"),
    path("b/<slug:brand>/queue/", queue.index, name="queue"),
    path("b/<slug:brand>/queue/<int:pk>/", queue.detail, name="delivery"),
    path("b/<slug:brand>/queue/<int:pk>/go/", queue.go, name="go"),
    path("b/<slug:brand>/queue/<int:pk>/drop/", queue.drop, name="drop"),
    path("b/<slug:brand>/queue/<int:pk>/reschedule/", queue.reschedule, name="reschedule"),
    path("b/<slug:brand>/queue/<int:pk>/take-down/", queue.take_down, name="take_down"),
    path("b/<slug:brand>/queue/<int:pk>/settle/", queue.settle, name="settle"),
    path("b/<slug:brand>/hold/", hold_sheet.sheet, name="hold"),
    path("b/<slug:brand>/hold/count/", hold_sheet.count, name="hold_count"),
    path("b/<slug:brand>/holds/", holds.index, name="holds"),
    path("b/<slug:brand>/holds/<int:pk>/", holds.detail, name="hold_detail"),
    path("b/<slug:brand>/holds/<int:pk>/release/<int:delivery>/", holds.release, name="release"),
    path("b/<slug:brand>/holds/<int:pk>/release/", holds.release_all, name="release_all"),
    path("b/<slug:brand>/holds/<int:pk>/lift/", holds.lift, name="lift"),
    path("b/<slug:brand>/alerts/<int:pk>/", alerts.alert, name="alert"),
    path("b/<slug:brand>/calendar/", calendar.index, name="calendar"),
    path("b/<slug:brand>/calendar/add/", calendar.add, name="moment_add"),
    path("b/<slug:brand>/calendar/<int:pk>/", calendar.move, name="moment_move"),
]
