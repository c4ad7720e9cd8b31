"""In which language a reader wrote; of those who agreed in English to be written to, it is known."""

from typing import Any

from django.conf import settings
from django.db import migrations, models


def tell_from_consent(apps: Any, _schema_editor: Any) -> None:
    """Give the comments whose consent was stored in English its language; all others were written in Vietnamese."""
    comments = apps.get_model("comments", "Comment").objects
    comments.filter(consent_text__startswith="I agree").update(language="en")


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0005_phone_keeping"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="language",
            field=models.CharField(
                choices=settings.LANGUAGES,
                default="vi",
                editable=False,
                max_length=5,
                verbose_name="ngôn ngữ",
            ),
        ),
        migrations.RunPython(tell_from_consent, migrations.RunPython.noop),
    ]
