-- Add pieces to a guest's cart: a SKU that is there already gets more, up to the maximum.
insert into orders_cartline (id, person_id, guest, sku_id, quantity, seen_price_minor, selected, origin, added_at)
values (%(id)s, null, %(guest)s, %(sku_id)s, %(quantity)s, %(price)s, true, %(origin)s::jsonb, %(now)s)
on conflict (guest, sku_id) where guest <> '' do update
set quantity = least(orders_cartline.quantity + excluded.quantity, %(quantity_max)s),
    seen_price_minor = excluded.seen_price_minor,
    selected = true,
    origin = coalesce(excluded.origin, orders_cartline.origin),
    added_at = excluded.added_at
