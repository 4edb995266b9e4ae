package system

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"sijil/internal/store"
)

// plan says what Migrate would do, without making a file.
func plan(ctx context.Context, cfg Config, p Parts) (changes []Change, err error) {
	for _, name := range StoreNames {
		applied, err := planStore(ctx, cfg, p, name)
		if err != nil {
			return nil, err
		}
		changes = append(changes, changesOf(name, applied)...)
	}
	path, err := cfg.keyFile()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		changes = append(changes, Change{What: "make the key file"})
	}
	return changes, nil
}

func planStore(ctx context.Context, cfg Config, p Parts, name string) (applied []store.Applied, err error) {
	sc, err := cfg.store(name)
	if err != nil {
		return nil, err
	}
	if cfg.Engine == store.SQLite {
		if _, err := os.Stat(sc.Path); errors.Is(err, os.ErrNotExist) {
			// What an empty store would need, asked of one elsewhere.
			dir, err := os.MkdirTemp("", "sijil-plan-")
			if err != nil {
				return nil, err
			}
			defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
			sc.Path = filepath.Join(dir, name+".db")
		}
	}
	db, err := store.Open(ctx, sc)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.Migrate(ctx, sets(name), p.Clock.Now(), true)
}
