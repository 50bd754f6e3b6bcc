-- Add to (or take from) what is on hand, never below what orders hold, and note why.
with moved as (
    update inventory_stock
    set on_hand = on_hand + %(delta)s
    where sku_id = %(sku_id)s and shop_id = %(shop_id)s and on_hand + %(delta)s >= held
    returning sku_id, shop_id, on_hand
)
insert into inventory_adjustment
    (id, sku_id, shop_id, delta, on_hand_after, reason, note, by_person_id, adjusted_at)
select %(id)s, sku_id, shop_id, %(delta)s, on_hand, %(reason)s, %(note)s, %(by)s, %(now)s from moved
returning on_hand_after
