package system

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sijil/internal/backup"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/seal/keeper"
)

// keyFileInBackup is what the key file is called beside the key store's rows.
const keyFileInBackup = "key.json"

// receivers first: whoever was told something is taken before whoever told it,
// so that no store of a backup knows of an act that is in none. What a teller
// has handed on since is handed on again after a restore.
var takenInOrder = []string{AgencyStore, SocialStore, PopulationStore}

// Backup copies the three stores into dir, and the key store with the key file
// into keys: two new folders, neither inside the other. dir may be kept for
// years; keys only for a day, because an erased person is erased by the key
// being nowhere. The service may be at work meanwhile.
func (s *System) Backup(ctx context.Context, dir, keys, program string) (stores, keyStore backup.Manifest, err error) {
	if err := apart(dir, keys); err != nil {
		return stores, keyStore, err
	}
	if _, err := os.Lstat(keys); err == nil { // before the long work
		return stores, keyStore, &errs.Error{Kind: errs.Conflict, Code: "backup.exists", File: keys, What: "there is something by this name already", Fix: "name a folder that is not there yet"}
	}
	src := backup.Source{Keeper: s.Keeper, Clock: s.Parts.Clock, Program: program}
	for _, name := range takenInOrder {
		src.Stores = append(src.Stores, s.Stores[name])
	}
	if stores, err = backup.Write(ctx, dir, backup.Stores, src); err != nil {
		return stores, keyStore, err
	}
	// The key store last: a key is durable before a row names it, so every key
	// of the rows above is in it.
	src.Stores = []*store.DB{s.Stores[KeyStore]}
	src.Files = map[string]string{keyFileInBackup: s.Keeper.Path()}
	keyStore, err = backup.Write(ctx, keys, backup.Keys, src)
	return stores, keyStore, err
}

// apart refuses folders of which one holds the other.
func apart(dir, keys string) error {
	a, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	b, err := filepath.Abs(keys)
	if err != nil {
		return err
	}
	slash := string(filepath.Separator)
	if strings.HasPrefix(a+slash, b+slash) || strings.HasPrefix(b+slash, a+slash) {
		return errs.Bad("keys", "keys and stores would lie in one folder", "name another one for the keys, on another disk")
	}
	return nil
}

// restore is a restore under way.
type restore struct {
	cfg             Config
	p               Parts
	dir, keys       string
	stores, keyRows backup.Manifest
}

// Restore fills an empty installation from a backup and checks it across its
// stores. Whatever the backup or the target is refused for is refused before
// anything is made; one that is cut off leaves an installation that no program
// opens, and may be run again. The key file comes from the backup unless it is
// in its place already.
func Restore(ctx context.Context, cfg Config, p Parts, dir, keys string) (report Checked, err error) {
	if err := p.fill(); err != nil {
		return report, err
	}
	r := restore{cfg: cfg, p: p, dir: dir, keys: keys}
	if err := r.read(ctx); err != nil {
		return report, err
	}
	if cfg.Engine != store.SQLite {
		return r.fill(ctx)
	}
	// Files are filled beside the folder, which gets its name when all is well.
	folder := filepath.Clean(cfg.Folder)
	if left, err := os.ReadDir(folder); err == nil && len(left) > 0 {
		return report, &errs.Error{Kind: errs.Conflict, Code: "store.not_empty", File: folder, What: "the folder is not empty", Fix: "restore into a new one"}
	}
	r.cfg.Folder = folder + ".restoring"
	if err := clearHalf(r.cfg.Folder); err != nil {
		return report, err
	}
	if report, err = r.fill(ctx); err != nil {
		return report, err
	}
	if err := os.Remove(folder); err != nil && !errors.Is(err, os.ErrNotExist) {
		return report, &errs.Error{Kind: errs.Unavailable, Code: "system.folder", File: folder, What: "the folder cannot be replaced", Fix: "remove it", Err: err}
	}
	if err := os.Rename(r.cfg.Folder, folder); err != nil {
		return report, &errs.Error{Kind: errs.Unavailable, Code: "system.folder", File: folder, What: "the folder cannot be made", Fix: "name another", Err: err}
	}
	return report, nil
}

// clearHalf removes what a restore that was cut off left, and nothing else.
func clearHalf(folder string) error {
	left, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	known := map[string]bool{keyFileInBackup: true}
	for _, name := range StoreNames {
		for _, end := range []string{".db", ".db-wal", ".db-shm", ".db-journal"} {
			known[name+end] = true
		}
	}
	for _, f := range left {
		if !known[f.Name()] && !strings.HasPrefix(f.Name(), backup.HalfCopy) {
			return &errs.Error{Kind: errs.Conflict, Code: "store.not_empty", File: filepath.Join(folder, f.Name()), What: "this is not of a restore", Fix: "move it away"}
		}
	}
	return os.RemoveAll(folder)
}

// read checks both folders by the keys at hand, and that they fit together and
// fit this program.
func (r *restore) read(ctx context.Context) (err error) {
	path, err := r.cfg.keyFile()
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		path = filepath.Join(r.keys, keyFileInBackup)
	}
	k, err := keeper.Open(path, r.p.Rand)
	if err != nil {
		return err
	}
	if r.stores, err = backup.Open(ctx, r.dir, backup.Stores, k); err != nil {
		return err
	}
	if r.keyRows, err = backup.Open(ctx, r.keys, backup.Keys, k); err != nil {
		return err
	}
	if r.keyRows.MadeAt.Before(r.stores.MadeAt) {
		return &errs.Error{Kind: errs.Conflict, Code: "backup.old_keys", File: filepath.Join(r.keys, backup.ManifestFile),
			What: "the keys were copied before the stores, which may name later ones", Fix: "bring the newest backup of the keys"}
	}
	for _, name := range StoreNames {
		m, dir := r.of(name)
		if err := m.Fits(dir, r.cfg.Engine, name, sets(name)); err != nil {
			return err
		}
	}
	return nil
}

