-- Open shops that have no score sheet of a day yet, in the order of their ids.
SELECT terms.shop_id
  FROM shops_public_terms AS terms
 WHERE terms.state = 'open'
   AND NOT EXISTS (SELECT 1 FROM service_scoresheet AS sheet WHERE sheet.shop_id = terms.shop_id AND sheet.day = %(day)s)
 ORDER BY terms.shop_id
 LIMIT %(limit)s;
