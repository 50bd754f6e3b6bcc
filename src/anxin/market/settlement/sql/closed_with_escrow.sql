-- Orders that are settled or void and still hold escrow.
select settlement.order_id, settlement.state, sum(posting.amount_minor)::bigint as held_minor
from settlement_settlement as settlement
join ledger_public_postings as posting
  on posting.order_id = settlement.order_id and posting.owner_kind = 'platform' and posting.purpose = 'escrow'
where settlement.state <> 'waiting'
group by settlement.order_id, settlement.state
having sum(posting.amount_minor) <> 0
limit 20
