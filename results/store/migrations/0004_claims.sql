-- What a document says in sentences: [results.Claim]. Runs of before were held
-- against figures alone.
ALTER TABLE runs ADD COLUMN claims TEXT NOT NULL DEFAULT 'null';
