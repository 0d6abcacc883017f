-- What a run knows of pipelines: [results.Pipeline]. Runs of before know none.
ALTER TABLE runs ADD COLUMN pipelines TEXT NOT NULL DEFAULT 'null';
