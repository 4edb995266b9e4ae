-- Wrapped data keys, one row each. A destroyed key keeps its row, so that what
-- it sealed answers "erased on a day" and not "lost"; its wrapped bytes are
-- overwritten by none.
CREATE TABLE data_keys (
  key_id uuid NOT NULL,
  domain text NOT NULL,
  wrapped bytea NOT NULL,
  created_at timestamptz NOT NULL,
  destroyed_at timestamptz,
  reason text,
  PRIMARY KEY (key_id),
  CONSTRAINT data_keys_destroyed CHECK ((destroyed_at IS NULL) = (length(wrapped) > 0) AND (destroyed_at IS NULL) = (reason IS NULL))
);
--+ place data_keys by key_id
