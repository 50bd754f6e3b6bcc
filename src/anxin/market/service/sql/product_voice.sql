-- What a product page says: the rating, excerpts of the newest shown reviews that have words, and the shop's score.
SELECT (SELECT to_jsonb(kept) FROM service_rating AS kept WHERE kept.product_id = %(product_id)s) AS rating,
       (SELECT score.score_hundredths FROM shops_public_scores AS score WHERE score.shop_id = %(shop_id)s)
           AS score_hundredths,
       (SELECT COALESCE(jsonb_agg(to_jsonb(newest) ORDER BY newest.written_at DESC), '[]')
          FROM (SELECT CASE WHEN review.anonymous THEN NULL ELSE review.author END AS author, review.stars_product,
                       review.text, review.pictures, review.options, review.written_at
                  FROM service_review AS review
                 WHERE review.product_id = %(product_id)s AND review.state = 'shown' AND review.text <> ''
                 ORDER BY review.id DESC LIMIT %(newest)s) AS newest) AS newest;
