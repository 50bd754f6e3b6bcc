-- Write the entries of products, new or again; rows come in the order of their ids so that two writers never cross.
INSERT INTO catalog_searchentry (product_id, shop_id, vector, category_path, brand, facets, price_minor, sold_count,
                                 shown_at, title_folded, title_en_folded)
SELECT entry.product_id,
       entry.shop_id,
       entry.literal::tsvector
           || setweight(to_tsvector('english', entry.english_a), 'A')
           || setweight(to_tsvector('english', entry.english_b), 'B')
           || setweight(to_tsvector('english', entry.english_c), 'C'),
       ARRAY(SELECT jsonb_array_elements_text(entry.category_path)),
       entry.brand,
       ARRAY(SELECT jsonb_array_elements_text(entry.facets)),
       entry.price_minor,
       entry.sold_count,
       entry.shown_at,
       entry.title_folded,
       entry.title_en_folded
  FROM jsonb_to_recordset(%(entries)s::jsonb) AS entry(
       product_id uuid, shop_id uuid, literal text, english_a text, english_b text, english_c text,
       category_path jsonb, brand text, facets jsonb, price_minor bigint, sold_count bigint, shown_at timestamptz,
       title_folded text, title_en_folded text)
 ORDER BY entry.product_id
    ON CONFLICT (product_id) DO UPDATE
   SET vector = excluded.vector,
       category_path = excluded.category_path,
       brand = excluded.brand,
       facets = excluded.facets,
       price_minor = excluded.price_minor,
       sold_count = excluded.sold_count,
       shown_at = excluded.shown_at,
       title_folded = excluded.title_folded,
       title_en_folded = excluded.title_en_folded
