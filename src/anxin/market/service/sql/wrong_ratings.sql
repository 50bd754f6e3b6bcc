-- Products whose rating differs from a fresh count of their shown reviews, and reviews whose votes differ.
WITH fresh AS (
    SELECT product_id,
           count(*) FILTER (WHERE stars_product = 1) AS one,
           count(*) FILTER (WHERE stars_product = 2) AS two,
           count(*) FILTER (WHERE stars_product = 3) AS three,
           count(*) FILTER (WHERE stars_product = 4) AS four,
           count(*) FILTER (WHERE stars_product = 5) AS five,
           count(*) FILTER (WHERE pictures <> '{}' OR follow_up_pictures <> '{}') AS with_pictures,
           count(*) FILTER (WHERE followed_up_at IS NOT NULL) AS followed_up,
           sum(stars_logistics) AS logistics_sum,
           sum(stars_service) AS service_sum
      FROM service_review
     WHERE state = 'shown'
     GROUP BY product_id
), ratings AS (
    SELECT COALESCE(kept.product_id, fresh.product_id) AS id,
           (COALESCE(kept.one, 0), COALESCE(kept.two, 0), COALESCE(kept.three, 0), COALESCE(kept.four, 0),
            COALESCE(kept.five, 0), COALESCE(kept.with_pictures, 0), COALESCE(kept.followed_up, 0),
            COALESCE(kept.logistics_sum, 0), COALESCE(kept.service_sum, 0))
           = (COALESCE(fresh.one, 0), COALESCE(fresh.two, 0), COALESCE(fresh.three, 0), COALESCE(fresh.four, 0),
              COALESCE(fresh.five, 0), COALESCE(fresh.with_pictures, 0), COALESCE(fresh.followed_up, 0),
              COALESCE(fresh.logistics_sum, 0), COALESCE(fresh.service_sum, 0)) AS right_so
      FROM service_rating AS kept
      FULL JOIN fresh ON fresh.product_id = kept.product_id
), votes AS (
    SELECT review.id, review.helpful_count = count(vote.id) AS right_so
      FROM service_review AS review
      LEFT JOIN service_helpfulvote AS vote ON vote.review_id = review.id
     GROUP BY review.id
), every_count AS (
    SELECT id, right_so FROM ratings UNION ALL SELECT id, right_so FROM votes
)
SELECT count(*) AS looked_at,
       count(*) FILTER (WHERE NOT right_so) AS wrong,
       min(id::text) FILTER (WHERE NOT right_so) AS example
  FROM every_count;
