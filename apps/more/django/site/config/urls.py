from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import path, re_path
from shop import views
urlpatterns = [path("", views.home), path("items/", views.items), path("date/", views.date), path("image/", views.image), path("csv/", views.as_csv), path("tz/", views.tz), path("mail/", views.mail), path("feed/", views.Feed()), path("boom/", views.boom), path("xml/", views.as_xml), path("admin/", admin.site.urls), re_path(r"^static/(?P<path>.*)$", serve, {"insecure": True})]
