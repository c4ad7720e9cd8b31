"""A file that waits to be loaded is written encrypted by `dumpdata`, too. The column stays as it is."""

from django.db import migrations

import hanoi_portal.sealed_fields


class Migration(migrations.Migration):
    dependencies = [("hanoi_portal", "0006_search_shown")]

    operations = [
        migrations.AlterField(
            model_name="importrun",
            name="content",
            field=hanoi_portal.sealed_fields.SealedTextField(
                blank=True, editable=False, null=True, verbose_name="tệp, nén"
            ),
        ),
    ]
