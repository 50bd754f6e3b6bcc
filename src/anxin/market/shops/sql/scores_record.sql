-- Keep the experience scores of shops by day; only what is new or other than before is written and returned.
INSERT INTO shops_shopscore AS kept (id, shop_id, day, stage, score_hundredths, product_hundredths,
       logistics_hundredths, service_hundredths, recorded_at)
SELECT told.id, told.shop_id, told.day, told.stage, told.score, told.product, told.logistics, told.service, %(now)s
  FROM unnest(%(ids)s::uuid[], %(shops)s::uuid[], %(days)s::date[], %(stages)s::text[], %(scores)s::int[],
              %(products)s::int[], %(logistics)s::int[], %(services)s::int[])
       AS told (id, shop_id, day, stage, score, product, logistics, service)
 ORDER BY told.shop_id, told.day
    ON CONFLICT (shop_id, day) DO UPDATE
   SET stage = EXCLUDED.stage, score_hundredths = EXCLUDED.score_hundredths,
       product_hundredths = EXCLUDED.product_hundredths, logistics_hundredths = EXCLUDED.logistics_hundredths,
       service_hundredths = EXCLUDED.service_hundredths, recorded_at = EXCLUDED.recorded_at
 WHERE (kept.stage, kept.score_hundredths, kept.product_hundredths, kept.logistics_hundredths, kept.service_hundredths)
       IS DISTINCT FROM (EXCLUDED.stage, EXCLUDED.score_hundredths, EXCLUDED.product_hundredths,
                         EXCLUDED.logistics_hundredths, EXCLUDED.service_hundredths)
RETURNING kept.shop_id, kept.day, kept.score_hundredths;
