/// How reading of each stream goes, what a sweep has seen so far, and what happened to a stream.
enum Migration5 {
    static let streams = """
        ALTER TABLE stream ADD COLUMN live INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE stream ADD COLUMN kind TEXT;
        ALTER TABLE stream ADD COLUMN last_success INTEGER;
        ALTER TABLE stream ADD COLUMN server_time INTEGER;
        ALTER TABLE stream ADD COLUMN last_run TEXT;
        ALTER TABLE stream ADD COLUMN quota_used INTEGER;
        ALTER TABLE stream ADD COLUMN quota_limit INTEGER;
        ALTER TABLE stream ADD COLUMN throttled_until INTEGER;
        ALTER TABLE stream ADD COLUMN reconciliation TEXT;
        ALTER TABLE stream ADD COLUMN hold TEXT;
        ALTER TABLE stream ADD COLUMN schema TEXT;
        ALTER TABLE stream ADD COLUMN is_read_again INTEGER NOT NULL DEFAULT 0;
        UPDATE stream SET
            live = (
                SELECT COUNT(*) FROM (
                    SELECT is_deleted, MAX(sequence) FROM fact
                    WHERE fact.source = stream.source AND fact.stream = stream.stream GROUP BY native_id
                ) WHERE is_deleted = 0),
            kind = (
                SELECT kind FROM fact WHERE fact.source = stream.source AND fact.stream = stream.stream
                LIMIT 1);
        """

    /// `state`: seen, missing, suspect, unknown, lost, gone; see ``Model/Sweep``. One state an id.
    static let sweeps = """
        CREATE TABLE sweep_id (
            source TEXT NOT NULL,
            stream TEXT NOT NULL,
            native_id TEXT NOT NULL,
            state TEXT NOT NULL,
            version TEXT NOT NULL,
            PRIMARY KEY (source, stream, native_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sweep_id_lost ON sweep_id (source, stream) WHERE state = 'lost';
        CREATE INDEX sweep_id_missing ON sweep_id (source, stream) WHERE state = 'missing';
        """

    static let events = """
        CREATE TABLE stream_event (
            number INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            stream TEXT NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX stream_event_stream ON stream_event (source, stream, number);
        """
}
