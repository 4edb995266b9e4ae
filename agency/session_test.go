package agency_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sijil/agency"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/seal/sealtest"
)

func newIDs(b *books) *uid.Source { return uid.NewSource(b.clock, sealtest.NewRand(99)) }

// hash is the stored password of the administrator, sealed.
func (b *books) hash() string {
	b.t.Helper()
	var all []string
	b.must(b.db.View(b.t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Query(b.t.Context(), `SELECT hash FROM passwords ORDER BY staff_id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var h []byte
			if err := rows.Scan(&h); err != nil {
				return err
			}
			all = append(all, fmt.Sprintf("%x", h))
		}
		return rows.Err()
	}))
	return strings.Join(all, " ")
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		b.root()
		alive := func(s agency.Session) error {
			_, err := b.Authenticate(t.Context(), agency.Credential{Session: s.Secret.Text()})
			return err
		}
		// Not used for half an hour.
		_, s := b.in("root.one", rootPassword)
		b.clock.Advance(30*time.Minute - time.Microsecond)
		b.must(alive(s))
		b.clock.Advance(29 * time.Minute)
		b.must(alive(s))
		b.clock.Advance(30 * time.Minute)
		denied(t, alive(s), "agency.no_session")

		// Used all day.
		_, s = b.in("root.one", rootPassword)
		for range 12*3 - 1 {
			b.clock.Advance(20 * time.Minute)
			b.must(alive(s))
		}
		b.clock.Advance(20 * time.Minute)
		denied(t, alive(s), "agency.no_session")

		// Logged out, and once more.
		_, s = b.in("root.one", rootPassword)
		b.must(b.Logout(t.Context(), s.Secret.Text()))
		denied(t, alive(s), "agency.no_session")
		b.must(b.Logout(t.Context(), s.Secret.Text()))
		b.must(b.Logout(t.Context(), "nothing"))

		// All at once.
		c, one := b.in("root.one", rootPassword)
		_, two := b.in("root.one", rootPassword)
		b.must(b.EndOwnSessions(t.Context(), c))
		denied(t, alive(one), "agency.no_session")
		denied(t, alive(two), "agency.no_session")

		// Rotated: the new one ends when the old one would have.
		_, s = b.in("root.one", rootPassword)
		b.clock.Advance(10 * time.Minute)
		next, err := b.Rotate(t.Context(), s.Secret.Text())
		b.must(err)
		denied(t, alive(s), "agency.no_session")
		b.must(alive(next))
		if next.Ends != s.Ends || next.Secret.Text() == s.Secret.Text() {
			t.Error("a rotated session lives longer, or is the same")
		}
		_, err = b.Rotate(t.Context(), s.Secret.Text())
		denied(t, err, "agency.no_session")
	})
}

func TestForgedSecrets(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		_, err := b.RegisterPurposes(t.Context(), root, purposes())
		b.must(err)
		_, s := b.in("root.one", rootPassword)
		_, secret, err := b.CreateClient(t.Context(), root, "k", partner())
		b.must(err)
		session, bearer := s.Secret.Text(), secret.Text()
		for _, forged := range []string{
			"", " ", flip(session), strings.ToUpper(session), session + "a", session[:len(session)-1], " " + session, bearer,
			strings.Replace(session, "sijils_", "sijil_", 1), strings.Repeat("a", 1<<16), "\x00", s.Device.Text(),
		} {
			_, err := b.Authenticate(t.Context(), agency.Credential{Session: forged})
			if forged == "" {
				denied(t, err, "agency.secret") // neither was sent
				continue
			}
			denied(t, err, "agency.no_session")
		}
		for _, forged := range []string{flip(bearer), strings.ToUpper(bearer), bearer + "a", session, "Bearer " + bearer, strings.Repeat("a", 1<<16)} {
			_, err := b.Authenticate(t.Context(), agency.Credential{Bearer: forged})
			denied(t, err, "agency.secret")
		}
		if _, err := b.Authenticate(t.Context(), agency.Credential{Session: session, Bearer: bearer}); err == nil {
			t.Error("two secrets at once")
		}
		if !agency.WellFormed(bearer) || agency.WellFormed(session) || agency.WellFormed(flip(bearer)) {
			t.Error("form of secrets")
		}
	})
}

func TestSecretsPrintAsMasks(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		b.root()
		_, s := b.in("root.one", rootPassword)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			out := fmt.Sprintf(verb, s.Secret) + fmt.Sprintf(verb, s) + fmt.Sprintf(verb, &s)
			if strings.Contains(out, s.Secret.Text()[10:40]) || strings.Contains(out, fmt.Sprintf("%x", s.Secret.Text()[10:40])) {
				t.Errorf("%s prints a secret", verb)
			}
		}
		if _, err := s.Secret.MarshalText(); err == nil {
			t.Error("a secret marshals")
		}
		if s.Secret.LogValue().String() != s.Secret.String() {
			t.Error("a secret is logged")
		}
	})
}

func TestTidy(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		b.root()
		_, s := b.in("root.one", rootPassword)
		_, _ = b.Login(t.Context(), agency.Login{Login: "nobody.at.all", Password: "wrong but long enough"})
		rows := func() (n int) {
			b.must(b.db.View(t.Context(), func(tx *store.Tx) error {
				var a, c int
				if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM attempts`).Scan(&a); err != nil {
					return err
				}
				err := tx.QueryRow(t.Context(), `SELECT count(*) FROM sessions`).Scan(&c)
				n = a + c
				return err
			}))
			return n
		}
		before := rows()
		b.must(b.Tidy(t.Context(), machine, 0))
		if rows() != before {
			t.Error("something of today was removed")
		}
		b.must(b.Logout(t.Context(), s.Secret.Text()))
		b.clock.Advance(40 * 24 * time.Hour)
		b.must(b.Tidy(t.Context(), machine, 30*24*time.Hour))
		if rows() != 0 {
			t.Errorf("%d rows are left", rows())
		}
	})
}
