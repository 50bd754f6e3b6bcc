-- Add pieces to a person's cart: a SKU that is there already gets more, up to the maximum.
insert into orders_cartline (id, person_id, guest, sku_id, quantity, seen_price_minor, selected, origin, added_at)
values (%(id)s, %(person)s, '', %(sku_id)s, %(quantity)s, %(price)s, true, %(origin)s::jsonb, %(now)s)
on conflict (person_id, sku_id) where person_id is not null do update
set quantity = least(orders_cartline.quantity + excluded.quantity, %(quantity_max)s),
    seen_price_minor = excluded.seen_price_minor,
    selected = true,
    origin = coalesce(excluded.origin, orders_cartline.origin),
    added_at = excluded.added_at
