-- The newest posts that everybody may see, before a moment.
SELECT id FROM content_public_post WHERE published_at <= %(until)s ORDER BY published_at DESC, id DESC LIMIT %(newest)s
