"""The audit log's hash and its guard against change."""

from django.db import migrations

CREATE = r"""
CREATE FUNCTION people_audit_hash(
    previous bytea, seq bigint, at timestamptz, actor_id uuid, act text, subject text, detail jsonb
) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || convert_to(
        jsonb_build_array(seq, extract(epoch FROM at), actor_id, act, subject, detail)::text, 'UTF8'))
$$;

CREATE FUNCTION people_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;

CREATE TRIGGER people_audit_append_only BEFORE UPDATE OR DELETE ON people_audit
    FOR EACH ROW EXECUTE FUNCTION people_audit_refuse();
"""
DROP = """
DROP TRIGGER people_audit_append_only ON people_audit;
DROP FUNCTION people_audit_refuse();
DROP FUNCTION people_audit_hash(bytea, bigint, timestamptz, uuid, text, text, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_token_holder_view")]
    operations = [migrations.RunSQL(CREATE, DROP)]
