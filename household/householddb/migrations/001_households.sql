-- The social register. No name, telephone, document or identifier stands here:
-- a person is a blind index of the sector token.

-- Household codes are unique over the whole register: a claim.
CREATE TABLE household_codes (
  code text NOT NULL,
  household_id uuid NOT NULL,
  taken_at timestamptz NOT NULL,
  PRIMARY KEY (code)
);
--+ place household_codes by code

-- A person is in one household: a claim. During a rotation of blind keys a
-- person has a row under each live key, so that old and new writers meet.
CREATE TABLE household_claims (
  person bytea NOT NULL,
  household_id uuid NOT NULL,
  hold text NOT NULL CHECK (hold IN ('listed', 'in_care', 'own')),
  custodian bytea,
  since timestamptz NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (person)
);
--+ place household_claims by person

CREATE TABLE households (
  household_id uuid NOT NULL,
  code text NOT NULL,
  locality text NOT NULL,
  revision bigint NOT NULL,
  version integer NOT NULL,
  draft integer NOT NULL,
  versions integer NOT NULL,
  review_due date,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (household_id)
);
--+ place households by household_id

CREATE TABLE household_versions (
  household_id uuid NOT NULL REFERENCES households (household_id),
  version integer NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'submitted', 'computed', 'superseded', 'discarded')),
  key_id uuid NOT NULL,
  record bytea NOT NULL,
  locality text NOT NULL,
  variant text NOT NULL,
  as_of date NOT NULL,
  declared_by text NOT NULL,
  head integer NOT NULL,
  head_reason text NOT NULL,
  questionnaire text NOT NULL,
  actor uuid NOT NULL,
  actor_kind text NOT NULL,
  created_at timestamptz NOT NULL,
  submitted_at timestamptz,
  PRIMARY KEY (household_id, version)
);
--+ place household_versions by household_id
-- One version stands, and one draft is open.
CREATE UNIQUE INDEX household_versions_computed ON household_versions (household_id) WHERE state = 'computed';
CREATE UNIQUE INDEX household_versions_draft ON household_versions (household_id, state) WHERE state = 'draft';

CREATE TABLE household_members (
  household_id uuid NOT NULL,
  version integer NOT NULL,
  line integer NOT NULL,
  person bytea,
  adult boolean NOT NULL,
  standing text NOT NULL,
  counted boolean NOT NULL,
  due_at timestamptz,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (household_id, version, line),
  FOREIGN KEY (household_id, version) REFERENCES household_versions (household_id, version)
);
--+ place household_members by household_id
CREATE UNIQUE INDEX household_members_person ON household_members (household_id, version, person);
CREATE INDEX household_members_due ON household_members (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE household_scores (
  household_id uuid NOT NULL,
  score_id uuid NOT NULL,
  version integer NOT NULL,
  cause text NOT NULL,
  cause_event uuid,
  valid_from timestamptz NOT NULL,
  valid_to timestamptz,
  as_of date NOT NULL,
  stratum text NOT NULL,
  region text NOT NULL,
  profile text NOT NULL,
  index_value bigint NOT NULL,
  unrounded bigint NOT NULL,
  outside_frame text NOT NULL,
  imputed text NOT NULL,
  presumed integer NOT NULL,
  low bigint NOT NULL,
  high bigint NOT NULL,
  range_unknown boolean NOT NULL,
  awaiting integer NOT NULL,
  otherwise bigint,
  formula text NOT NULL,
  formula_version text NOT NULL,
  formula_hash text NOT NULL,
  evaluation_version integer NOT NULL,
  questionnaire text NOT NULL,
  variables text NOT NULL,
  parts text NOT NULL,
  key_id uuid NOT NULL,
  inputs bytea NOT NULL,
  PRIMARY KEY (household_id, score_id),
  FOREIGN KEY (household_id, version) REFERENCES household_versions (household_id, version),
  CONSTRAINT household_scores_span CHECK (valid_to IS NULL OR valid_to > valid_from)
);
--+ place household_scores by household_id
-- One score is in force, and no two began together.
CREATE UNIQUE INDEX household_scores_in_force ON household_scores (household_id) WHERE valid_to IS NULL;
CREATE UNIQUE INDEX household_scores_from ON household_scores (household_id, valid_from);
CREATE UNIQUE INDEX household_scores_event ON household_scores (household_id, cause_event);

CREATE TABLE household_tasks (
  household_id uuid NOT NULL REFERENCES households (household_id),
  task_id uuid NOT NULL,
  kind text NOT NULL,
  line integer NOT NULL,
  locality text NOT NULL,
  cause uuid NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  PRIMARY KEY (household_id, task_id)
);
--+ place household_tasks by household_id
CREATE UNIQUE INDEX household_tasks_cause ON household_tasks (household_id, kind, line, cause);
CREATE INDEX household_tasks_open ON household_tasks (locality, task_id) WHERE closed_at IS NULL;

-- Who saw answers of a household, written before they were shown.
CREATE TABLE household_disclosures (
  household_id uuid NOT NULL REFERENCES households (household_id),
  disclosure_id uuid NOT NULL,
  version integer NOT NULL,
  at timestamptz NOT NULL,
  operation text NOT NULL,
  recipient_kind text NOT NULL,
  recipient uuid NOT NULL,
  purpose text NOT NULL,
  basis text NOT NULL,
  case_ref text NOT NULL,
  fields text NOT NULL,
  PRIMARY KEY (household_id, disclosure_id)
);
--+ place household_disclosures by household_id
