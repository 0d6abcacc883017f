-- "CIBC": tells this database from those of other programs.
PRAGMA application_id = 0x43494243;

CREATE TABLE migrations (
  version INTEGER PRIMARY KEY,
  name    TEXT NOT NULL,
  applied TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

-- Times are UTC in RFC 3339, with the same number of digits throughout a
-- column, so that they sort as text. What is only ever read whole is JSON.
CREATE TABLE runs (
  id           TEXT PRIMARY KEY,
  study        TEXT NOT NULL,
  study_digest TEXT NOT NULL,
  seed         TEXT NOT NULL, -- decimal: SQLite's integers are signed
  simulated    INTEGER NOT NULL,
  started      TEXT NOT NULL,
  jobs         TEXT NOT NULL, -- [results.Job]
  plan         TEXT NOT NULL,
  targets      TEXT NOT NULL, -- [results.Target]
  environment  TEXT NOT NULL  -- {fact: value}
) STRICT;

CREATE INDEX runs_started ON runs (started);

-- A run without a row here is under way, or its process was killed.
CREATE TABLE run_ends (
  run    TEXT PRIMARY KEY REFERENCES runs (id),
  ended  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  how    TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;

CREATE TABLE trials (
  key      INTEGER PRIMARY KEY,
  run      TEXT NOT NULL REFERENCES runs (id),
  id       TEXT NOT NULL,
  slot     INTEGER NOT NULL,
  block    INTEGER NOT NULL,
  job      TEXT NOT NULL,
  variant  TEXT NOT NULL,
  state    TEXT NOT NULL,
  warmup   INTEGER NOT NULL,
  outcome  TEXT NOT NULL,
  reason   TEXT NOT NULL,
  started  TEXT NOT NULL,
  duration REAL NOT NULL, -- seconds
  host     TEXT NOT NULL, -- results.Host
  log      TEXT NOT NULL,
  UNIQUE (run, id),
  UNIQUE (run, slot)
) STRICT;

CREATE TABLE samples (
  trial INTEGER NOT NULL REFERENCES trials (key),
  ord   INTEGER NOT NULL,
  name  TEXT NOT NULL,
  kind  TEXT NOT NULL,
  unit  TEXT NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (trial, ord),
  UNIQUE (trial, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE spans (
  trial  INTEGER NOT NULL REFERENCES trials (key),
  ord    INTEGER NOT NULL,
  phase  TEXT NOT NULL,
  step   TEXT NOT NULL,
  name   TEXT NOT NULL,
  start  REAL NOT NULL, -- seconds after the start of the timed window
  stop   REAL,          -- NULL: no stop was seen
  cached INTEGER NOT NULL,
  PRIMARY KEY (trial, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE checks (
  trial INTEGER NOT NULL REFERENCES trials (key),
  ord   INTEGER NOT NULL,
  name  TEXT NOT NULL,
  want  TEXT NOT NULL,
  got   TEXT NOT NULL,
  ok    INTEGER NOT NULL,
  PRIMARY KEY (trial, ord)
) STRICT, WITHOUT ROWID;

-- Evidence is only ever added. The insert triggers are there for INSERT OR
-- REPLACE, which by default deletes without firing a delete trigger.

CREATE TRIGGER runs_no_update BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'runs are append-only'); END;
CREATE TRIGGER runs_no_delete BEFORE DELETE ON runs BEGIN SELECT RAISE(ABORT, 'runs are append-only'); END;
CREATE TRIGGER runs_no_replace BEFORE INSERT ON runs
WHEN EXISTS (SELECT 1 FROM runs WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the run is there already'); END;

CREATE TRIGGER run_ends_no_update BEFORE UPDATE ON run_ends BEGIN SELECT RAISE(ABORT, 'run_ends are append-only'); END;
CREATE TRIGGER run_ends_no_delete BEFORE DELETE ON run_ends BEGIN SELECT RAISE(ABORT, 'run_ends are append-only'); END;
CREATE TRIGGER run_ends_no_replace BEFORE INSERT ON run_ends
WHEN EXISTS (SELECT 1 FROM run_ends WHERE run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'the run''s end is there already'); END;

CREATE TRIGGER trials_no_update BEFORE UPDATE ON trials BEGIN SELECT RAISE(ABORT, 'trials are append-only'); END;
CREATE TRIGGER trials_no_delete BEFORE DELETE ON trials BEGIN SELECT RAISE(ABORT, 'trials are append-only'); END;
CREATE TRIGGER trials_no_replace BEFORE INSERT ON trials
WHEN EXISTS (SELECT 1 FROM trials WHERE key = NEW.key OR run = NEW.run AND (id = NEW.id OR slot = NEW.slot))
BEGIN SELECT RAISE(ABORT, 'the trial is there already'); END;

CREATE TRIGGER samples_no_update BEFORE UPDATE ON samples BEGIN SELECT RAISE(ABORT, 'samples are append-only'); END;
CREATE TRIGGER samples_no_delete BEFORE DELETE ON samples BEGIN SELECT RAISE(ABORT, 'samples are append-only'); END;
CREATE TRIGGER samples_no_replace BEFORE INSERT ON samples
WHEN EXISTS (SELECT 1 FROM samples WHERE trial = NEW.trial AND (ord = NEW.ord OR name = NEW.name))
BEGIN SELECT RAISE(ABORT, 'the sample is there already'); END;

CREATE TRIGGER spans_no_update BEFORE UPDATE ON spans BEGIN SELECT RAISE(ABORT, 'spans are append-only'); END;
CREATE TRIGGER spans_no_delete BEFORE DELETE ON spans BEGIN SELECT RAISE(ABORT, 'spans are append-only'); END;
CREATE TRIGGER spans_no_replace BEFORE INSERT ON spans
WHEN EXISTS (SELECT 1 FROM spans WHERE trial = NEW.trial AND ord = NEW.ord)
BEGIN SELECT RAISE(ABORT, 'the span is there already'); END;

CREATE TRIGGER checks_no_update BEFORE UPDATE ON checks BEGIN SELECT RAISE(ABORT, 'checks are append-only'); END;
CREATE TRIGGER checks_no_delete BEFORE DELETE ON checks BEGIN SELECT RAISE(ABORT, 'checks are append-only'); END;
CREATE TRIGGER checks_no_replace BEFORE INSERT ON checks
WHEN EXISTS (SELECT 1 FROM checks WHERE trial = NEW.trial AND ord = NEW.ord)
BEGIN SELECT RAISE(ABORT, 'the check is there already'); END;

CREATE TRIGGER trials_not_after_end BEFORE INSERT ON trials
WHEN EXISTS (SELECT 1 FROM run_ends WHERE run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'the run has ended'); END;
