-- Every enrolment is checked against everyone: where a person is looked for,
-- and what a check found.

-- Keyed linkage keys of a person's record. The row is small, because a person
-- has about fifteen of them.
CREATE TABLE blocking_keys (
  blind bytea NOT NULL,
  person_id uuid NOT NULL,
  PRIMARY KEY (blind, person_id)
);
--+ place blocking_keys by blind

-- Raised by an enrolment that is checked at the same time and has the earlier
-- claim: a verdict holds only if nobody raised it since the check began.
ALTER TABLE enrolments ADD COLUMN challenges bigint NOT NULL DEFAULT 0;
-- What the check was made with and found; null where there was none.
ALTER TABLE enrolments ADD COLUMN model text;
ALTER TABLE enrolments ADD COLUMN compared bigint;
ALTER TABLE enrolments ADD COLUMN cut bigint;
CREATE INDEX enrolments_checking ON enrolments (captured_at) WHERE state = 'checking';

-- The models that this register was checked with. All have one version of keys.
CREATE TABLE check_models (
  model text NOT NULL,
  key_version text NOT NULL,
  first_used timestamptz NOT NULL,
  PRIMARY KEY (model)
);
--+ place check_models everywhere
