-- Which of the given words are known already, so that a write of known words is no write at all.
SELECT word.text, word.is_brand FROM catalog_searchword AS word WHERE word.text = ANY(%(texts)s)