func (r *restore) of(name string) (*backup.Manifest, string) {
	if name == KeyStore {
		return &r.keyRows, r.keys
	}
	return &r.stores, r.dir
}

func (r *restore) fill(ctx context.Context) (report Checked, err error) {
	open, err := openStores(ctx, r.cfg, true)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, open.close()) }()
	if cut, err := r.cutOffAtTheEnd(ctx, open); err != nil || cut {
		if err != nil {
			return report, err
		}
		return r.finish(ctx, open)
	}
	for _, name := range StoreNames { // all, before one is touched
		if vacant, err := open[name].Vacant(ctx); err != nil || !vacant {
			return report, errors.Join(err, notVacant(name, vacant))
		}
	}
	if err := r.placeKeys(); err != nil {
		return report, err
	}
	now := r.p.Clock.Now()
	for _, name := range StoreNames {
		m, dir := r.of(name)
		if err := m.Fill(ctx, dir, open[name], sets(name), now); err != nil {
			return report, err
		}
	}
	return r.finish(ctx, open)
}

// cutOffAtTheEnd reports whether a restore of this backup was cut off while the
// marks were taken from stores that are all filled: some have theirs yet, some
// hold rows without. Nothing is removed then, as a store without a mark may be
// somebody's.
func (r *restore) cutOffAtTheEnd(ctx context.Context, open stores) (bool, error) {
	marked, full := false, false
	for _, name := range StoreNames {
		vacant, err := open[name].Vacant(ctx)
		if err != nil {
			return false, err
		}
		full = full || !vacant
		e, ok := errors.AsType[*errs.Error](open[name].CheckSchema(ctx, sets(name)))
		marked = marked || ok && e.Code == "store.restoring"
	}
	if !marked || !full {
		return false, nil
	}
	for _, t := range []struct{ store, table string }{{KeyStore, "data_keys"}, {PopulationStore, "persons"}, {PopulationStore, "records"}, {SocialStore, "households"}} {
		m, _ := r.of(t.store)
		i := slices.IndexFunc(m.Stores, func(e backup.Entry) bool { return e.Store == t.store })
		var n int64
		err := open[t.store].View(ctx, func(tx *store.Tx) error { return tx.QueryRow(ctx, `SELECT count(*) FROM `+t.table).Scan(&n) })
		if err != nil {
			return false, err
		}
		if i < 0 || m.Stores[i].Rows[t.table] != n {
			return false, &errs.Error{Kind: errs.Conflict, Code: "store.not_empty", What: "some of the stores have rows, and a restore of another backup was cut off in the others",
				Fix: "restore the backup that was begun with, or empty all four stores"}
		}
	}
	for _, name := range StoreNames {
		open[name].Finish()
	}
	return true, nil
}

// finish checks stores that are filled, and takes their marks away.
func (r *restore) finish(ctx context.Context, open stores) (report Checked, err error) {
	s, err := check(ctx, r.cfg, r.p, open)
	if err != nil {
		return report, err
	}
	again, err := s.tellAgain(ctx, r.stores)
	if err != nil {
		return report, err
	}
	if report, err = s.CheckAcross(ctx); err != nil {
		return report, err
	}
	report.CarriedAgain = again
	for _, name := range StoreNames {
		if err := open[name].Filled(ctx); err != nil {
			return report, err
		}
	}
	return report, nil
}

func notVacant(name string, vacant bool) error {
	if vacant {
		return nil
	}
	return &errs.Error{Kind: errs.Conflict, Code: "store.not_empty", What: "store " + name + " has rows", Fix: "restore into an empty installation"}
}

// placeKeys puts the key file in its place unless one is there.
func (r *restore) placeKeys() error {
	path, err := r.cfg.keyFile()
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return backup.CopySecret(path, filepath.Join(r.keys, keyFileInBackup))
}

// tellingMargin is how far the clocks of machines may be apart.
const tellingMargin = 10 * time.Minute

// tellAgain lets what was handed on since the first receiver was taken be
// handed on again: it may not be in the receiver. Handlers do nothing the
// second time.
func (s *System) tellAgain(ctx context.Context, m backup.Manifest) (n int64, err error) {
	var since time.Time
	for _, e := range m.Stores {
		if since.IsZero() || e.TakenAt.Before(since) {
			since = e.TakenAt
		}
	}
	since = since.Add(-tellingMargin)
	for _, name := range StoreNames {
		heard := s.Topics(name).Read
		if len(heard) == 0 {
			continue
		}
		var some int64
		err := s.Stores[name].Do(ctx, func(tx *store.Tx) (err error) {
			some, err = tx.Exec(ctx, `UPDATE outbox SET state = 0, tries = 0 WHERE state = 1 AND due_at >= $1 AND topic = ANY($2)`, since, heard)
			return err
		})
		if err != nil {
			return n, err
		}
		n += some
	}
	return n, nil
}
