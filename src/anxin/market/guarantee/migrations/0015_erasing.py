"""What an erased person wrote and showed may be blanked, and nothing else: the guards of append-only tables let that through."""

from django.db import migrations, models
from django.db.models import Q

FIELDS = {  # what may be blanked, by table
    "guarantee_claimentry": ("words",),
    "guarantee_disputeentry": ("facts",),
    "guarantee_disputeevidence": ("words", "file", "poster", "erased_at"),
}
OLD_GUARDS = {
    "guarantee_claimentry": "guarantee_refuse_change",
    "guarantee_disputeentry": "guarantee_refuse_rewriting",
    "guarantee_disputeevidence": "guarantee_refuse_rewriting",
}

FORWARD = """
create function guarantee_only_blanking() returns trigger language plpgsql as $$
declare
    was jsonb := to_jsonb(old);
    is_now jsonb;
begin
    if tg_op = 'UPDATE' then
        is_now := to_jsonb(new);
        if (was - tg_argv) = (is_now - tg_argv)
           and coalesce(is_now ->> 'words', '') in ('', was ->> 'words')
           and coalesce(is_now ->> 'file', '') in ('', was ->> 'file')
           and coalesce(is_now ->> 'poster', '') in ('', was ->> 'poster')
           and ((is_now -> 'facts') is null
                or (is_now -> 'facts') in ((was -> 'facts'), (was -> 'facts') - array['note', 'why'])) then
            return new;
        end if;
    end if;
    raise exception 'what was said in a claim or a dispute is append-only: % on % is refused', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end $$;
""" + "".join(
    f"""
drop trigger {table}_append_only on {table};
create trigger {table}_append_only before update or delete on {table}
    for each row execute function guarantee_only_blanking({", ".join(f"'{name}'" for name in names)});
grant update ({", ".join(names)}) on {table} to current_user;
"""
    for table, names in FIELDS.items()
)
BACKWARD = (
    "".join(
        f"""
drop trigger {table}_append_only on {table};
create trigger {table}_append_only before update or delete on {table}
    for each row execute function {OLD_GUARDS[table]}();
revoke update ({", ".join(names)}) on {table} from current_user;
"""
        for table, names in FIELDS.items()
    )
    + "drop function guarantee_only_blanking();"
)


class Migration(migrations.Migration):
    dependencies = [("guarantee", "0014_goods_given_back")]
    operations = [
        migrations.AddField("claimevidence", "erased_at", models.DateTimeField(null=True)),
        migrations.AddField("disputeevidence", "erased_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("disputeevidence", "dispute_evidence_says_something"),
        migrations.AddConstraint(
            "disputeevidence",
            models.CheckConstraint(
                condition=~Q(words="") | ~Q(file="") | Q(erased_at__isnull=False),
                name="dispute_evidence_says_something",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddIndex(
            "dispute",
            models.Index(
                fields=["shop", "decided_at"],
                name="dispute_counterfeit",
                condition=Q(verdict_reason="counterfeit", ended_at__isnull=False),
            ),
        ),
    ]
