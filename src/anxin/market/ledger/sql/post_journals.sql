-- Post journals that were not posted before, and change the cached balances they touch; refused balances are returned.
with posted as (
    insert into ledger_journal (id, kind, ref, shop_id, memo, legs, posted_at, reverses_id)
    select id, kind, ref, shop_id, memo, legs, posted_at, reverses_id
    from unnest(
        %(journal_ids)s::uuid[], %(kinds)s::text[], %(refs)s::text[], %(shop_ids)s::uuid[], %(memos)s::text[],
        %(leg_counts)s::smallint[], %(posted_ats)s::timestamptz[], %(reversed_ids)s::uuid[]
    ) as entry (id, kind, ref, shop_id, memo, legs, posted_at, reverses_id)
    on conflict (kind, ref) do nothing
    returning id
),
leg as (
    select leg.*
    from unnest(
        %(leg_journals)s::uuid[], %(positions)s::smallint[], %(accounts)s::uuid[], %(amounts)s::bigint[],
        %(currencies)s::text[], %(order_ids)s::uuid[], %(cached)s::boolean[], %(may_overdraw)s::boolean[]
    ) as leg (journal_id, position, account_id, amount_minor, currency, order_id, cached, may_overdraw)
    join posted on posted.id = leg.journal_id
),
written as (
    insert into ledger_posting (journal_id, position, account_id, amount_minor, currency, order_id)
    select journal_id, position, account_id, amount_minor, currency, order_id from leg
    returning 1
),
change as (
    select account_id, sum(amount_minor) as amount_minor, bool_or(may_overdraw) as may_overdraw
    from leg where cached group by account_id
),
locked as ( -- one order of locks for all: by account id
    select account.id from ledger_account as account
    where account.id in (select account_id from change)
    order by account.id
    for update
),
moved as (
    update ledger_account as account
    set balance_minor = account.balance_minor + change.amount_minor
    from change join locked on locked.id = change.account_id
    where account.id = change.account_id
      and (change.may_overdraw or change.amount_minor >= 0
           or account.balance_minor + change.amount_minor >= 0)
    returning account.id
)
select
    array(select id from posted) as posted,
    array(select account_id from change where account_id not in (select id from moved)) as refused
