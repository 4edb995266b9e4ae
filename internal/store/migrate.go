package store

import (
	"context"
	"io/fs"
	"time"
)

// Migrations is a numbered set of schema changes, one file each: NNN_name.sql.
type Migrations struct {
	Set   string // whose they are, such as "population"
	Files fs.FS
}

// Applied is a migration that was applied, or would be.
type Applied struct {
	Set    string
	Number int
	Name   string
}

type migrator interface {
	migrate(ctx context.Context, sets []Migrations, now time.Time, dry bool) ([]Applied, error)
	checkSchema(ctx context.Context, sets []Migrations) error
}

// Migrate brings the schema up to date.
func (db *DB) Migrate(ctx context.Context, sets []Migrations, now time.Time, dry bool) ([]Applied, error) {
	return db.back.migrate(ctx, sets, now, dry)
}

// CheckSchema returns an error unless the schema is exactly what the sets make.
func (db *DB) CheckSchema(ctx context.Context, sets []Migrations) error {
	return db.back.checkSchema(ctx, sets)
}
