from typing import Any

from django.db import migrations, models

# SQLite adds the column by writing the table anew, and the old table takes its trigger (0002_search) along.
TRIGGER = (
    "CREATE TRIGGER IF NOT EXISTS portal_search_forget AFTER DELETE ON hanoi_portal_searchentry BEGIN "
    "DELETE FROM portal_search_index WHERE rowid = old.id; END"
)


def restore_trigger(apps: Any, schema_editor: Any) -> None:
    """Have the index lose a row with its entry again."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(TRIGGER)


class Migration(migrations.Migration):
    dependencies = [
        ("hanoi_portal", "0002_search"),
    ]

    operations = [
        # Going back, the trigger is restored after the column has gone.
        migrations.RunPython(migrations.RunPython.noop, restore_trigger),
        migrations.AddField(
            model_name="searchentry",
            name="tags",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.RunPython(restore_trigger, migrations.RunPython.noop),
    ]
