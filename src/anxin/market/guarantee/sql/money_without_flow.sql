-- Disbursements that are not what refund, transfer or journal say, and money of the guarantee without its disbursement.
with flow as (
    select ref, 'refund' as kind, id, amount_minor, state from payments_public_refunds where ref like 'guarantee:%%'
    union all
    select ref, 'compensation', id, amount_minor, state from payments_public_transfers where ref like 'guarantee:%%'
),
charge as (
    select ref, sum(amount_minor) filter (where amount_minor > 0 and purpose <> 'recourse') as amount_minor
    from ledger_public_postings where kind = 'guarantee.charged' group by ref
)
select coalesce(paid.id::text, flow.ref) as subject, paid.state, flow.state as flow_state,
       paid.amount_minor, flow.amount_minor as flow_minor
from (select * from guarantee_disbursement where kind <> 'charge' and state in ('sent', 'arrived')) as paid
full join flow on flow.id = paid.sent_id
where flow.id is null and paid.id is not null
   or paid.amount_minor <> flow.amount_minor
   or paid.kind <> flow.kind
   or paid.state = 'arrived' and flow.state <> 'succeeded'
   or paid.id is null and flow.state <> 'failed'
union all
select coalesce(paid.id::text, charge.ref), paid.state, 'journal', paid.amount_minor, charge.amount_minor::bigint
from (select * from guarantee_disbursement where kind = 'charge' and state = 'arrived') as paid
full join charge on charge.ref = paid.id::text
where paid.id is null or charge.ref is null or paid.amount_minor <> charge.amount_minor
limit 20
