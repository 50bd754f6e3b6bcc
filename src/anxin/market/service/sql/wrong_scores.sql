-- Latest scores kept in shops that differ from the sheet of that day.
SELECT count(*) AS looked_at,
       count(*) FILTER (WHERE sheet.total_hundredths IS DISTINCT FROM kept.score_hundredths) AS wrong,
       min(kept.shop_id::text) FILTER (WHERE sheet.total_hundredths IS DISTINCT FROM kept.score_hundredths) AS example
  FROM service_scoresheet AS sheet
  JOIN shops_public_scores AS kept ON kept.shop_id = sheet.shop_id AND kept.day = sheet.day;
