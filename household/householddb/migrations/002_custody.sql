-- Who has custody of a child, on what ground, and rival claims to it.

-- presumed, registered, decided or by_act; empty for adults.
ALTER TABLE household_claims ADD COLUMN custody text NOT NULL DEFAULT '';

-- When the key of a discarded draft was destroyed: null while that is to be done.
ALTER TABLE household_versions ADD COLUMN key_ended_at timestamptz;
CREATE INDEX household_versions_unended ON household_versions (household_id, version) WHERE state = 'discarded' AND key_ended_at IS NULL;

-- The rival claim that a task is about: both households have a task of it.
ALTER TABLE household_tasks ADD COLUMN matter text NOT NULL DEFAULT '';
CREATE INDEX household_tasks_matter ON household_tasks (household_id, matter) WHERE matter <> '';

-- A household claims a child whom another one holds.
CREATE TABLE custody_disputes (
  ref text NOT NULL,
  child bytea NOT NULL,
  claimant_id uuid NOT NULL,
  line integer NOT NULL,
  claimant bytea,
  holder_id uuid NOT NULL,
  holder bytea,
  state text NOT NULL CHECK (state IN ('open', 'moved', 'stayed', 'ended')),
  reason text NOT NULL,
  actor uuid NOT NULL,
  opened_at timestamptz NOT NULL,
  look_at timestamptz,
  settled_at timestamptz,
  decisions integer NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (ref)
);
--+ place custody_disputes by ref
CREATE INDEX custody_disputes_look ON custody_disputes (look_at) WHERE look_at IS NOT NULL;

-- What an officer of the local authority found, and on what evidence.
CREATE TABLE custody_decisions (
  ref text NOT NULL,
  number integer NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('moved', 'stayed')),
  evidence text NOT NULL,
  actor uuid NOT NULL,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (ref, number),
  FOREIGN KEY (ref) REFERENCES custody_disputes (ref)
);
--+ place custody_decisions by ref
