-- Whether two records are one person: cases that people decide, and what
-- became of it. Weights are in thousandths of a bit.

CREATE TABLE cases (
  case_ref text NOT NULL,
  person_id uuid NOT NULL,
  receipt text NOT NULL,
  locality text NOT NULL,
  cause text NOT NULL CHECK (cause IN ('likeness', 'contested', 'rescored', 'reported')),
  state text NOT NULL CHECK (state IN ('open', 'decided')),
  round integer NOT NULL,
  revision bigint NOT NULL,
  model text NOT NULL,
  opened_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  escalated_at timestamptz,
  outcome text NOT NULL CHECK (outcome IN ('', 'different', 'refused', 'merged', 'split', 'kept')),
  decided_at timestamptz,
  PRIMARY KEY (case_ref),
  CONSTRAINT cases_decided CHECK ((decided_at IS NULL) = (state = 'open'))
);
--+ place cases by case_ref
CREATE INDEX cases_open ON cases (locality, opened_at, case_ref) WHERE state = 'open';
CREATE INDEX cases_receipt ON cases (receipt) WHERE receipt <> '';
CREATE INDEX cases_due ON cases (due_at, case_ref) WHERE state = 'open';

CREATE TABLE case_pairs (
  case_ref text NOT NULL,
  other_id uuid NOT NULL,
  weight bigint NOT NULL,
  band text NOT NULL CHECK (band IN ('new', 'judge', 'same')),
  guard text NOT NULL,
  PRIMARY KEY (case_ref, other_id),
  FOREIGN KEY (case_ref) REFERENCES cases (case_ref)
);
--+ place case_pairs by case_ref

-- One officer has one opinion on a case, for ever.
CREATE TABLE case_opinions (
  case_ref text NOT NULL,
  officer_id uuid NOT NULL,
  round integer NOT NULL,
  turn integer NOT NULL,
  at timestamptz NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('same', 'different', 'cannot_tell')),
  other_id uuid,
  reason text NOT NULL,
  obstacle text NOT NULL,
  PRIMARY KEY (case_ref, officer_id),
  CONSTRAINT case_opinions_other CHECK ((other_id IS NOT NULL) = (verdict = 'same')),
  FOREIGN KEY (case_ref) REFERENCES cases (case_ref)
);
--+ place case_opinions by case_ref
CREATE UNIQUE INDEX case_opinions_turn ON case_opinions (case_ref, round, turn);

-- What is known of a pair of people; person_id is the lower of the two ids.
CREATE TABLE judged_pairs (
  person_id uuid NOT NULL,
  other_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'different', 'same')),
  case_ref text NOT NULL,
  person_revision bigint NOT NULL,
  other_revision bigint NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (person_id, other_id),
  CONSTRAINT judged_pairs_ordered CHECK (person_id < other_id)
);
--+ place judged_pairs by person_id

-- Whose record a merged person's is now: the person that old tokens and
-- numbers lead to.
CREATE TABLE redirects (
  person_id uuid NOT NULL,
  survivor_id uuid NOT NULL,
  case_ref text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (person_id),
  FOREIGN KEY (person_id) REFERENCES persons (person_id)
);
--+ place redirects by person_id

-- The history of merges; person_id is the survivor, revision the version of
-- its record that took the other in.
CREATE TABLE merges (
  person_id uuid NOT NULL,
  merged_id uuid NOT NULL,
  case_ref text NOT NULL,
  revision bigint NOT NULL,
  merged_state text NOT NULL,
  merged_at timestamptz NOT NULL,
  split_case text,
  split_at timestamptz,
  PRIMARY KEY (person_id, merged_id, case_ref),
  FOREIGN KEY (person_id) REFERENCES persons (person_id)
);
--+ place merges by person_id

-- Refused people who came back to be heard: by whom they had been refused.
CREATE TABLE contests (
  receipt text NOT NULL,
  contest_id uuid NOT NULL,
  at timestamptz NOT NULL,
  taken_by uuid NOT NULL,
  refused_by uuid,
  refused_for text NOT NULL,
  PRIMARY KEY (receipt, contest_id),
  FOREIGN KEY (receipt) REFERENCES enrolments (receipt)
);
--+ place contests by receipt

-- The officers' list of enrolments whose witnesses wait to be heard.
CREATE INDEX enrolments_awaiting ON enrolments (captured_at, receipt) WHERE state = 'awaiting_acceptance';

-- How far everybody has been compared anew with a model.
CREATE TABLE rechecks (
  model text NOT NULL,
  after_id uuid NOT NULL,
  people bigint NOT NULL,
  cases bigint NOT NULL,
  began_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (model)
);
--+ place rechecks everywhere
