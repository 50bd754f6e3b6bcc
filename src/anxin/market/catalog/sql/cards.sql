-- What a product card shows of some products that can be seen now.
select card.*
from unnest(%(product_ids)s::uuid[]) with ordinality as asked (id, place)
join catalog_public_card as card on card.id = asked.id
order by asked.place
