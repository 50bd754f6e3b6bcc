-- Learn words that are new; rows come in order so that two writers never cross.
INSERT INTO catalog_searchword (text, shown, is_brand, grams)
SELECT word.text, word.shown, word.is_brand, ARRAY(SELECT jsonb_array_elements_text(word.grams))
  FROM jsonb_to_recordset(%(words)s::jsonb) AS word(text text, shown text, is_brand boolean, grams jsonb)
 ORDER BY word.text
    ON CONFLICT (text) DO UPDATE
   SET is_brand = true, shown = excluded.shown
 WHERE excluded.is_brand AND NOT catalog_searchword.is_brand
