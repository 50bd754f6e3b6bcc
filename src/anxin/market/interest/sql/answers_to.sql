-- The newest answers that somebody was given.
select id, at, policy, items, item_kinds, propensities, sources, ranked
from interest_served
where actor = %(actor)s
  and not exists (select from interest_forgetting as gone where actor = any(gone.actors) and at <= gone.until)
order by day desc, id desc
limit %(most)s
