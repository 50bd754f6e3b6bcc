-- What the shown reviews of some shops say in a window: the mean of goods, and how many were not content with the service.
SELECT shop_id, count(*) AS reviews,
       round(avg(stars_product) * 100)::int AS rating_hundredths,
       count(*) FILTER (WHERE stars_service <= 2) AS dissatisfied,
       array_agg(DISTINCT order_id) FILTER (WHERE stars_product <= 2) AS faulty_orders
  FROM service_review
 WHERE shop_id = ANY(%(shops)s::uuid[]) AND state = 'shown' AND written_at >= %(since)s AND written_at < %(until)s
 GROUP BY shop_id;
