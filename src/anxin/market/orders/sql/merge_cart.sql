-- Move a guest's cart into a person's; of a SKU that both hold the larger number stays.
with moved as (
    delete from orders_cartline where guest = %(guest)s and person_id is null
    returning id, sku_id, quantity, seen_price_minor, selected, origin, added_at
)
insert into orders_cartline (id, person_id, guest, sku_id, quantity, seen_price_minor, selected, origin, added_at)
select id, %(person)s, '', sku_id, quantity, seen_price_minor, selected, origin, added_at from moved
on conflict (person_id, sku_id) where person_id is not null do update
set quantity = greatest(orders_cartline.quantity, excluded.quantity), selected = true,
    origin = coalesce(excluded.origin, orders_cartline.origin)
