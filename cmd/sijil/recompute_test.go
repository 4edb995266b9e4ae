package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"sijil/access"
	"sijil/household"
	"sijil/internal/civil"
	"sijil/internal/country"
	"sijil/internal/store"
	"sijil/internal/system"
	"sijil/internal/uid"
	"sijil/morocco"
	"sijil/population"
)

// oldWoman is an installation in which one person lives alone and has declared.
func oldWoman(t *testing.T, dir string) (sys *system.System, code household.Code, score uid.ID) {
	t.Helper()
	ctx := t.Context()
	land, err := country.Open(morocco.Data)
	if err != nil {
		t.Fatal(err)
	}
	cfg := system.Config{Engine: store.SQLite, Folder: dir}
	if _, err := system.Migrate(ctx, cfg, system.Parts{Country: land}, false); err != nil {
		t.Fatal(err)
	}
	if sys, err = system.Open(ctx, cfg, system.Parts{Country: land}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../../questionnaire/testdata/golden.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var g struct {
		Locality string          `json:"locality"`
		Answers  json.RawMessage `json:"answers"`
		Members  []struct {
			Answers json.RawMessage `json:"answers"`
		} `json:"members"`
	}
	if err := json.Unmarshal(bytes.Split(data, []byte("\n"))[2], &g); err != nil {
		t.Fatal(err)
	}
	c := access.Caller{Kind: access.Staff, Actor: sys.IDs.NewID(), Roles: []access.Role{access.RegistrationOfficer}, Areas: []string{access.AnyArea}, Purpose: "registration", Basis: "law", Case: "case-1"}
	birth := civil.Partial{Year: 1950, Month: 6, Day: 15}
	who, err := sys.Population.Enrol(ctx, c, "enrol", population.Enrolment{
		Category: population.Citizen, Sex: population.Female, Birth: population.Birth{Date: birth}, Locality: g.Locality,
		Names:     []population.Name{{Use: population.Official, Spellings: []population.Spelling{{Script: "Latn", Given: "Aya", Family: "Tazi"}}}},
		Documents: []population.Document{{Type: "national_card", Parts: map[string]string{"number": "Z0000001"}}},
		Notice:    population.Notice{Version: "2026-1", Language: "ar", Way: "read"},
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := sys.Household.Declare(ctx, c, "declare", household.Declaration{Locality: g.Locality, Declarant: "1", Answers: g.Answers,
		Members: []household.Member{{Claim: &household.Claim{IDCS: who.IDCS, Name: "Aya Tazi", Birth: birth}, Answers: g.Members[0].Answers}}})
	if err != nil {
		t.Fatal(err)
	}
	return sys, f.Household, f.Score
}

func TestRecompute(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/data"
	sys, code, score := oldWoman(t, dir)
	defer sys.Close()
	recompute := func(args ...string) (int, string, string) {
		var out, errw bytes.Buffer
		status := run(t.Context(), append([]string{"recompute", "--data", dir}, args...), nil, &out, &errw)
		return status, out.String(), errw.String()
	}
	status, out, errw := recompute("--all", "--json")
	var report recomputeReport
	if err := json.Unmarshal([]byte(out), &report); err != nil || status != 0 || report.Scores != (recomputeCount{1, 1}) || report.Outcomes != (recomputeCount{2, 2}) || len(report.Findings) != 0 {
		t.Fatalf("status %d, %s%s", status, out, errw)
	}
	status, out, _ = recompute("--household", code.String())
	if status != 0 || !strings.Contains(out, "from the answers:   agrees") || !strings.Contains(out, "2 outcomes computed again, 2 agree") {
		t.Errorf("status %d, %s", status, out)
	}
	// Behind the last there is nothing.
	status, out, _ = recompute("--all", "--after", runPlace{score: household.Cursor{Household: uid.ID{255}}}.String())
	if status != 0 || !strings.Contains(out, "0 scores computed again, 0 agree\n2 outcomes") {
		t.Errorf("status %d, %s", status, out)
	}
	exec := func(sql string, args ...any) {
		t.Helper()
		if err := sys.Stores[system.SocialStore].Do(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(t.Context(), sql, args...); return err }); err != nil {
			t.Fatal(err)
		}
	}
	var key uid.ID
	if err := sys.Stores[system.SocialStore].View(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT key_id FROM household_scores`).Scan(&key)
	}); err != nil {
		t.Fatal(err)
	}
	if err := sys.Vaults["social"].Destroy(t.Context(), key, "retention ended"); err != nil {
		t.Fatal(err)
	}
	status, out, _ = recompute("--household", code.String())
	if status != 0 || !strings.Contains(out, "inputs erased on 20") {
		t.Errorf("status %d, %s", status, out)
	}
	exec(`UPDATE programme_outcomes SET distance = distance + 1 WHERE programme = 'asd'`)
	exec(`UPDATE household_scores SET index_value = index_value - 1`)
	status, out, _ = recompute("--all")
	if status != 1 || !strings.Contains(out, "score "+score.String()+": from its variables: differs") || !strings.Contains(out, "for asd: differs") {
		t.Errorf("status %d, %s", status, out)
	}
	for _, bad := range [][]string{{}, {"--all", "--household", code.String()}, {"--household", code.String(), "--after", "x"}, {"--all", "--after", "scores.1.2"}} {
		if status, _, _ := recompute(bad...); status != 2 {
			t.Errorf("%v: status %d", bad, status)
		}
	}
	if status, _, errw := recompute("--household", "A2345B7892-S"); status != 1 || !strings.Contains(errw, "there is no household with this code") {
		t.Errorf("status %d, %s", status, errw)
	}
	for _, p := range []runPlace{{}, {score: household.Cursor{Household: key, Score: score}}, {outcomes: true}} {
		if back, err := parsePlace(p.String()); err != nil || back != p {
			t.Errorf("%v reads back as %v, %v", p, back, err)
		}
	}
}
