"""Public addresses of the comments app."""

from django.urls import path

from . import feeds, reading_views, receipt_views, report_views, views

urlpatterns = [
    path("huong-dan/<slug:slug>/binh-luan/", views.write_comment, name="comment-write"),
    path(
        "huong-dan/<slug:slug>/binh-luan/tat-ca/", reading_views.list_comments, name="comment-list"
    ),
    path("huong-dan/<slug:slug>/binh-luan/rss/", feeds.newest_comments, name="comment-feed"),
    path("binh-luan/<int:number>/", reading_views.show_comment, name="comment-show"),
    path("binh-luan/<int:number>/bao-cao/", report_views.report, name="comment-report"),
    path("binh-luan/da-gui/", views.show_sent, name="comment-sent"),
    path("binh-luan/tra-cuu/", receipt_views.look_up, name="comment-lookup"),
    path("binh-luan/so-lieu/", views.show_figures, name="comment-figures"),
    path("binh-luan/quy-tac/", views.show_rules, name="comment-rules"),
]
