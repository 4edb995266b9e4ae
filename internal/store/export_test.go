package store

// Grouped reports whether the writer of a SQLite store is in the middle of a
// group that has more than one member.
func Grouped(db *DB) bool {
	s, ok := db.back.(*sqliteDB)
	return ok && s.writer.members.Load() > 0
}

// Pragmas returns settings of the connection that writes.
func Pragmas(db *DB, names ...string) []any {
	s, ok := db.back.(*sqliteDB)
	if !ok {
		return nil
	}
	var out []any
	for _, n := range names {
		for _, row := range s.writer.conn.rowsOf("PRAGMA " + n) {
			out = append(out, row[0])
		}
	}
	return out
}
