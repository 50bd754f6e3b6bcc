-- One page of matches in the order of price, sales or age: `key` is what they are ordered by, negated where it falls.
WITH question AS MATERIALIZED (
     SELECT CASE WHEN %(is_unfiltered)s AND numnode(text.words) > 0 THEN text.words
                 ELSE %(filters)s::tsquery && text.words END AS wanted
       FROM (SELECT %(literal)s::tsquery && plainto_tsquery('english', %(english)s) AS words) AS text
), closed AS MATERIALIZED (
     SELECT terms.shop_id FROM shops_public_terms AS terms WHERE NOT terms.selling
), walked AS MATERIALIZED (
     -- Where much matches, the page lies a few steps along the index of that order: one of these four is walked.
     SELECT step.product_id, step.key
       FROM ((SELECT product_id, price_minor AS key, vector, price_minor, shop_id
                FROM catalog_searchentry
               WHERE %(is_common)s AND %(sort)s = 'price'
                 AND price_minor >= %(price_from)s
                 AND (price_minor, product_id) > (%(after_key)s, %(after_id)s::uuid)
               ORDER BY price_minor, product_id
               LIMIT 2000)
              UNION ALL
             (SELECT product_id, -price_minor, vector, price_minor, shop_id
                FROM catalog_searchentry
               WHERE %(is_common)s AND %(sort)s = 'price_down'
                 AND price_minor <= %(price_to)s
                 AND (price_minor, product_id) < (-%(after_key)s, %(after_id)s::uuid)
               ORDER BY price_minor DESC, product_id DESC
               LIMIT 2000)
              UNION ALL
             (SELECT product_id, -sold_count, vector, price_minor, shop_id
                FROM catalog_searchentry
               WHERE %(is_common)s AND %(sort)s = 'sales'
                 AND (sold_count, product_id) < (-%(after_key)s, %(after_id)s::uuid)
               ORDER BY sold_count DESC, product_id DESC
               LIMIT 2000)
              UNION ALL
             (SELECT product_id, -(extract(epoch FROM shown_at) * 1000000)::bigint, vector, price_minor, shop_id
                FROM catalog_searchentry
               WHERE %(is_common)s AND %(sort)s = 'newest'
                 AND (shown_at, product_id) < (%(after_at)s, %(after_id)s::uuid)
               ORDER BY shown_at DESC, product_id DESC
               LIMIT 2000)
            ) AS step
      CROSS JOIN question
      WHERE step.vector @@ question.wanted
        AND step.price_minor BETWEEN %(price_from)s AND %(price_to)s
        AND step.shop_id NOT IN (SELECT shop_id FROM closed)
      LIMIT %(page_rows)s
), fetched AS (
     -- Else all matches are fetched through the index of words and sorted.
     SELECT entry.product_id,
            CASE %(sort)s WHEN 'price' THEN entry.price_minor
                          WHEN 'price_down' THEN -entry.price_minor
                          WHEN 'sales' THEN -entry.sold_count
                          ELSE -(extract(epoch FROM entry.shown_at) * 1000000)::bigint END AS key
       FROM catalog_searchentry AS entry
      CROSS JOIN question
      WHERE (SELECT count(*) FROM walked) < %(page_rows)s
        AND entry.vector @@ question.wanted
        AND entry.price_minor + 0 BETWEEN %(price_from)s AND %(price_to)s  -- no expression that has an index
        AND entry.shop_id NOT IN (SELECT shop_id FROM closed)
)
SELECT found.product_id, found.key
  FROM ((SELECT product_id, key FROM walked WHERE (SELECT count(*) FROM walked) >= %(page_rows)s)
         UNION ALL
        (SELECT product_id, key
           FROM fetched
          WHERE key > %(after_key)s
             OR (key = %(after_key)s AND CASE %(sort)s WHEN 'price' THEN product_id > %(after_id)s::uuid
                                                       ELSE product_id < %(after_id)s::uuid END))
       ) AS found
 ORDER BY found.key,
          CASE %(sort)s WHEN 'price' THEN found.product_id END,
          CASE %(sort)s WHEN 'price' THEN NULL ELSE found.product_id END DESC
 LIMIT %(page_rows)s
