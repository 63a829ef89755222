-- Users, refresh tokens, stream tickets, revocations of core-api
-- depends: 0001_schemas

-- migrate: apply

CREATE TABLE auth.users (
    user_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '\A[a-z0-9][a-z0-9._@-]{0,63}\Z'),
    password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    role text NOT NULL CHECK (role IN ('user', 'admin')),
    created_at timestamptz NOT NULL DEFAULT now(),
    password_set_at timestamptz NOT NULL DEFAULT now() CHECK (password_set_at >= created_at)
);

-- only hashes are kept: whoever reads the table can use none of it
CREATE TABLE auth.refresh_tokens (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    family uuid NOT NULL, -- every token of one login; reuse of a spent one ends them all
    user_id bigint NOT NULL REFERENCES auth.users ON DELETE CASCADE,
    issued_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL CHECK (expires_at > issued_at),
    used_at timestamptz CHECK (used_at >= issued_at)
);
CREATE INDEX refresh_tokens_family ON auth.refresh_tokens (family);
CREATE INDEX refresh_tokens_user ON auth.refresh_tokens (user_id);
CREATE INDEX refresh_tokens_expiry ON auth.refresh_tokens (expires_at);

CREATE TABLE auth.stream_tickets (
    ticket_hash bytea PRIMARY KEY CHECK (octet_length(ticket_hash) = 32),
    user_id bigint NOT NULL REFERENCES auth.users ON DELETE CASCADE,
    token_id text NOT NULL CHECK (token_id <> ''),
    token_issued_at timestamptz NOT NULL,
    token_expires_at timestamptz NOT NULL CHECK (token_expires_at > token_issued_at),
    issued_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL CHECK (expires_at > issued_at AND expires_at <= issued_at + interval '30 seconds')
);
CREATE INDEX stream_tickets_user ON auth.stream_tickets (user_id);
CREATE INDEX stream_tickets_expiry ON auth.stream_tickets (expires_at);

-- a row ends one access token (token_id), or all of a user's issued before valid_from
CREATE TABLE auth.revocations (
    revocation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_id text UNIQUE CHECK (token_id <> ''),
    user_id bigint,
    valid_from timestamptz,
    expires_at timestamptz NOT NULL, -- when the last token it could refuse has expired by itself
    CHECK ((token_id IS NOT NULL AND user_id IS NULL AND valid_from IS NULL)
        OR (token_id IS NULL AND user_id IS NOT NULL AND valid_from IS NOT NULL))
);
CREATE INDEX revocations_expiry ON auth.revocations (expires_at);

-- migrate: rollback

DROP TABLE auth.revocations;
DROP TABLE auth.stream_tickets;
DROP TABLE auth.refresh_tokens;
DROP TABLE auth.users;
