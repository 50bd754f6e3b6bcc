-- Complaints about some shops that the platform upheld in a window, by kind.
SELECT shop_id, kind, count(*) AS upheld, array_remove(array_agg(DISTINCT order_id), NULL) AS faulty_orders
  FROM service_complaint
 WHERE shop_id = ANY(%(shops)s::uuid[]) AND outcome IN ('upheld', 'partly_upheld')
   AND closed_at >= %(since)s AND closed_at < %(until)s
 GROUP BY shop_id, kind;
