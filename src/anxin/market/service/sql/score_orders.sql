-- What the orders and parcels of some shops say in a window: valid orders, pick-up, delivery in time and on the next day.
WITH valid AS (
    SELECT placed.order_id, placed.shop_id, placed.paid_at
      FROM orders_public_orders AS placed
     WHERE placed.shop_id = ANY(%(shops)s::uuid[])
       AND placed.paid_at >= %(since)s AND placed.paid_at < %(until)s
       AND placed.total_minor >= %(low_price_minor)s
       AND NOT (placed.state = 'cancelled' AND placed.shipped_at IS NULL)
), sent AS (
    SELECT valid.shop_id, valid.paid_at, parcel.shipped_at, parcel.picked_up_at,
           CASE WHEN parcel.signed_at < %(until)s THEN parcel.signed_at END AS signed_at,
           parcel.shipped_at + %(on_time_hours)s * interval '1 hour' AS due_at
      FROM valid JOIN orders_public_parcels AS parcel ON parcel.order_id = valid.order_id
     WHERE parcel.shipped_at < %(until)s
), parcels AS (
    SELECT shop_id,
           count(*) FILTER (WHERE picked_up_at < %(until)s) AS picked_up,
           round(avg(extract(epoch FROM picked_up_at - paid_at) / 60) FILTER (WHERE picked_up_at < %(until)s))::bigint
               AS pickup_minutes,
           count(*) FILTER (WHERE signed_at IS NOT NULL OR due_at <= %(until)s) AS judged,
           count(*) FILTER (WHERE signed_at <= due_at) AS on_time,
           count(*) FILTER (WHERE signed_at IS NOT NULL) AS signed,
           count(*) FILTER (WHERE (signed_at AT TIME ZONE 'Asia/Shanghai')::date
                                  <= (paid_at AT TIME ZONE 'Asia/Shanghai')::date + 1) AS next_day
      FROM sent GROUP BY shop_id
), counted AS (
    SELECT shop_id, count(*) AS valid_orders FROM valid GROUP BY shop_id
)
SELECT counted.shop_id, counted.valid_orders, COALESCE(parcels.picked_up, 0) AS picked_up, parcels.pickup_minutes,
       COALESCE(parcels.judged, 0) AS judged, COALESCE(parcels.on_time, 0) AS on_time,
       COALESCE(parcels.signed, 0) AS signed, COALESCE(parcels.next_day, 0) AS next_day
  FROM counted LEFT JOIN parcels ON parcels.shop_id = counted.shop_id;
