-- The newest answers that somebody was given.
select id, at, policy, items, item_kinds, propensities, sources, ranked
from interest_served
where actor = %(actor)s
order by day desc, id desc
limit %(most)s
