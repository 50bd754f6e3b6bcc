"""The past cannot be changed and every journal balances: said by the database itself."""

from django.db import migrations

FORWARD = """
create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only: % on % is refused', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end $$;

create trigger ledger_journal_append_only before update or delete on ledger_journal
    for each row execute function ledger_refuse_change();
create trigger ledger_posting_append_only before update or delete on ledger_posting
    for each row execute function ledger_refuse_change();
-- Foreign keys lock the journal row, which needs the right to update it; the trigger above still refuses.
revoke delete, truncate on ledger_journal from current_user;
revoke update, delete, truncate on ledger_posting from current_user;

-- One look per statement, whatever the number of journals: each journal that was written to must have exactly the legs
-- it names and sum to zero in every currency. A posting added to an old journal fails the count.
create function ledger_check_balanced() returns trigger language plpgsql as $$
declare
    wrong uuid;
begin
    select journal.id into wrong
    from (select distinct journal_id from fresh) as touched
    join ledger_journal as journal on journal.id = touched.journal_id
    cross join lateral (
        select sum(legs)::bigint as legs, bool_or(amount_minor <> 0) as off
        from (
            select count(*) as legs, sum(posting.amount_minor) as amount_minor
            from ledger_posting as posting
            where posting.journal_id = journal.id
            group by posting.currency
        ) as by_currency
    ) as found
    where found.off or found.legs <> journal.legs
    limit 1;
    if wrong is not null then
        raise exception 'journal % does not balance', wrong using errcode = 'check_violation';
    end if;
    return null;
end $$;

create trigger ledger_journal_balances after insert on ledger_posting
    referencing new table as fresh
    for each statement execute function ledger_check_balanced();
"""

BACKWARD = """
drop trigger ledger_journal_balances on ledger_posting;
drop function ledger_check_balanced();
drop trigger ledger_posting_append_only on ledger_posting;
drop trigger ledger_journal_append_only on ledger_journal;
drop function ledger_refuse_change();
grant update, delete, truncate on ledger_journal, ledger_posting to current_user;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
