-- When a comparison of the run is decided: results.Policy. Runs of before were
-- printed without a verdict; this is what decides them now.
ALTER TABLE runs ADD COLUMN policy TEXT NOT NULL DEFAULT '{"confidence":0.9375,"same":0.03,"effect":0.02}';

-- What the study was opened by: a built-in name or a path. Unknown of runs of
-- before.
ALTER TABLE runs ADD COLUMN source TEXT NOT NULL DEFAULT '';

-- The run whose suspects this one confirms; '' for a run of its own.
ALTER TABLE runs ADD COLUMN confirms TEXT NOT NULL DEFAULT '';

-- Seconds that a trial took besides its timed window: preparation, proof and
-- removal. NULL for trials of before.
ALTER TABLE trials ADD COLUMN untimed REAL;

-- A run that was resumed ends more than once. Its last row counts; 'resumed'
-- stands for a run that is under way again, or whose process was killed again.
DROP TRIGGER trials_not_after_end;
DROP TRIGGER run_ends_no_replace;
DROP TRIGGER run_ends_no_update;
DROP TRIGGER run_ends_no_delete;
ALTER TABLE run_ends RENAME TO run_ends_once;

CREATE TABLE run_ends (
  key    INTEGER PRIMARY KEY,
  run    TEXT NOT NULL REFERENCES runs (id),
  ended  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  how    TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;

CREATE INDEX run_ends_run ON run_ends (run, key);

INSERT INTO run_ends (run, ended, how, reason) SELECT run, ended, how, reason FROM run_ends_once ORDER BY ended;
DROP TABLE run_ends_once;

CREATE VIEW run_last_ends AS SELECT run, ended, how, reason FROM run_ends
WHERE key IN (SELECT max(key) FROM run_ends GROUP BY run);

CREATE TRIGGER run_ends_no_update BEFORE UPDATE ON run_ends BEGIN SELECT RAISE(ABORT, 'run_ends are append-only'); END;
CREATE TRIGGER run_ends_no_delete BEFORE DELETE ON run_ends BEGIN SELECT RAISE(ABORT, 'run_ends are append-only'); END;
CREATE TRIGGER run_ends_no_replace BEFORE INSERT ON run_ends
WHEN EXISTS (SELECT 1 FROM run_ends WHERE key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'the run''s end is there already'); END;
CREATE TRIGGER run_ends_once BEFORE INSERT ON run_ends
WHEN NEW.how <> 'resumed' AND (SELECT how FROM run_ends WHERE run = NEW.run ORDER BY key DESC LIMIT 1) <> 'resumed'
BEGIN SELECT RAISE(ABORT, 'the run''s end is there already'); END;
CREATE TRIGGER run_ends_not_resumed BEFORE INSERT ON run_ends
WHEN NEW.how = 'resumed' AND (SELECT how FROM run_ends WHERE run = NEW.run ORDER BY key DESC LIMIT 1) = 'complete'
BEGIN SELECT RAISE(ABORT, 'the run is complete'); END;
CREATE TRIGGER trials_not_after_end BEFORE INSERT ON trials
WHEN (SELECT how FROM run_ends WHERE run = NEW.run ORDER BY key DESC LIMIT 1) <> 'resumed'
BEGIN SELECT RAISE(ABORT, 'the run has ended'); END;
