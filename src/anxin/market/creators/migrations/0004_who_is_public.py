"""The published view of open creators says who each one is: a person or a shop."""

from django.db import migrations

NEW = """
create or replace view creators_public_creator as
select id as creator_id, version, person_id, shop_id from creators_creator where state = 'open'
"""
OLD = """
drop view creators_public_creator;
create view creators_public_creator as select id as creator_id, version from creators_creator where state = 'open'
"""


class Migration(migrations.Migration):
    dependencies = [("creators", "0003_settled_months")]
    operations = [migrations.RunSQL(NEW, OLD)]
