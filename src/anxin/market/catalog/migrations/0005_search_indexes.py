"""Words of search entries go into their index by the hundred (an import is done sooner); the best of a shop has an index."""

import django.contrib.postgres.indexes
from django.db import migrations, models

NAME = "search_vector"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_import_failure_in_report")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER INDEX {NAME} SET (fastupdate = on, gin_pending_list_limit = 512)",
                    f"ALTER INDEX {NAME} SET (fastupdate = off)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="searchentry", name=NAME),
                migrations.AddIndex(
                    model_name="searchentry",
                    index=django.contrib.postgres.indexes.GinIndex(
                        fastupdate=True, fields=["vector"], gin_pending_list_limit=512, name=NAME
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["shop_id", "-sold_count", "-product"], name="search_of_shop"),
        ),
    ]
