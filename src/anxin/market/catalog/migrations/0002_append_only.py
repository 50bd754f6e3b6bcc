"""What was shown, what it cost and who changed it is never edited: triggers refuse UPDATE and DELETE."""

from django.db import migrations

GUARD = """
CREATE FUNCTION catalog_refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON catalog_productversion
    FOR EACH ROW EXECUTE FUNCTION catalog_refuse_edit();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON catalog_pricechange
    FOR EACH ROW EXECUTE FUNCTION catalog_refuse_edit();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON catalog_productchange
    FOR EACH ROW EXECUTE FUNCTION catalog_refuse_edit();
"""

UNGUARD = """
DROP TRIGGER append_only ON catalog_productversion;
DROP TRIGGER append_only ON catalog_pricechange;
DROP TRIGGER append_only ON catalog_productchange;
DROP FUNCTION catalog_refuse_edit();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
