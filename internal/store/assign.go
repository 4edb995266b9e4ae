package store

import (
	"fmt"
	"math/big"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"sijil/internal/civil"
	"sijil/internal/uid"
)

// assignAll puts the columns of a row into pointers. An error names the
// column's place and the types, never the value.
func assignAll(dest, values []any) error {
	if len(dest) != len(values) {
		return &fault{kind: misused, text: fmt.Sprintf("the row has %d columns and is read into %d variables", len(values), len(dest))}
	}
	for i, d := range dest {
		if err := assign(d, values[i]); err != nil {
			return &fault{kind: badValue, text: fmt.Sprintf("column %d: %s", i+1, err.Error())}
		}
	}
	return nil
}

// assign puts a value, as either engine hands it out, into a pointer.
func assign(dest, v any) error {
	switch d := dest.(type) {
	case *string:
		if s, ok := v.(string); ok {
			*d = s
			return nil
		}
	case *int64:
		if n, ok := integer(v); ok {
			*d = n
			return nil
		}
	case *[]byte:
		if v == nil {
			*d = nil
			return nil
		}
		if b, ok := bytesOf(v); ok {
			*d = b
			return nil
		}
	case *uid.ID:
		if b, ok := bytesOf(v); ok && len(b) == len(d) {
			copy(d[:], b)
			return nil
		}
	case *time.Time:
		if t, ok := instant(v); ok {
			*d = t
			return nil
		}
	case *civil.Date:
		if day, ok := day(v); ok {
			*d = day
			return nil
		}
	case *bool:
		if b, ok := truth(v); ok {
			*d = b
			return nil
		}
	default:
		return assignReflected(dest, v)
	}
	return mismatch(dest, v)
}

func mismatch(dest, v any) error {
	if v == nil {
		return valueError(fmt.Sprintf("null cannot be read into a %T", dest))
	}
	return valueError(fmt.Sprintf("a %T cannot be read into a %T", v, dest))
}

func assignReflected(dest, v any) error {
	p := reflect.ValueOf(dest)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return valueError(fmt.Sprintf("%T is not a pointer to read into", dest))
	}
	e := p.Elem()
	switch e.Kind() {
	case reflect.Pointer:
		if v == nil {
			e.SetZero()
			return nil
		}
		fresh := reflect.New(e.Type().Elem())
		if err := assign(fresh.Interface(), v); err != nil {
			return err
		}
		e.Set(fresh)
		return nil
	case reflect.String:
		if s, ok := v.(string); ok {
			e.SetString(s)
			return nil
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if n, ok := integer(v); ok && !e.OverflowInt(n) {
			e.SetInt(n)
			return nil
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if n, ok := integer(v); ok && n >= 0 && !e.OverflowUint(uint64(n)) {
			e.SetUint(uint64(n))
			return nil
		}
	case reflect.Bool:
		if b, ok := truth(v); ok {
			e.SetBool(b)
			return nil
		}
	case reflect.Array:
		if b, ok := bytesOf(v); ok && e.Type().Elem().Kind() == reflect.Uint8 && e.Len() == len(b) {
			reflect.Copy(e, reflect.ValueOf(b))
			return nil
		}
	case reflect.Slice:
		if e.Type().Elem().Kind() == reflect.Uint8 {
			if v == nil {
				e.SetZero()
				return nil
			}
			if b, ok := bytesOf(v); ok {
				e.SetBytes(b)
				return nil
			}
		}
	}
	return mismatch(dest, v)
}

func integer(v any) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case int32:
		return int64(n), true
	case int16:
		return int64(n), true
	case pgtype.Numeric: // PostgreSQL sums bigints to a numeric
		if !n.Valid || n.NaN || n.InfinityModifier != pgtype.Finite || n.Exp < 0 || n.Exp > 18 {
			return 0, false
		}
		sum := new(big.Int).Mul(n.Int, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n.Exp)), nil))
		return sum.Int64(), sum.IsInt64()
	}
	return 0, false
}

func truth(v any) (value, ok bool) {
	switch b := v.(type) {
	case bool:
		return b, true
	case int64:
		return b == 1, b == 0 || b == 1
	}
	return false, false
}

// bytesOf never returns nil: null is another thing than no bytes.
func bytesOf(v any) ([]byte, bool) {
	switch b := v.(type) {
	case []byte:
		if b == nil {
			b = []byte{}
		}
		return b, true
	case [16]byte:
		return b[:], true
	}
	return nil, false
}

func instant(v any) (time.Time, bool) {
	switch t := v.(type) {
	case nil:
		return time.Time{}, true
	case time.Time:
		return t.UTC(), true
	case int64:
		return time.UnixMicro(t).UTC(), true
	}
	return time.Time{}, false
}

func day(v any) (civil.Date, bool) {
	switch d := v.(type) {
	case nil:
		return civil.Date{}, true
	case time.Time:
		return civil.Of(d.UTC()), true
	case string:
		parsed, err := civil.Parse(d)
		return parsed, err == nil
	}
	return civil.Date{}, false
}
