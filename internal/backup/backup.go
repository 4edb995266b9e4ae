// Package backup knows how stores are copied into a folder and filled from it:
// all rows of each store in one snapshot, a manifest with their hashes, and a
// folder that is there whole or not at all.
//
// It refuses to know what rows mean, and never sees a zone key: what is sealed
// is copied sealed.
package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/seal"
)

// Source is what a backup is made of.
type Source struct {
	Stores  []*store.DB // in the order in which they are taken
	Keeper  seal.Keeper
	Clock   clock.Clock
	Program string            // version of the program
	Files   map[string]string // other files to take along: name in the folder to path; for the key file
}

// Write makes a backup in a folder that is not there yet. Files and folder are
// their owner's alone.
func Write(ctx context.Context, dir, kind string, src Source) (m Manifest, err error) {
	dir = filepath.Clean(dir)
	if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) {
		return m, &errs.Error{Kind: errs.Conflict, Code: "backup.exists", File: dir, What: "there is something by this name already", Fix: "name a folder that is not there yet"}
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), ".sijil-backup-*") // mode 0700
	if err != nil {
		return m, fileError(filepath.Dir(dir), err)
	}
	defer func() { _ = os.RemoveAll(temp) }() // gone already when all went well
	m = Manifest{Format: format, Kind: kind, MadeAt: src.Clock.Now(), Program: src.Program}
	for _, db := range src.Stores {
		m.Engine = db.Engine().String()
		e, err := writeStore(ctx, temp, db, src.Clock.Now())
		if err != nil {
			return m, err
		}
		m.Stores = append(m.Stores, e)
	}
	for name, path := range src.Files {
		if err := copyFile(filepath.Join(temp, name), path); err != nil {
			return m, err
		}
	}
	if err := m.sign(ctx, src.Keeper); err != nil {
		return m, err
	}
	if err := writeManifest(temp, m); err != nil {
		return m, err
	}
	err = syncFolder(temp)
	if err == nil {
		err = os.Rename(temp, dir)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(dir))
	}
	if err != nil {
		return m, fileError(dir, err)
	}
	return m, nil
}

func writeStore(ctx context.Context, dir string, db *store.DB, now time.Time) (Entry, error) {
	var e Entry
	tables, err := db.RowTables(ctx)
	if err != nil {
		return e, err
	}
	err = db.View(ctx, func(tx *store.Tx) error { // may run again: all is made anew
		e = Entry{Store: db.Name(), File: db.Name() + ".rows", TakenAt: now, Rows: map[string]int64{}}
		var err error
		if e.Migrations, err = store.Recorded(ctx, tx); err != nil {
			return err
		}
		if e.Outbox, err = position(ctx, tx); err != nil {
			return err
		}
		return writeFile(filepath.Join(dir, e.File), func(w io.Writer) error {
			hash := sha256.New()
			count := &counter{w: io.MultiWriter(w, hash)}
			out := newRowWriter(count)
			for _, t := range tables {
				n, err := writeTable(ctx, tx, t, out)
				if err != nil {
					return err
				}
				e.Rows[t.Name] = n
			}
			if err := out.end(); err != nil {
				return fileError(e.File, err)
			}
			e.Bytes, e.SHA256 = count.n, hex.EncodeToString(hash.Sum(nil))
			return nil
		})
	})
	return e, err
}

func writeTable(ctx context.Context, tx *store.Tx, t store.Table, out *rowWriter) (n int64, err error) {
	columns := columnsOf(t)
	out.table(t.Name, columns)
	sql := "SELECT " + strings.Join(columns, ", ") + " FROM " + t.Name
	if len(t.Primary) > 0 {
		sql += " ORDER BY " + strings.Join(t.Primary, ", ") // the same rows make the same file
	}
	rows, err := tx.Query(ctx, sql)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		values, err := rows.Values()
		if err == nil {
			err = out.row(values)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	out.endTable(n)
	return n, rows.Err()
}

func columnsOf(t store.Table) []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Name
	}
	return out
}

