-- Past purchases, none of which was counted before: one buyer more of each two products for each who paid for both.
with paid as (
    select person, product, max(moment) as at
    from unnest(%(people)s::uuid[], %(products)s::uuid[], %(moments)s::timestamptz[]) as told (person, product, moment)
    group by 1, 2
)
insert into interest_together as together (product, other, buyers, last_at)
select one.product, two.product, count(*), max(greatest(one.at, two.at))
from paid as one join paid as two on two.person = one.person and two.product <> one.product
group by 1, 2
order by 1, 2
on conflict (product, other) do update
set buyers = together.buyers + excluded.buyers, last_at = greatest(together.last_at, excluded.last_at)
