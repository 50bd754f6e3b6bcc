-- Statement lines whose journal moved another amount to or from the merchant (its balances, deposits, debts), and releases without a line.
with moved as (
    select kind, ref, sum(amount_minor) as minor
    from ledger_public_postings
    where owner_kind = 'shop'
      and kind in ('settlement.released', 'payment.refund_requested')
    group by kind, ref
)
select coalesce(line.ref, moved.ref) as ref, line.net_minor, moved.minor::bigint as journal_minor
from (select * from settlement_line where trade_type in (0, 1)) as line
full join moved on moved.kind = line.journal_kind and moved.ref = line.ref
where coalesce(line.net_minor, 0) <> coalesce(moved.minor, 0)
   or (line.ref is null) <> (moved.ref is null) and coalesce(line.net_minor, moved.minor) <> 0
limit 20
