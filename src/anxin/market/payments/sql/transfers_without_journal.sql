-- Transfers whose journals do not say what their state says, and journals without a transfer.
with said as (
    select ref,
           coalesce(sum(amount_minor) filter (where purpose = 'compensation_in_flight'), 0) as in_flight_minor,
           coalesce(sum(amount_minor) filter (where purpose = 'payouts'), 0) as paid_minor
    from ledger_public_postings
    where kind like 'payment.transfer%%'
    group by ref
)
select coalesce(transfer.id::text, said.ref) as subject, transfer.state,
       said.in_flight_minor::bigint, said.paid_minor::bigint
from payments_transfer as transfer
full join said on said.ref = transfer.id::text
where transfer.id is null or said.ref is null
   or said.in_flight_minor
      <> case when transfer.state in ('requested', 'submitted') then transfer.amount_minor else 0 end
   or said.paid_minor <> case when transfer.state = 'succeeded' then transfer.amount_minor else 0 end
limit 20
