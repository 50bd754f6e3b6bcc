-- Note what shops sold in a month: absolute figures, so that telling them again changes nothing.
INSERT INTO shops_monthsales (id, shop_id, month, orders, gmv_minor)
SELECT told.id, told.shop_id, %(month)s, told.orders, told.gmv_minor
  FROM unnest(%(ids)s::uuid[], %(shops)s::uuid[], %(orders)s::bigint[], %(gmvs)s::bigint[])
       AS told (id, shop_id, orders, gmv_minor)
    ON CONFLICT (shop_id, month)
    DO UPDATE SET orders = EXCLUDED.orders, gmv_minor = EXCLUDED.gmv_minor;
