/// What milestones, readings and payments say, the ledger of what partners are owed and paid, and who approved
/// the closing of its periods.
enum Migration3 {
    /// The columns of ``FactColumns`` from `milestone` on, in that order; never another one.
    static let facts = """
        ALTER TABLE fact ADD COLUMN milestone TEXT;
        ALTER TABLE fact ADD COLUMN reached_on INTEGER;
        ALTER TABLE fact ADD COLUMN measure TEXT;
        ALTER TABLE fact ADD COLUMN value INTEGER;
        ALTER TABLE fact ADD COLUMN payment TEXT;
        ALTER TABLE fact ADD COLUMN component TEXT;
        ALTER TABLE fact ADD COLUMN rule TEXT;
        ALTER TABLE fact ADD COLUMN occasion TEXT;
        ALTER TABLE fact ADD COLUMN entry TEXT;
        ALTER TABLE fact ADD COLUMN rate INTEGER;
        ALTER TABLE fact ADD COLUMN paid_on INTEGER;
        ALTER TABLE fact ADD COLUMN amount INTEGER;
        """

    /// An entry's columns are what is asked for; `content` is the whole of it.
    static let ledger = """
        CREATE TABLE ledger_entry (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            period TEXT NOT NULL REFERENCES closed_period (id),
            partner TEXT NOT NULL,
            kind TEXT NOT NULL,
            amount INTEGER NOT NULL,
            currency TEXT NOT NULL,
            content TEXT NOT NULL
        ) STRICT;
        CREATE INDEX ledger_entry_partner ON ledger_entry (partner, number);
        CREATE INDEX ledger_entry_period ON ledger_entry (period, number);
        CREATE TABLE closed_period (
            id TEXT NOT NULL PRIMARY KEY,
            closed_at INTEGER NOT NULL,
            requested_by TEXT NOT NULL,
            closed_by TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            entries INTEGER NOT NULL,
            payment_file BLOB NOT NULL,
            control_totals BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE period_approval (
            number INTEGER PRIMARY KEY,
            period TEXT NOT NULL,
            actor TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            approved_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX period_approval_period ON period_approval (period, number);
        """
}
