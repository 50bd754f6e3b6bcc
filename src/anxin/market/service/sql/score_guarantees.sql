-- Valid orders of some shops that were insured in a window, and buyers paid because of fraudulent shipment or refused invoices.
SELECT shop.shop_id,
       (SELECT count(*) FROM guarantee_public_policies AS policy
          JOIN orders_public_orders AS placed ON placed.order_id = policy.order_id
         WHERE policy.shop_id = shop.shop_id AND policy.active_at IS NOT NULL
           AND placed.paid_at >= %(since)s AND placed.paid_at < %(until)s
           AND placed.total_minor >= %(low_price_minor)s
           AND NOT (placed.state = 'cancelled' AND placed.shipped_at IS NULL)) AS insured,
       (SELECT COALESCE(jsonb_object_agg(paid.kind, paid.times), '{}')
          FROM (SELECT kind, count(DISTINCT order_id) AS times FROM guarantee_public_compensations
                 WHERE shop_id = shop.shop_id AND made_at >= %(since)s AND made_at < %(until)s
                 GROUP BY kind) AS paid) AS compensations
  FROM unnest(%(shops)s::uuid[]) AS shop (shop_id);
