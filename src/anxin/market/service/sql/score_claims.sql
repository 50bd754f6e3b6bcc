-- What after-sale requests say of some shops in a window: quality, damage, the merchant's first answer, the platform's help.
WITH arrived AS (
    SELECT placed.shop_id, placed.order_id FROM orders_public_orders AS placed
     WHERE placed.shop_id = ANY(%(shops)s::uuid[]) AND placed.received_at >= %(since)s AND placed.received_at < %(until)s
     UNION
    SELECT parcel.shop_id, parcel.order_id FROM orders_public_parcels AS parcel
     WHERE parcel.shop_id = ANY(%(shops)s::uuid[]) AND parcel.signed_at >= %(since)s AND parcel.signed_at < %(until)s
), asked AS (
    SELECT claim.*, claim.promise = ANY(%(quality)s) AS for_quality, claim.promise = ANY(%(damage)s) AS for_damage,
           claim.applied_at AT TIME ZONE 'Asia/Shanghai' AS local_at
      FROM guarantee_public_claims AS claim
     WHERE claim.shop_id = ANY(%(shops)s::uuid[]) AND claim.applied_at >= %(since)s AND claim.applied_at < %(until)s
), timed AS (
    SELECT shop_id,
           CASE WHEN local_at::time >= '23:00' THEN date_trunc('day', local_at) + interval '32 hours'
                WHEN local_at::time < '08:00' THEN date_trunc('day', local_at) + interval '8 hours'
                ELSE local_at END AT TIME ZONE 'Asia/Shanghai' AS counted_from,
           COALESCE(answered_at, ended_at, applied_at + %(unanswered_hours)s * interval '1 hour') AS answered_at
      FROM asked
     WHERE NOT automatic AND NOT (answered_at IS NULL AND state = 'closed')
       AND reason <> 'platform_case' -- the platform's own: nobody asked the merchant
), answers AS (
    SELECT shop_id, count(*) AS answered,
           round(avg(floor(greatest(0, extract(epoch FROM answered_at - counted_from)) / 60)))::bigint AS audit_minutes
      FROM timed WHERE answered_at < %(until)s GROUP BY shop_id
), helped AS (
    SELECT dispute.shop_id, array_agg(DISTINCT dispute.order_id) AS orders
      FROM guarantee_public_disputes AS dispute
     WHERE dispute.shop_id = ANY(%(shops)s::uuid[]) AND dispute.opened_at >= %(since)s AND dispute.opened_at < %(until)s
     GROUP BY dispute.shop_id
), wrong AS (
    SELECT shop_id, count(DISTINCT order_id) FILTER (WHERE for_quality) AS quality,
           count(DISTINCT order_id) FILTER (WHERE for_damage) AS damage,
           array_agg(DISTINCT order_id) FILTER (WHERE for_quality OR for_damage) AS orders
      FROM asked WHERE state <> 'closed' GROUP BY shop_id
), came AS (
    SELECT shop_id, count(*) AS orders FROM arrived GROUP BY shop_id
)
SELECT shop.shop_id, COALESCE(came.orders, 0) AS arrived, COALESCE(wrong.quality, 0) AS quality,
       COALESCE(wrong.damage, 0) AS damage, COALESCE(answers.answered, 0) AS answered, answers.audit_minutes,
       COALESCE(helped.orders, '{}') AS helped_orders, COALESCE(wrong.orders, '{}') AS wrong_orders
  FROM unnest(%(shops)s::uuid[]) AS shop (shop_id)
  LEFT JOIN came ON came.shop_id = shop.shop_id
  LEFT JOIN wrong ON wrong.shop_id = shop.shop_id
  LEFT JOIN answers ON answers.shop_id = shop.shop_id
  LEFT JOIN helped ON helped.shop_id = shop.shop_id;
