-- Who asks for products: their history, what was bought by the same people as one of some products, above the support that counts
-- (with several, by the most of them), and the formula in force.
select actor.actor, actor.name, actor.kinds, actor.item_kinds, actor.items, actor.ats, actor.amounts, actor.seen, actor.is_personal,
       actor.hidden, actor.fewer, actor.more,
       (select coalesce(jsonb_agg(pair order by pair.buyers desc, pair.other), '[]') from (
            select together.other, max(together.buyers) as buyers
            from interest_together as together
            where together.product = any(%(about)s::uuid[]) and together.other <> all(%(about)s::uuid[])
              and together.buyers >= %(support)s
            group by together.other
            order by buyers desc, together.other
            limit %(pairs_max)s) as pair) as pairs,
       (select body from interest_valueformula where role = 'live' and ended_at is null) as formula
from (select 1) as always
left join interest_actor as actor on actor.actor = %(actor)s
