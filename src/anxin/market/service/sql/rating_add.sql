-- Add to the rating of a product: increments, so that reviews written at the same moment all count.
UPDATE service_rating
   SET one = one + %(one)s, two = two + %(two)s, three = three + %(three)s, four = four + %(four)s,
       five = five + %(five)s, with_pictures = with_pictures + %(with_pictures)s,
       followed_up = followed_up + %(followed_up)s, logistics_sum = logistics_sum + %(logistics_sum)s,
       service_sum = service_sum + %(service_sum)s
 WHERE product_id = %(product_id)s;
