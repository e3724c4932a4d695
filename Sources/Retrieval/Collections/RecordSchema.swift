import GRDB

/// The tables; `Documentation/collection-format.md` says what each column means.
enum RecordSchema {
  static let version = 1

  static func create(_ database: Database) throws {
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard found == 0 else { return }
    try database.execute(
      sql: """
        CREATE TABLE state (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          vector_commit INTEGER NOT NULL,
          next_key INTEGER NOT NULL
        );
        INSERT INTO state VALUES (1, 0, 1);
        CREATE TABLE source (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL,
          kind TEXT,
          origin TEXT,
          size INTEGER,
          modified INTEGER,
          digest BLOB,
          parts INTEGER,
          content TEXT,
          metadata TEXT
        );
        CREATE UNIQUE INDEX source_name ON source (name, origin IS NULL);
        CREATE INDEX source_digest ON source (digest);
        CREATE INDEX source_origin ON source (origin);
        CREATE TABLE record (
          key INTEGER PRIMARY KEY,
          source INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
          part INTEGER NOT NULL,
          first INTEGER,
          last INTEGER,
          text TEXT,
          UNIQUE (source, part)
        );
        CREATE TABLE failure (
          source INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
          part INTEGER NOT NULL,
          reason TEXT NOT NULL,
          PRIMARY KEY (source, part)
        ) WITHOUT ROWID;
        PRAGMA user_version = 1;
        """)
  }

  static func check(_ database: Database) throws {
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard found == version else {
      throw CollectionError(.newerFormat, "the records are of version \(found); this version of the program reads version \(version)")
    }
  }
}
