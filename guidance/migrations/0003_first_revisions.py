"""Gives each article that was there before revisions its first one: the text it has now."""

from django.db import migrations
from django.utils import timezone

TEXT_FIELDS = ("title", "slug", "category_id", "summary", "body", "author_name", "source_name")


def keep_first_revisions(apps, schema_editor):
    """Write a revision for each article that has none, and since when readers have got it."""
    Article = apps.get_model("guidance", "Article")
    Revision = apps.get_model("guidance", "Revision")
    without = Article.objects.filter(revisions=None)
    for article in without.iterator(chunk_size=100):
        Revision.objects.create(
            article_id=article.pk,
            saved_at=article.changed_at,
            saved_by_id=article.created_by_id,
            shown_at=None if article.state == "draft" else article.published_at or timezone.now(),
            **{name: getattr(article, name) for name in TEXT_FIELDS},
        )
        if article.state != "draft":
            # An update and not a save: the articles have not changed today.
            Article.objects.filter(pk=article.pk).update(text_changed_at=article.changed_at)


class Migration(migrations.Migration):
    dependencies = [("guidance", "0002_article_life")]
    operations = [migrations.RunPython(keep_first_revisions, migrations.RunPython.noop)]
