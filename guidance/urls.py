"""Addresses of the guidance app: public pages, the feed, and the editor's pictures under /quan-tri/."""

from django.urls import path

from . import attachments, documents, feedback, feeds, outside, pictures, view_counts, views

urlpatterns = [
    path("huong-dan/", views.list_articles, name="article-list"),
    path("huong-dan/chuyen-muc/<slug:slug>/", views.show_category, name="category"),
    path("huong-dan/danh-cho/<slug:slug>/", views.show_audience, name="audience"),
    path("huong-dan/the/<slug:slug>/", views.show_tag, name="tag"),
    path("huong-dan/tuyen-bai/<slug:slug>/", views.show_series, name="series"),
    path("huong-dan/xem-truoc/<str:token>/", outside.show_preview, name="preview"),
    path(
        "huong-dan/xem-truoc/<str:token>/tep/<int:pk>/", outside.download_file, name="preview-file"
    ),
    path("huong-dan/luot-xem/<int:pk>.gif", view_counts.count_view, name="article-view"),
    path("huong-dan/<slug:slug>/huu-ich/", feedback.answer_useful, name="article-useful"),
    path(
        "huong-dan/<slug:slug>/tep/<int:pk>/",
        attachments.download_attachment,
        name="article-file",
    ),
    path("huong-dan/<slug:slug>/", views.show_article, name="article"),
    path("van-ban/", documents.list_documents, name="document-list"),
    path("van-ban/<slug:slug>/", documents.show_document, name="document"),
    path("van-ban/<slug:slug>/tep/", documents.download_file, name="document-file"),
    path("rss/", feeds.rss, name="rss"),
    path("atom/", feeds.atom, name="atom"),
    *(
        path(f"huong-dan/{shelf}/<slug:slug>/{form}/", feed, {"shelf": shelf}, f"{shelf}-{form}")
        for shelf in feeds.SHELVES
        for form, feed in (("rss", feeds.rss), ("atom", feeds.atom))
    ),
    # django-ckeditor asks for these two by name. Below /quan-tri/, where the editor's policy holds.
    path("quan-tri/soan-thao/tai-len/", pictures.upload_picture, name="ckeditor_upload"),
    path("quan-tri/soan-thao/anh/", pictures.choose_picture, name="ckeditor_browse"),
]
