-- Orders that are over, and whose buyer asked to be forgotten, but that still name them.
select count(*) filter (where to_forget) as looked_at,
       count(*) filter (where to_forget and open_claims = 0 and state in ('completed', 'cancelled')) as wrong,
       min(id::text) filter (where to_forget and open_claims = 0 and state in ('completed', 'cancelled')) as example
from orders_order
