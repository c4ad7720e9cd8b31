from typing import Any

import django.utils.timezone
from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Now


def take_last_change(apps: Any, schema_editor: Any) -> None:
    """Take what is known of articles that are there: they have waited since they were saved last, if not less."""
    apps.get_model("guidance", "Article").objects.update(stage_since=F("changed_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("guidance", "0008_attachments"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="stage_since",
            field=models.DateTimeField(
                db_default=Now(), default=django.utils.timezone.now, editable=False
            ),
        ),
        migrations.RunPython(take_last_change, migrations.RunPython.noop),
    ]
