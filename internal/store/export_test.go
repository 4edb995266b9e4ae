package store

// Grouped reports whether the writer of a SQLite store is in the middle of a
// group that has more than one member.
func Grouped(db *DB) bool {
	s, ok := db.back.(*sqliteDB)
	return ok && s.writer.members.Load() > 0
}
