package trial_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/country"
	"sijil/internal/sample"
	"sijil/internal/store"
	"sijil/internal/synth"
	"sijil/internal/system"
	"sijil/internal/uid"
	"sijil/morocco"
	"sijil/population"
)

// TestMain is also what a test starts to kill: the program at work.
func TestMain(m *testing.M) {
	if os.Getenv(ordersVariable) != "" {
		os.Exit(work())
	}
	if os.Getenv(restoreVariable) != "" {
		os.Exit(restoreWork())
	}
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f != nil && f.Value.String() == f.DefValue { // each makes an installation
		if err := f.Value.Set(strconv.Itoa(count("SIJIL_ORDERS", 8, 100))); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// count is how often something random is done: by the variable when it is
// set, else less in a test and more in a soak.
func count(variable string, test, soak int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil && n > 0 {
		return n
	}
	if os.Getenv("SIJIL_SOAK") == "1" {
		return soak
	}
	return test
}

// seed is where randomness begins.
func seed() uint64 { return uint64(count("SIJIL_SEED", 1, 1)) }

// land is the reference country, read once.
var land = sync.OnceValues(func() (*country.Country, error) { return country.Open(morocco.Data) })

// modelOf reads what synthetic people of a day are made from.
func modelOf(today civil.Date) (*sample.Model, error) {
	c, err := land()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range []string{"synth.json", "names.csv", "registration.json", "sample.json"} {
		if files[name], err = c.ReadFile(name); err != nil {
			return nil, err
		}
	}
	q, err := c.LoadQuestionnaire()
	if err != nil {
		return nil, err
	}
	g, err := c.LoadGeography()
	if err != nil {
		return nil, err
	}
	in := synth.Inputs{Figures: files["synth.json"], FiguresFile: "synth.json", Names: files["names.csv"], NamesFile: "names.csv", Questionnaire: q, AsOf: today}
	for _, l := range g.Localities {
		if l.To.IsZero() {
			in.Localities = append(in.Localities, synth.Locality{Code: l.Code, Region: l.Region, Stratum: l.Stratum})
		}
	}
	s, err := synth.Load(in)
	if err != nil {
		return nil, err
	}
	rules, err := population.ParseRules("registration.json", files["registration.json"])
	if err != nil {
		return nil, err
	}
	return sample.Load(sample.Inputs{Synth: s, Questionnaire: q, Rules: rules, Data: files["sample.json"], File: "sample.json", Today: today})
}

// The people at the counters.
var (
	officer   = staff(1, access.RegistrationOfficer)
	authority = staff(2, access.LocalAuthority)
	auditor   = staff(3, access.Auditor)
)

func staff(n byte, role access.Role) access.Caller {
	return access.Caller{Kind: access.Staff, Actor: uid.ID{n}, Roles: []access.Role{role}, Areas: []string{access.AnyArea},
		Purpose: "registration", Basis: "law", Case: "trial"}
}

// ask reads rows of integers and bytes from a store: one text a row.
func ask(ctx context.Context, db *store.DB, columns int, sql string, args ...any) (out []string, err error) {
	err = db.View(ctx, func(tx *store.Tx) error {
		out = nil
		rows, err := tx.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			cells, to := make([]*string, columns), make([]any, columns)
			for i := range cells {
				to[i] = &cells[i]
			}
			if err := rows.Scan(to...); err != nil {
				return err
			}
			row := ""
			for _, c := range cells {
				row += "|" + *cmp.Or(c, new("null"))
			}
			out = append(out, row)
		}
		return rows.Err()
	})
	return out, err
}

// tally counts rows.
func tally(ctx context.Context, s *system.System, where, sql string, args ...any) (n int64, err error) {
	err = s.Stores[where].View(ctx, func(tx *store.Tx) error { return tx.QueryRow(ctx, sql, args...).Scan(&n) })
	if err != nil {
		return 0, fmt.Errorf("%s: %w", sql, err)
	}
	return n, nil
}
