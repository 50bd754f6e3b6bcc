-- Open the accounts that do not exist yet; a cached one starts at zero.
insert into ledger_account (id, owner_kind, owner_id, purpose, currency, balance_minor, opened_at)
select id, owner_kind, owner_id, purpose, currency, case when cached then 0 end, %(now)s
from unnest(
    %(ids)s::uuid[], %(owner_kinds)s::text[], %(owner_ids)s::uuid[],
    %(purposes)s::text[], %(currencies)s::text[], %(cached)s::boolean[]
) as account (id, owner_kind, owner_id, purpose, currency, cached)
order by id
on conflict do nothing
