package agency_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/seal"
)

func TestWhoLooked(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		_, err := b.RegisterPurposes(t.Context(), root, purposes())
		b.must(err)
		_, err = b.CreateStaff(t.Context(), root, "k", officer())
		b.must(err)
		me, _ := b.in("officer.two", officerPassword)
		_, secret, err := b.CreateClient(t.Context(), root, "k", partner())
		b.must(err)
		bank, err := b.Authenticate(t.Context(), agency.Credential{Bearer: secret.Text(), Purpose: "verification"})
		b.must(err)

		ids := newIDs(b)
		person, other := token(t, 1), token(t, 2)
		var looks []agency.Looked
		for i := range 25 {
			at := b.clock.Now()
			l := agency.Looked{ID: ids.NewID(), Register: "population", At: at, Operation: access.DoorShow, Kind: access.Staff, Recipient: me.Actor,
				Purpose: "enrolment", Basis: "Invented Act 1", Case: fmt.Sprintf("case-%d", i), Fields: []string{"name", "birth"}}
			if i%5 == 0 {
				l.Operation, l.Kind, l.Recipient, l.Fields, l.Verdict = access.DoorExchange, access.Client, bank.Actor, nil, "no"
			}
			looks = append(looks, l)
			b.clock.Advance(time.Minute)
		}
		job := access.SystemCaller("looked", "-")
		b.must(b.KeepLooked(t.Context(), job, person, looks[:20]...))
		b.must(b.KeepLooked(t.Context(), job, person, looks[10:]...)) // told again, and more
		b.must(b.KeepLooked(t.Context(), job, other, looks[0]))

		resident := as(access.Resident)
		var pages [][]agency.Seen
		cursor := ""
		for range 10 {
			page, next, err := b.WhoLooked(t.Context(), resident, person, cursor, 10)
			b.must(err)
			pages = append(pages, page)
			if cursor = next; next == "" {
				break
			}
		}
		seen := slices.Concat(pages...)
		if len(seen) != 25 || len(pages) != 3 {
			t.Fatalf("%d looks on %d pages", len(seen), len(pages))
		}
		for i, s := range seen {
			l := looks[24-i] // the newest first
			if !s.At.Equal(l.At.Truncate(time.Minute)) || s.Case != l.Case || s.Operation != l.Operation || s.Verdict != l.Verdict || !slices.Equal(s.Fields, l.Fields) ||
				s.Purpose != l.Purpose || s.Basis != l.Basis || s.Register != "population" {
				t.Fatalf("look %d: %+v, want %+v", i, s, l)
			}
			if l.Kind == access.Staff && (s.Office != "03.231.7" || s.Institution != "") || l.Kind == access.Client && (s.Institution != "Invented Bank" || s.Office != "") {
				t.Fatalf("who: %+v", s)
			}
			if contains(s, "Second Invented") || contains(s, "officer.two") {
				t.Fatal("a person sees the name of an employee")
			}
		}
		page, _, err := b.WhoLooked(t.Context(), resident, token(t, 3), "", 10)
		if err != nil || len(page) != 0 {
			t.Errorf("a stranger: %d, %v", len(page), err)
		}
		if page, _, err = b.AuditLooked(t.Context(), as(access.Auditor), other, "", 10); err != nil || len(page) != 1 {
			t.Errorf("the auditor sees %d, %v", len(page), err)
		}

		// A cursor is the caller's own and opens nothing else.
		_, next, err := b.WhoLooked(t.Context(), resident, person, "", 10)
		b.must(err)
		somebody := resident
		somebody.Actor = uid.ID{8}
		for _, forged := range []string{flip(next), "x", next + "A", "AAAA"} {
			if _, _, err := b.WhoLooked(t.Context(), resident, person, forged, 10); code(t, err, errs.Invalid) != "agency.cursor" {
				t.Error(err)
			}
		}
		if _, _, err := b.WhoLooked(t.Context(), somebody, person, next, 10); code(t, err, errs.Invalid) != "agency.cursor" {
			t.Error(err)
		}
		for _, bad := range []agency.Looked{{}, {ID: ids.NewID()}, {ID: ids.NewID(), At: start, Register: "population"}} {
			if err := b.KeepLooked(t.Context(), job, person, bad); errs.KindOf(err) != errs.Invalid {
				t.Error(err)
			}
		}
		if err := b.KeepLooked(t.Context(), job, seal.Token{}, looks[0]); errs.KindOf(err) != errs.Invalid {
			t.Error(err)
		}
	})
}

// Nothing that is kept of a look in clear is as fine as its register has it, or
// names who looked or the case: two stolen stores do not join by it. The person
// reads the case and the office all the same.
func TestAKeptLookJoinsToNoRowOfItsRegister(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		_, err := b.RegisterPurposes(t.Context(), root, purposes())
		b.must(err)
		_, err = b.CreateStaff(t.Context(), root, "k", officer())
		b.must(err)
		me, _ := b.in("officer.two", officerPassword)
		b.clock.Advance(34*time.Second + 567_891*time.Microsecond)
		ids, person := newIDs(b), token(t, 1)
		l := agency.Looked{ID: ids.NewID(), Register: "population", At: b.clock.Now(), Operation: access.DoorShow, Kind: access.Staff, Recipient: me.Actor,
			Purpose: "enrolment", Basis: "Invented Act 1", Case: "case-4711", Fields: []string{"name"}}
		for range 2 { // told again
			b.must(b.KeepLooked(t.Context(), access.SystemCaller("looked", "-"), person, l))
			b.clock.Advance(time.Second)
		}
		var id, by uid.ID
		var at, recorded time.Time
		var stated string
		var n int64
		b.must(b.db.View(t.Context(), func(tx *store.Tx) error {
			if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM looked`).Scan(&n); err != nil {
				return err
			}
			return tx.QueryRow(t.Context(), `SELECT look_id, recipient, at, recorded_at, case_ref FROM looked`).Scan(&id, &by, &at, &recorded, &stated)
		}))
		ms := int64(0)
		for _, c := range id[:6] {
			ms = ms<<8 | int64(c)
		}
		if n != 1 || !by.IsZero() || stated != "" || at.UnixMicro()%60_000_000 != 0 || recorded.UnixMicro()%60_000_000 != 0 || ms%60_000 != 0 {
			t.Errorf("%d rows; recipient %v, case %q, at %v, recorded %v, id of %d ms", n, by, stated, at, recorded, ms)
		}
		page, _, err := b.WhoLooked(t.Context(), as(access.Resident), person, "", 10)
		if err != nil || len(page) != 1 || page[0].Case != "case-4711" || page[0].Office != "03.231.7" {
			t.Errorf("the person reads %+v, %v", page, err)
		}
	})
}
