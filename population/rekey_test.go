package population_test

import (
	"os"
	"strings"
	"testing"

	"sijil/internal/uid"
	"sijil/linkage"
	"sijil/population"
)

// A model whose keys are others is not used before everybody has them; then
// it finds who was enrolled under the one before.
func TestOtherKeysAreMadeBeforeTheyAreUsed(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		checked(w)
		if err := w.UseModel(t.Context(), w.job()); err != nil {
			t.Fatal(err)
		}
		for i := range 7 {
			w.enrol(w.somebody("Hassan", invented(i*37), "1960-02-03", card(int64(100+i))))
		}
		w.enrol(khalek(w.somebody("", "", "1971-03-19", card(1))))
		next := otherPasses(t)
		w.config.Duplicates = next
		s, err := population.New(w.config)
		if err != nil {
			t.Fatal(err)
		}
		w.Service = s
		wants(t, w.UseModel(t.Context(), w.job()), "other_keys")
		before := w.count(`SELECT count(*) FROM blocking_keys`)
		for range 2 { // twice does no harm
			steps := 0
			for at, done := (uid.ID{}), false; !done; steps++ {
				if at, done, err = w.Rekey(t.Context(), w.job(), at, 3); err != nil || steps > 10 {
					t.Fatal(steps, err)
				}
			}
		}
		if err := w.UseModel(t.Context(), w.job()); err != nil {
			t.Error(err)
		}
		if after := w.count(`SELECT count(*) FROM blocking_keys`); after <= before {
			t.Errorf("%d keys, %d before", after, before)
		}
		if c := w.enrol(khaleq(w.somebody("", "", "1971-03-19", card(2)))); c.State != population.InJudgement {
			t.Errorf("under the new keys: %s", c.State)
		}
	})
}

// otherPasses is the country's model with passes of its own: its keys are
// others.
func otherPasses(t testing.TB) *population.Duplicates {
	t.Helper()
	ref := reference()
	read := func(file string) []byte {
		data, err := os.ReadFile("../morocco/" + file)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	// A pass that begins with one thing more has other keys.
	text := strings.ReplaceAll(string(read("duplicates-model.json")), `"base": 2`, `"base": 3`)
	m, err := linkage.ParseModel("model", []byte(text), ref.names)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := population.ParseDuplicateRules("duplicates.json", read("duplicates.json"), ref.rules)
	if err != nil {
		t.Fatal(err)
	}
	d, err := rules.With(m)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
