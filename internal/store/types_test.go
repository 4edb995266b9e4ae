package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
)

const everyType = `
CREATE TABLE every (
  id uuid NOT NULL,
  u uuid, b bytea, big bigint, i integer, s smallint, ok boolean, x text, at timestamptz, day date, blind bytea,
  PRIMARY KEY (id)
);
--+ place every by id
`

type (
	code  string
	level uint8
	blind [18]byte
)

// record has every type of column, each once plain and where that may be null.
type record struct {
	U     *uid.ID
	B     []byte
	Big   *int64
	I     *int32
	S     *int16
	OK    *bool
	X     *code
	At    time.Time
	Day   civil.Date
	Blind *blind
}

func (r *record) args(id uid.ID) []any {
	return []any{id, r.U, r.B, r.Big, r.I, r.S, r.OK, r.X, r.At, r.Day, r.Blind}
}

func (r *record) dest() []any {
	return []any{&r.U, &r.B, &r.Big, &r.I, &r.S, &r.OK, &r.X, &r.At, &r.Day, &r.Blind}
}

func maybe[T any](t *rapid.T, name string, g *rapid.Generator[T]) *T {
	if rapid.Bool().Draw(t, name+" is null") {
		return nil
	}
	v := g.Draw(t, name)
	return &v
}

func records() *rapid.Generator[record] {
	return rapid.Custom(func(t *rapid.T) record {
		var r record
		r.U = maybe(t, "u", rapid.Map(rapid.SliceOfN(rapid.Byte(), 16, 16), func(b []byte) uid.ID { return uid.ID(b) }))
		if b := maybe(t, "b", rapid.SliceOf(rapid.Byte())); b != nil {
			r.B = append([]byte{}, *b...)
		}
		r.Big = maybe(t, "big", rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 0})))
		r.I = maybe(t, "i", rapid.Int32())
		r.S = maybe(t, "s", rapid.Int16())
		r.OK = maybe(t, "ok", rapid.Bool())
		r.X = maybe(t, "x", rapid.Map(rapid.String(), func(s string) code { return code(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "?")) }))
		if us := maybe(t, "at", rapid.Int64Range(-62135596800000000+1, 253402300799999999)); us != nil {
			r.At = time.UnixMicro(*us).UTC()
		}
		if n := maybe(t, "day", rapid.IntRange(0, 127_000)); n != nil {
			r.Day = civil.Of(time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, *n))
		}
		r.Blind = maybe(t, "blind", rapid.Map(rapid.SliceOfN(rapid.Byte(), 18, 18), func(b []byte) blind { return blind(b) }))
		return r
	})
}

const (
	keepRecord = `INSERT INTO every (id, u, b, big, i, s, ok, x, at, day, blind) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	readRecord = `SELECT u, b, big, i, s, ok, x, at, day, blind FROM every WHERE id = $1`
)

// Whatever is kept reads back the same, by INSERT and by Copy.
func TestValuesReadBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(everyType), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		rapid.Check(t, func(rt *rapid.T) {
			want := records().Draw(rt, "record")
			id, copied := newID(), newID()
			if err := db.Do(ctx, func(tx *store.Tx) error { _, err := tx.Exec(ctx, keepRecord, want.args(id)...); return err }); err != nil {
				rt.Fatal(err)
			}
			if _, err := db.Copy(ctx, "every", []string{"id", "u", "b", "big", "i", "s", "ok", "x", "at", "day", "blind"}, once(want.args(copied))); err != nil {
				rt.Fatal(err)
			}
			for _, id := range []uid.ID{id, copied} {
				var got record
				if err := db.View(ctx, func(tx *store.Tx) error { return tx.QueryRow(ctx, readRecord, id).Scan(got.dest()...) }); err != nil {
					rt.Fatal(err)
				}
				if !reflect.DeepEqual(got, want) {
					rt.Fatalf("kept %+v, read %+v", want, got)
				}
			}
		})
	})
}

func TestTimesKeepMicroseconds(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(everyType), func(t *testing.T, db *store.DB) {
		ctx, id := t.Context(), newID()
		zone := time.FixedZone("east", 3600)
		at := time.Date(2026, 11, 1, 0, 30, 0, 123_456_789, zone)
		r := record{At: at}
		var got record
		err := db.Do(ctx, func(tx *store.Tx) error {
			if _, err := tx.Exec(ctx, keepRecord, r.args(id)...); err != nil {
				return err
			}
			return tx.QueryRow(ctx, readRecord, id).Scan(got.dest()...)
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := time.Date(2026, 10, 31, 23, 30, 0, 123_456_000, time.UTC); got.At != want {
			t.Errorf("%v, not %v", got.At, want)
		}
		if n := count(t, db, `SELECT count(*) FROM every WHERE at = $1`, at); n != 1 {
			t.Errorf("found %d by its time", n)
		}
	})
}

// canary is in every bad value: no message may have it.
const canary = "canary-Zq7"

// What PostgreSQL cannot hold, SQLite refuses too, before or in the database;
// no message repeats a value.
func TestBadValuesAreRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(everyType), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		const number = 8_675_309_867_530
		for name, tt := range map[string]struct {
			column string
			value  any
		}{
			"NUL":                   {"x", canary + "\x00"},
			"invalid UTF-8":         {"x", canary + "\xff"},
			"named NUL":             {"x", code(canary + "\x00")},
			"text in a number":      {"big", canary},
			"text in a time":        {"at", canary},
			"text in a truth":       {"ok", canary},
			"text in bytes":         {"u", canary},
			"number in a truth":     {"ok", 2},
			"large for integer":     {"i", int64(number)},
			"large for smallint":    {"s", 40_000},
			"small for smallint":    {"s", -40_000},
			"fifteen bytes of uuid": {"u", []byte(canary + "12345")},
			"17 bytes of uuid":      {"u", []byte(canary + "1234567")},
			"float":                 {"big", 1.5},
			"struct":                {"x", struct{ S string }{canary}},
			"map":                   {"x", map[string]string{canary: canary}},
			"large unsigned":        {"big", uint64(math.MaxUint64)},
			"no such day":           {"day", civil.Date{Year: 2026, Month: 2, Day: 30}},
			"a day long ago":        {"day", civil.Date{Year: 1500, Month: 2, Day: 3}},
			"a year after 9999":     {"at", time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)},
			"a pointer to bad text": {"x", func() *string { s := canary + "\x00"; return &s }()},
			"a list with bad text":  {"x", []string{canary + "\x00"}},
		} {
			err := db.Do(ctx, func(tx *store.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO every (id, `+tt.column+`) VALUES ($1, $2)`, newID(), tt.value)
				return err
			})
			if err == nil {
				t.Errorf("%s: was kept", name)
				continue
			}
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: kind %v: %v", name, errs.KindOf(err), err)
			}
			quiet(t, name, err)
		}
		if n := count(t, db, `SELECT count(*) FROM every`); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

