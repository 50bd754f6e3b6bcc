-- The latest experience score of some shops, with the means of the seven and thirty days that end with it.
SELECT latest.shop_id, latest.day, latest.stage, latest.score_hundredths, latest.product_hundredths,
       latest.logistics_hundredths, latest.service_hundredths, means.mean_7_hundredths, means.mean_30_hundredths
  FROM shops_public_scores AS latest
  CROSS JOIN LATERAL (
       SELECT round(avg(past.score_hundredths) FILTER (WHERE past.day > latest.day - 7))::int AS mean_7_hundredths,
              round(avg(past.score_hundredths))::int AS mean_30_hundredths
         FROM shops_shopscore AS past
        WHERE past.shop_id = latest.shop_id AND past.day > latest.day - 30 AND past.day <= latest.day
  ) AS means
 WHERE latest.shop_id = ANY(%(shops)s::uuid[]);
