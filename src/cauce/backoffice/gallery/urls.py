"""Address of the gallery."""

from django.urls import path

from cauce.backoffice.gallery import views

app_name = "gallery"
urlpatterns = [path("", views.gallery, name="gallery")]
