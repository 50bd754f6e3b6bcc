-- Orders that gave back all they captured and still hold escrow.
select split.order_id::text as subject, sum(posting.amount_minor)::bigint as held_minor
from payments_public_splits as split
join ledger_public_postings as posting
  on posting.order_id = split.order_id and posting.owner_kind = 'platform' and posting.purpose = 'escrow'
where not split.is_surplus and split.captured_minor > 0 and split.refunded_minor = split.captured_minor
group by split.order_id
having sum(posting.amount_minor) <> 0
limit 20
