"""Every address of the portal starts here. Apps are named by string only."""

from django.contrib import admin
from django.urls import include, path

from . import crawlers, metrics, views
from .search import views as search_views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("guidance.urls")),
    path("", include("comments.urls")),
    path("", include("campaigns.urls")),
    path("", include("hanoi_portal.account_urls")),
    path("", include("hanoi_portal.pages")),
    path("tim-kiem/", search_views.search, name="search"),
    path("tim-kiem/goi-y/", search_views.suggest, name="search-suggest"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path("quan-tri/", admin.site.urls),
    path("captcha/", include("comments.human_check.urls")),
    path("tep/<path:name>", views.public_file, name="public-file"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", metrics.show, name="metrics"),
]

handler400 = "hanoi_portal.views.bad_request"
handler403 = "hanoi_portal.views.permission_denied"
handler404 = "hanoi_portal.views.not_found"
handler429 = "hanoi_portal.views.too_many_requests"  # allauth asks for it by this name
handler500 = "hanoi_portal.views.server_error"
