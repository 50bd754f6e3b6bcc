-- Begin the rating of a product, if there is none yet.
INSERT INTO service_rating (product_id, shop_id, one, two, three, four, five, with_pictures, followed_up,
       logistics_sum, service_sum)
VALUES (%(product_id)s, %(shop_id)s, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    ON CONFLICT (product_id) DO NOTHING;
