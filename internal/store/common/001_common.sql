-- What every store has.

-- Idempotency keys: a claim, so placed by the claimed value.
CREATE TABLE idempotency (
  claim bytea NOT NULL,
  body bytea NOT NULL,
  response bytea,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (claim)
);
--+ place idempotency by claim
CREATE INDEX idempotency_age ON idempotency (created_at);

-- Events that leave a transaction. state: 0 waiting, 1 handled, 2 parked.
CREATE TABLE outbox (
  subject_id uuid NOT NULL,
  event_id uuid NOT NULL,
  topic text NOT NULL,
  at timestamptz NOT NULL,
  body bytea NOT NULL,
  state smallint NOT NULL,
  tries integer NOT NULL,
  due_at timestamptz NOT NULL,
  note text,
  PRIMARY KEY (subject_id, event_id)
);
--+ place outbox by subject_id
CREATE INDEX outbox_waiting ON outbox (event_id) WHERE state <> 1;
CREATE INDEX outbox_handled ON outbox (due_at) WHERE state = 1;

-- Background work. state: 0 waiting, 1 held by a runner, 2 done, 3 parked.
CREATE TABLE jobs (
  bucket smallint NOT NULL,
  job_id uuid NOT NULL,
  kind text NOT NULL,
  body bytea NOT NULL,
  state smallint NOT NULL,
  tries integer NOT NULL,
  due_at timestamptz NOT NULL,
  holder uuid,
  note text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, job_id)
);
--+ place jobs by bucket
CREATE INDEX jobs_due ON jobs (bucket, due_at) WHERE state < 2;
CREATE INDEX jobs_done ON jobs (bucket, due_at) WHERE state = 2;
