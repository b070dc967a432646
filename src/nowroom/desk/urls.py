from nowroom.desk.operations.urls import urlpatterns as operations
from nowroom.desk.preparation.urls import urlpatterns as preparation

app_name = "desk"
urlpatterns = [*operations, *preparation]