func quiet(t *testing.T, name string, err error) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, s := range []string{err.Error(), fmt.Sprintf("%+v", e), fmt.Sprintf("%#v", e)} {
			if strings.Contains(s, canary) || strings.Contains(s, "8675309") {
				t.Errorf("%s: the message has the value: %s", name, s)
			}
		}
	}
}

// A column is read into what it holds, or not at all.
func TestReadingRefuses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(everyType), func(t *testing.T, db *store.DB) {
		ctx, id := t.Context(), newID()
		x, big := code(canary), int64(8_675_309_867_530)
		full := record{X: &x, Big: &big, B: []byte(canary)}
		if err := db.Do(ctx, func(tx *store.Tx) error { _, err := tx.Exec(ctx, keepRecord, full.args(id)...); return err }); err != nil {
			t.Fatal(err)
		}
		var (
			s  string
			n  int64
			n8 int8
			l  level
			b  bool
			u  uid.ID
			bl blind
			at time.Time
			d  civil.Date
			f  float64
		)
		for name, tt := range map[string]struct {
			column string
			dest   any
		}{
			"null text": {"u", &u}, "null number": {"i", &n}, "null truth": {"ok", &b}, "null into a string": {"at", &s},
			"text into a number": {"x", &n}, "number into a text": {"big", &s}, "large number": {"big", &n8}, "large level": {"big", &l},
			"number into a truth": {"big", &b}, "bytes into an id": {"b", &u}, "bytes into a blind": {"b", &bl},
			"text into a time": {"x", &at}, "text into a day": {"x", &d}, "a float": {"big", &f}, "no pointer": {"x", s},
		} {
			err := db.View(ctx, func(tx *store.Tx) error {
				return tx.QueryRow(ctx, `SELECT `+tt.column+` FROM every WHERE id = $1`, id).Scan(tt.dest)
			})
			if err == nil {
				t.Errorf("%s: was read", name)
				continue
			}
			quiet(t, name, err)
		}
		if err := db.View(ctx, func(tx *store.Tx) error { return tx.QueryRow(ctx, `SELECT x, big FROM every`).Scan(&s) }); err == nil {
			t.Error("two columns were read into one variable")
		}
		var sum int
		if err := db.View(ctx, func(tx *store.Tx) error { return tx.QueryRow(ctx, `SELECT sum(big) FROM every`).Scan(&sum) }); err != nil || sum != 8_675_309_867_530 {
			t.Errorf("the sum is %d: %v", sum, err)
		}
	})
}

func once(row []any) func() ([]any, error) {
	fed := false
	return func() ([]any, error) {
		if fed {
			return nil, errEOF
		}
		fed = true
		return row, nil
	}
}

// Empty bytes are not null, also as an element of a list.
func TestEmptyIsNotNull(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(everyType), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		for i, b := range [][]byte{nil, {}} {
			id := newID()
			r := record{B: b}
			var got record
			err := db.Do(ctx, func(tx *store.Tx) error {
				if _, err := tx.Exec(ctx, keepRecord, r.args(id)...); err != nil {
					return err
				}
				return tx.QueryRow(ctx, readRecord, id).Scan(got.dest()...)
			})
			if err != nil {
				t.Fatal(err)
			}
			if (got.B == nil) != (b == nil) || !bytes.Equal(got.B, b) {
				t.Errorf("%d: kept %#v, read %#v", i, b, got.B)
			}
		}
		if n := count(t, db, `SELECT count(*) FROM every WHERE b IS NULL`); n != 1 {
			t.Errorf("%d nulls", n)
		}
		if n := count(t, db, `SELECT count(*) FROM every WHERE b = ANY($1)`, [][]byte{{}}); n != 1 {
			t.Errorf("%d found by empty bytes", n)
		}
	})
}
