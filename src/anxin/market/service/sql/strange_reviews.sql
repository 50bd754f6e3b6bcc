-- Reviews whose writer did not buy and receive the line they are of.
SELECT count(*) AS looked_at,
       count(*) FILTER (WHERE NOT right_so) AS wrong,
       min(id::text) FILTER (WHERE NOT right_so) AS example
  FROM (SELECT review.id,
               COALESCE(placed.person_id = review.person_id AND placed.shop_id = review.shop_id
                        AND line.product_id = review.product_id AND placed.received_at <= review.written_at,
                        false) AS right_so
          FROM service_review AS review
          LEFT JOIN orders_public_lines AS line ON line.line_id = review.line_id
          LEFT JOIN orders_public_orders AS placed ON placed.order_id = line.order_id AND placed.order_id = review.order_id
       ) AS looked;
