-- The population register. Every table that grows is placed by the person it
-- belongs to, or by the claimed value.

CREATE TABLE persons (
  person_id uuid NOT NULL,
  key_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN
    ('unnumbered', 'active', 'contested', 'suspended', 'departed', 'deceased', 'merged')),
  revision bigint NOT NULL,
  locality text NOT NULL,
  assurance text NOT NULL CHECK (assurance IN
    ('introducer', 'witnesses', 'document', 'civil_status')),
  receipt text NOT NULL,
  number bytea,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (person_id),
  CONSTRAINT persons_numbered CHECK ((number IS NULL) = (state = 'unnumbered'))
);
--+ place persons by person_id

CREATE TABLE records (
  person_id uuid NOT NULL,
  revision bigint NOT NULL,
  valid_from date,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  cause text NOT NULL,
  changed text NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (person_id, revision),
  FOREIGN KEY (person_id) REFERENCES persons (person_id)
);
--+ place records by person_id

CREATE TABLE enrolments (
  receipt text NOT NULL,
  person_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN
    ('captured', 'awaiting_acceptance', 'checking', 'numbered', 'in_judgement', 'refused')),
  shown text NOT NULL,
  locality text NOT NULL,
  captured_by uuid NOT NULL,
  captured_at timestamptz NOT NULL,
  decided_by uuid,
  decided_at timestamptz,
  reason text NOT NULL,
  notice_version text NOT NULL,
  notice_language text NOT NULL,
  notice_way text NOT NULL,
  notice_hash bytea NOT NULL,
  erase_after date,
  PRIMARY KEY (receipt),
  CONSTRAINT enrolments_second_officer CHECK (decided_by IS NULL OR decided_by <> captured_by)
);
--+ place enrolments by receipt
CREATE INDEX enrolments_erasable ON enrolments (erase_after) WHERE erase_after IS NOT NULL;

CREATE TABLE document_claims (
  kind text NOT NULL,
  blind bytea NOT NULL,
  person_id uuid NOT NULL,
  claimed_at timestamptz NOT NULL,
  PRIMARY KEY (blind, kind)
);
--+ place document_claims by blind

CREATE TABLE number_claims (
  blind bytea NOT NULL,
  person_id uuid NOT NULL,
  claimed_at timestamptz NOT NULL,
  PRIMARY KEY (blind)
);
--+ place number_claims by blind

CREATE TABLE token_claims (
  blind bytea NOT NULL,
  recipient text NOT NULL,
  person_id uuid NOT NULL,
  PRIMARY KEY (blind)
);
--+ place token_claims by blind

CREATE TABLE tokens (
  person_id uuid NOT NULL,
  recipient text NOT NULL,
  sealed bytea NOT NULL,
  issued_at timestamptz NOT NULL,
  PRIMARY KEY (person_id, recipient),
  FOREIGN KEY (person_id) REFERENCES persons (person_id)
);
--+ place tokens by person_id

CREATE TABLE contacts (
  blind bytea NOT NULL,
  person_id uuid NOT NULL,
  PRIMARY KEY (blind, person_id)
);
--+ place contacts by blind

CREATE TABLE contact_totals (
  blind bytea NOT NULL,
  people bigint NOT NULL,
  alarms bigint NOT NULL,
  PRIMARY KEY (blind)
);
--+ place contact_totals by blind

CREATE TABLE relations (
  person_id uuid NOT NULL,
  relation_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('introducer', 'representative', 'custodian', 'payee')),
  state text NOT NULL CHECK (state IN ('held', 'disputed', 'vacant', 'ended')),
  holder_id uuid,
  since date,
  until date,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  ended_at timestamptz,
  ended_by uuid,
  sealed bytea NOT NULL,
  PRIMARY KEY (person_id, relation_id),
  FOREIGN KEY (person_id) REFERENCES persons (person_id)
);
--+ place relations by person_id

CREATE TABLE consents (
  person_id uuid NOT NULL,
  consent_id uuid NOT NULL,
  kind text NOT NULL,
  given_at timestamptz NOT NULL,
  given_to uuid NOT NULL,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  PRIMARY KEY (person_id, consent_id),
  FOREIGN KEY (person_id) REFERENCES persons (person_id)
);
--+ place consents by person_id
CREATE UNIQUE INDEX consents_live ON consents (person_id, kind) WHERE withdrawn_at IS NULL;

-- Whom a person vouched for; person_id is the witness.
CREATE TABLE vouchings (
  person_id uuid NOT NULL,
  vouching_id uuid NOT NULL,
  for_id uuid NOT NULL,
  receipt text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (person_id, vouching_id),
  FOREIGN KEY (person_id) REFERENCES persons (person_id)
);
--+ place vouchings by person_id

CREATE TABLE vouching_totals (
  person_id uuid NOT NULL,
  period bigint NOT NULL,
  vouchings bigint NOT NULL,
  PRIMARY KEY (person_id, period),
  FOREIGN KEY (person_id) REFERENCES persons (person_id)
);
--+ place vouching_totals by person_id

CREATE TABLE disclosures (
  person_id uuid NOT NULL,
  disclosure_id uuid NOT NULL,
  at timestamptz NOT NULL,
  operation text NOT NULL,
  recipient_kind smallint NOT NULL,
  recipient_id uuid NOT NULL,
  purpose text NOT NULL,
  basis text NOT NULL,
  case_ref text NOT NULL,
  fields text NOT NULL,
  PRIMARY KEY (person_id, disclosure_id),
  FOREIGN KEY (person_id) REFERENCES persons (person_id)
);
--+ place disclosures by person_id

-- Without a foreign key: the use of a number that nobody has names nobody.
CREATE TABLE uses (
  person_id uuid NOT NULL,
  use_id uuid NOT NULL,
  at timestamptz NOT NULL,
  operation text NOT NULL,
  recipient_kind smallint NOT NULL,
  recipient_id uuid NOT NULL,
  purpose text NOT NULL,
  basis text NOT NULL,
  case_ref text NOT NULL,
  verdict text NOT NULL,
  PRIMARY KEY (person_id, use_id)
);
--+ place uses by person_id

-- How often a caller asked about a claimed number, and how often in vain.
CREATE TABLE attempts (
  blind bytea NOT NULL,
  caller_id uuid NOT NULL,
  asked bigint NOT NULL,
  failed bigint NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (blind, caller_id)
);
--+ place attempts by blind

-- What leaves no record but a count, by place and month.
CREATE TABLE tallies (
  place text NOT NULL,
  name text NOT NULL,
  month date NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (place, name, month)
);
--+ place tallies by place
