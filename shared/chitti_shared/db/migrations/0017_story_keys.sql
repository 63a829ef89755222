-- articles: the key of a story, which nothing reads any more, since retellings are told by the gist
-- depends: 0010_articles 0016_fundamentals

-- migrate: apply
ALTER TABLE news.articles DROP COLUMN story_key;

-- migrate: rollback
ALTER TABLE news.articles ADD COLUMN story_key bigint NOT NULL DEFAULT 0;
ALTER TABLE news.articles ALTER COLUMN story_key DROP DEFAULT;
COMMENT ON COLUMN news.articles.story_key IS 'Hash of the names in it: near-duplicates are sought among equal ones.';
