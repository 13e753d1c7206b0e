import GRDB

/// The schema's history. Migrations are only ever appended.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 book, pilots, looks, journal, outbox") { db in
            try db.execute(sql: store)
            try db.execute(sql: book)
            try db.execute(sql: pilots)
            try db.execute(sql: evidence)
            try db.execute(sql: outbox)
            for table in [
                "fact", "assignment", "roster_entry", "holdout", "promise", "look", "journal", "outbox",
            ] {
                try db.execute(sql: appendOnly(table))
            }
            try db.execute(sql: frozenPlan)
        }
        migrator.registerMigration("2 corrected rows") { db in
            try db.execute(sql: "ALTER TABLE quarantine ADD COLUMN corrected_at INTEGER")
        }
        migrator.registerMigration("3 milestones, readings, payments, ledger") { db in
            try db.execute(sql: Migration3.facts)
            try db.execute(sql: Migration3.ledger)
            for table in ["ledger_entry", "closed_period", "period_approval"] {
                try db.execute(sql: appendOnly(table))
            }
        }
        migrator.registerMigration("4 reports on contracts, erasable names and rows") { db in
            try Migration4.migrate(db)
        }
        migrator.registerMigration("5 streams, sweeps, events") { db in
            try db.execute(sql: Migration5.streams)
            try db.execute(sql: Migration5.sweeps)
            try db.execute(sql: Migration5.events)
        }
        return migrator
    }

    private static let store = """
        CREATE TABLE store (
            id TEXT NOT NULL PRIMARY KEY,
            is_practice INTEGER NOT NULL,
            clock INTEGER
        ) STRICT;
        """

    private static let book = """
        CREATE TABLE fact (
            sequence INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            stream TEXT NOT NULL,
            native_id TEXT NOT NULL,
            native_version TEXT NOT NULL,
            payload_hash TEXT NOT NULL,
            learned_at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            is_deleted INTEGER NOT NULL DEFAULT 0,
            partner TEXT, name TEXT, attributes TEXT,
            contract TEXT, customer TEXT, renews TEXT,
            signed_on INTEGER, starts_on INTEGER, ends_on INTEGER, cancelled_on INTEGER,
            annual_amount INTEGER, currency TEXT, discount INTEGER,
            outcome INTEGER, baseline REAL, observed_on INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX fact_record ON fact (source, stream, native_id, sequence);
        CREATE TABLE stream (
            source TEXT NOT NULL,
            stream TEXT NOT NULL,
            cursor TEXT,
            completed_through INTEGER,
            facts INTEGER NOT NULL DEFAULT 0,
            last_error TEXT,
            PRIMARY KEY (source, stream)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE quarantine (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            stream TEXT NOT NULL,
            place TEXT NOT NULL,
            reason TEXT NOT NULL,
            payload TEXT NOT NULL,
            learned_at INTEGER NOT NULL,
            UNIQUE (source, stream, place, payload)
        ) STRICT;
        """

    private static let pilots = """
        CREATE TABLE pilot (
            id TEXT NOT NULL PRIMARY KEY,
            plan TEXT NOT NULL,
            plan_hash TEXT NOT NULL,
            resolved TEXT NOT NULL,
            state TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            seed TEXT NOT NULL UNIQUE,
            roster_hash TEXT NOT NULL,
            size_cuts TEXT NOT NULL,
            information TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE paused_variant (
            pilot TEXT NOT NULL REFERENCES pilot (id),
            variant TEXT NOT NULL,
            look INTEGER NOT NULL,
            PRIMARY KEY (pilot, variant)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE layer (
            id TEXT NOT NULL PRIMARY KEY,
            holdout INTEGER NOT NULL,
            holdout_seed TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE holdout (
            layer TEXT NOT NULL REFERENCES layer (id),
            partner TEXT NOT NULL,
            drawn_on INTEGER NOT NULL,
            PRIMARY KEY (layer, partner)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE roster_entry (
            pilot TEXT NOT NULL REFERENCES pilot (id),
            partner TEXT NOT NULL,
            batch INTEGER NOT NULL,
            drawn_on INTEGER NOT NULL,
            attributes TEXT NOT NULL,
            active_contracts INTEGER NOT NULL,
            PRIMARY KEY (pilot, partner)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE assignment (
            pilot TEXT NOT NULL REFERENCES pilot (id),
            partner TEXT NOT NULL,
            variant TEXT NOT NULL,
            stratum TEXT NOT NULL,
            block INTEGER NOT NULL,
            position INTEGER NOT NULL,
            assigned_on INTEGER NOT NULL,
            PRIMARY KEY (pilot, partner),
            UNIQUE (pilot, stratum, block, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX assignment_partner ON assignment (partner);
        CREATE TABLE promise (
            pilot TEXT NOT NULL REFERENCES pilot (id),
            partner TEXT NOT NULL,
            variant TEXT NOT NULL,
            starts_on INTEGER NOT NULL,
            ends_on INTEGER NOT NULL,
            PRIMARY KEY (pilot, partner, starts_on)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX promise_partner ON promise (partner);
        """

    private static let evidence = """
        CREATE TABLE look (
            pilot TEXT NOT NULL REFERENCES pilot (id),
            number INTEGER NOT NULL,
            planned INTEGER NOT NULL,
            content TEXT NOT NULL,
            PRIMARY KEY (pilot, number),
            UNIQUE (pilot, planned)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE journal (
            number INTEGER PRIMARY KEY,
            content TEXT NOT NULL,
            hash TEXT NOT NULL UNIQUE
        ) STRICT;
        """

    private static let outbox = """
        CREATE TABLE outbox (
            id TEXT NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            body TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE delivery (
            message TEXT NOT NULL REFERENCES outbox (id),
            endpoint TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            next_attempt_at INTEGER NOT NULL,
            last_result TEXT,
            PRIMARY KEY (message, endpoint)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX delivery_due ON delivery (state, next_attempt_at);
        """

    /// Of a pilot that has started only the state may change.
    private static let frozenPlan = """
        CREATE TRIGGER pilot_is_frozen BEFORE UPDATE OF
            id, plan, plan_hash, resolved, started_at, seed, roster_hash, size_cuts, information ON pilot
        BEGIN SELECT RAISE(ABORT, 'a started pilot is never changed'); END;
        CREATE TRIGGER pilot_is_never_deleted BEFORE DELETE ON pilot
        BEGIN SELECT RAISE(ABORT, 'a started pilot is never deleted'); END;
        """

    private static func appendOnly(_ table: String) -> String {
        """
        CREATE TRIGGER \(table)_is_never_changed BEFORE UPDATE ON \(table)
        BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
        CREATE TRIGGER \(table)_is_never_deleted BEFORE DELETE ON \(table)
        BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
        """
    }
}
