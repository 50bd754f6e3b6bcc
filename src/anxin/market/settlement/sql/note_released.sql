-- Write that settlements were released and how much each took out of escrow.
update settlement_settlement as settlement
set state = 'released', version = settlement.version + 1, released_at = %(now)s, escrow_minor = released.escrow_minor
from unnest(%(ids)s::uuid[], %(amounts)s::bigint[]) as released (id, escrow_minor)
where settlement.id = released.id and settlement.state = 'waiting'
