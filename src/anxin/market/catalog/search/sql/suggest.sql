-- Completions of what is being typed: brands, words of titles, titles and shops that begin so, a few of each.
(SELECT 'brand' AS kind, word.shown AS text, '' AS slug
   FROM catalog_searchword AS word
  WHERE word.text ~>=~ %(prefix)s AND word.text ~<~ %(prefix_end)s AND word.is_brand
  ORDER BY length(word.text), word.text
  LIMIT 4)
 UNION ALL
(SELECT 'shop', shop.name, shop.slug
   FROM shops_public_terms AS shop
  WHERE shop.state = 'open' AND (starts_with(lower(shop.name), %(prefix)s) OR starts_with(lower(shop.name_en), %(prefix)s))
  ORDER BY shop.name
  LIMIT 3)
 UNION ALL
(SELECT 'word', %(before)s || word.shown, ''
   FROM catalog_searchword AS word
  WHERE word.text ~>=~ %(last)s AND word.text ~<~ %(last_end)s AND NOT word.is_brand
  ORDER BY length(word.text), word.text
  LIMIT 5)
 UNION ALL
(SELECT 'title', titled.title, ''
   FROM ((SELECT entry.product_id FROM catalog_searchentry AS entry
           WHERE entry.title_folded ~>=~ %(prefix)s AND entry.title_folded ~<~ %(prefix_end)s LIMIT 50)
          UNION
         (SELECT entry.product_id FROM catalog_searchentry AS entry
           WHERE entry.title_en_folded ~>=~ %(prefix)s AND entry.title_en_folded ~<~ %(prefix_end)s LIMIT 50)) AS found
   JOIN LATERAL (
        SELECT CASE WHEN %(in_english)s AND product.title_en <> '' THEN product.title_en ELSE product.title END AS title,
               product.sold_count
          FROM catalog_product AS product
         WHERE product.id = found.product_id
   ) AS titled ON true
  GROUP BY titled.title
  ORDER BY max(titled.sold_count) DESC, titled.title
  LIMIT 5)
