package store

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"sijil/internal/civil"
	"sijil/internal/uid"
)

// The one mapping of types. A statement's arguments become plain values:
//
//	nil, int64, bool, string, []byte, time.Time, civil.Date, or a list of those
//
// and each engine stores these its own way. Everything that a register stores
// has one of the seven column types of dataTypes.

// list is the argument of "= ANY($n)".
type list struct {
	kind   reflect.Kind // of its elements: Int64, String, Slice (bytes)
	values []any
}

// plain turns arguments into plain values, or says which of them cannot be
// stored. It never repeats a value.
func plain(args []any) ([]any, error) {
	out := make([]any, len(args))
	for i, a := range args {
		v, err := plainOne(a)
		if err != nil {
			return nil, &fault{kind: badValue, text: fmt.Sprintf("argument $%d: %s", i+1, err.Error())}
		}
		out[i] = v
	}
	return out, nil
}

type valueError string

func (e valueError) Error() string { return string(e) }

func plainOne(a any) (any, error) {
	switch v := a.(type) {
	case nil:
		return nil, nil //nolint:nilnil // nil is a value: null
	case int64:
		return v, nil
	case int:
		return int64(v), nil
	case bool:
		return v, nil
	case string:
		return v, checkText(v)
	case []byte:
		if v == nil {
			return nil, nil //nolint:nilnil // as above
		}
		return v, nil
	case uid.ID:
		return v[:], nil
	case time.Time:
		return plainTime(v)
	case civil.Date:
		return plainDate(v)
	}
	return reflected(reflect.ValueOf(a))
}

// plainTime keeps microseconds, as PostgreSQL does. The zero time is null.
func plainTime(t time.Time) (any, error) {
	if t.IsZero() {
		return nil, nil //nolint:nilnil // null
	}
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		return nil, valueError("the year is not between 1 and 9999")
	}
	return time.UnixMicro(t.UnixMicro()).UTC(), nil
}

// plainDate takes days of a civil register only. The zero date is null.
func plainDate(d civil.Date) (any, error) {
	if d.IsZero() {
		return nil, nil //nolint:nilnil // null
	}
	if back, err := civil.Parse(d.String()); err != nil || back != d {
		return nil, valueError("there is no such day")
	}
	return d, nil
}

// checkText refuses what PostgreSQL cannot hold, so that SQLite holds no more.
func checkText(s string) error {
	if strings.IndexByte(s, 0) >= 0 {
		return valueError("the text has a NUL byte")
	}
	if !utf8.ValidString(s) {
		return valueError("the text is not valid UTF-8")
	}
	return nil
}

// reflected handles named types of the plain ones, pointers and lists.
func reflected(v reflect.Value) (any, error) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil, nil //nolint:nilnil // null
		}
		return plainOne(v.Elem().Interface())
	case reflect.String:
		return v.String(), checkText(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if v.Uint() > math.MaxInt64 {
			return nil, valueError("the number is too large")
		}
		return int64(v.Uint()), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			b := make([]byte, v.Len())
			reflect.Copy(reflect.ValueOf(b), v)
			return b, nil
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			if v.IsNil() {
				return nil, nil //nolint:nilnil // null
			}
			return v.Bytes(), nil
		}
		return plainList(v)
	}
	return nil, valueError("a " + v.Type().String() + " cannot be stored")
}

func plainList(v reflect.Value) (any, error) {
	out := list{values: make([]any, v.Len())}
	elem := v.Type().Elem()
	switch k := elem.Kind(); {
	case k == reflect.String:
		out.kind = reflect.String
	case (k == reflect.Slice || k == reflect.Array) && elem.Elem().Kind() == reflect.Uint8:
		out.kind = reflect.Slice
	case v.Type().Elem().ConvertibleTo(reflect.TypeFor[int64]()) && k != reflect.Float32 && k != reflect.Float64:
		out.kind = reflect.Int64
	default:
		return nil, valueError("a list of " + elem.String() + " cannot be handed in")
	}
	for i := range out.values {
		e, err := plainOne(v.Index(i).Interface())
		if err != nil {
			return nil, err
		}
		if e == nil {
			return nil, valueError("the list has a null in it")
		}
		out.values[i] = e
	}
	return out, nil
}
