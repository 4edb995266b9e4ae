-- The agency's books: staff, clients, purposes, sessions. Small tables, written
-- together with events: they live here, known to the machine that coordinates.

-- One row that transactions wait for who change who is an administrator.
CREATE TABLE guard (
  guard_id smallint NOT NULL,
  turns bigint NOT NULL,
  PRIMARY KEY (guard_id)
);
--+ place guard here
INSERT INTO guard (guard_id, turns) VALUES (1, 0);

CREATE TABLE staff (
  staff_id uuid NOT NULL,
  ref text NOT NULL,
  key_id uuid NOT NULL,
  version bigint NOT NULL,
  state text NOT NULL,
  roles text NOT NULL,
  areas text NOT NULL,
  office text NOT NULL,
  name bytea NOT NULL,
  login bytea NOT NULL,
  contact bytea,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (staff_id),
  CONSTRAINT staff_state CHECK (state IN ('active', 'ended', 'decoy'))
);
--+ place staff here
CREATE UNIQUE INDEX staff_ref ON staff (ref);

CREATE TABLE staff_versions (
  staff_id uuid NOT NULL,
  version bigint NOT NULL,
  state text NOT NULL,
  roles text NOT NULL,
  areas text NOT NULL,
  office text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  PRIMARY KEY (staff_id, version)
);
--+ place staff_versions here

CREATE TABLE logins (
  login bytea NOT NULL,
  staff_id uuid NOT NULL,
  PRIMARY KEY (login)
);
--+ place logins here

CREATE TABLE passwords (
  staff_id uuid NOT NULL,
  hash bytea NOT NULL,
  set_at timestamptz NOT NULL,
  PRIMARY KEY (staff_id)
);
--+ place passwords here

CREATE TABLE staff_persons (
  person bytea NOT NULL,
  staff_id uuid NOT NULL,
  PRIMARY KEY (person)
);
--+ place staff_persons here
CREATE UNIQUE INDEX staff_persons_staff ON staff_persons (staff_id);

CREATE TABLE attempts (
  attempt bytea NOT NULL,
  failures integer NOT NULL,
  last_at timestamptz NOT NULL,
  until_at timestamptz NOT NULL,
  PRIMARY KEY (attempt)
);
--+ place attempts here
CREATE INDEX attempts_age ON attempts (last_at);

CREATE TABLE sessions (
  session bytea NOT NULL,
  staff_id uuid NOT NULL,
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  ended_at timestamptz,
  reason text,
  PRIMARY KEY (session),
  CONSTRAINT sessions_ended CHECK ((ended_at IS NULL) = (reason IS NULL))
);
--+ place sessions here
CREATE INDEX sessions_of ON sessions (staff_id);
CREATE INDEX sessions_age ON sessions (seen_at);

CREATE TABLE purposes (
  code text NOT NULL,
  version bigint NOT NULL,
  name text NOT NULL,
  basis text NOT NULL,
  roles text NOT NULL,
  valid_from date,
  valid_to date,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (code, version)
);
--+ place purposes here

CREATE TABLE clients (
  client_id uuid NOT NULL,
  ref text NOT NULL,
  key_id uuid NOT NULL,
  version bigint NOT NULL,
  state text NOT NULL,
  name text NOT NULL,
  contact bytea,
  roles text NOT NULL,
  areas text NOT NULL,
  purposes text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (client_id),
  CONSTRAINT clients_state CHECK (state IN ('active', 'ended'))
);
--+ place clients here
CREATE UNIQUE INDEX clients_ref ON clients (ref);

CREATE TABLE client_versions (
  client_id uuid NOT NULL,
  version bigint NOT NULL,
  state text NOT NULL,
  roles text NOT NULL,
  areas text NOT NULL,
  purposes text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  PRIMARY KEY (client_id, version)
);
--+ place client_versions here

CREATE TABLE client_secrets (
  secret bytea NOT NULL,
  client_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (secret)
);
--+ place client_secrets here
CREATE INDEX client_secrets_of ON client_secrets (client_id);

-- Who looked at a person, and why: it grows with every look, so it lies with
-- the person, whom this store knows by a blind of the agency's own token.
CREATE TABLE looked (
  person bytea NOT NULL,
  look_id uuid NOT NULL,
  register text NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  operation text NOT NULL,
  kind text NOT NULL,
  recipient uuid NOT NULL,
  purpose text NOT NULL,
  basis text NOT NULL,
  case_ref text NOT NULL,
  fields text NOT NULL,
  verdict text NOT NULL,
  PRIMARY KEY (person, look_id)
);
--+ place looked by person
