-- Who asks for products: their history, and what was bought by the same people as some products, above the support that counts.
select actor.actor, actor.kinds, actor.item_kinds, actor.items, actor.ats, actor.amounts, actor.seen, actor.is_personal,
       actor.hidden, actor.fewer, actor.more,
       (select coalesce(jsonb_agg(pair order by pair.buyers desc, pair.other), '[]') from (
            select together.other, sum(together.buyers)::integer as buyers
            from interest_together as together
            where together.product = any(%(about)s::uuid[]) and together.other <> all(%(about)s::uuid[])
              and together.buyers >= %(support)s
            group by together.other
            order by buyers desc, together.other
            limit %(pairs_max)s) as pair) as pairs
from (select 1) as always
left join interest_actor as actor on actor.actor = %(actor)s