func position(ctx context.Context, tx *store.Tx) (p Position, err error) {
	err = tx.QueryRow(ctx, `SELECT count(CASE WHEN state = 1 THEN 1 END), count(CASE WHEN state = 0 THEN 1 END), count(CASE WHEN state = 2 THEN 1 END)
		FROM outbox`).Scan(&p.Handled, &p.Waiting, &p.Parked)
	if err != nil {
		return p, err
	}
	var last uid.ID
	err = tx.QueryRow(ctx, `SELECT event_id FROM outbox ORDER BY event_id DESC LIMIT 1`).Scan(&last)
	if errors.Is(err, store.ErrNoRows) {
		return p, nil
	}
	p.Last = hex.EncodeToString(last[:])
	return p, err
}

// Fill loads a store of a checked backup into a vacant one, in one transaction.
// The migrations must be those of the backup.
func (m *Manifest) Fill(ctx context.Context, dir string, db *store.DB, sets []store.Migrations, now time.Time) error {
	e, ok := m.Entry(db.Name())
	if !ok {
		return &errs.Error{Kind: errs.Invalid, Code: "backup.kind", File: filepath.Join(dir, ManifestFile), What: "the backup has no store " + db.Name(), Fix: "name the other folder"}
	}
	return db.Fill(ctx, sets, now, func(tx *store.Tx) error {
		f, err := os.Open(filepath.Join(dir, e.File))
		if err != nil {
			return fileError(e.File, err)
		}
		defer func() { _ = f.Close() }() // only read
		in, err := newRowReader(f)
		if err != nil {
			return err
		}
		for {
			name, columns, err := in.table()
			if err != nil || name == "" {
				return err
			}
			n, err := tx.Copy(ctx, name, columns, in.next)
			if err == nil && n != e.Rows[name] {
				err = damaged()
			}
			if err != nil {
				return err
			}
		}
	})
}

// Fits refuses a backup that this program cannot fill a store from.
func (m *Manifest) Fits(dir string, engine store.Engine, name string, sets []store.Migrations) error {
	path := filepath.Join(dir, ManifestFile)
	e, ok := m.Entry(name)
	if !ok {
		return &errs.Error{Kind: errs.Invalid, Code: "backup.kind", File: path, What: "the backup has no store " + name, Fix: "name the other folder"}
	}
	if m.Engine != engine.String() {
		return &errs.Error{Kind: errs.Invalid, Code: "backup.engine", File: path, What: "the backup is of stores on " + m.Engine, Fix: "restore it there"}
	}
	known, err := store.Checksums(sets)
	if err != nil {
		return err
	}
	same := len(known) == len(e.Migrations)
	for k, sum := range known {
		same = same && e.Migrations[k] == sum
	}
	if !same {
		return &errs.Error{Kind: errs.Conflict, Code: "backup.schema", File: path, What: "the tables of the backup are not this program's",
			Fix: "restore it with version " + m.Program + ", then migrate"}
	}
	return nil
}

// check compares a file with its entry.
func (e Entry) check(dir string) error {
	bad := &errs.Error{Kind: errs.Denied, Code: "backup.tampered", File: filepath.Join(dir, e.File), What: "the file is not the one of the manifest", Fix: "use another backup"}
	if e.File != filepath.Base(e.File) || !slices.Contains([]string{e.Store + ".rows"}, e.File) {
		return bad
	}
	f, err := os.Open(filepath.Join(dir, e.File))
	if err != nil {
		return bad
	}
	defer func() { _ = f.Close() }() // only read
	hash := sha256.New()
	n, err := io.Copy(hash, f)
	if err != nil || n != e.Bytes || hex.EncodeToString(hash.Sum(nil)) != e.SHA256 {
		return bad
	}
	return nil
}
