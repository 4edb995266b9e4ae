package agency_test

import (
	"testing"

	"sijil/access"
	"sijil/agency"
	"sijil/agency/agencydb"
	"sijil/internal/clock"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
	"sijil/seal"
	"sijil/seal/sealtest"
)

// BenchmarkAuthenticate is what every request of a logged-in caller costs.
func BenchmarkAuthenticate(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		b.Run(e.String(), func(b *testing.B) {
			c := clock.NewManual(start)
			ids := uid.NewSource(c, sealtest.NewRand(7))
			vault := seal.NewVault(seal.Agency, sealtest.NewKeeper(), sealtest.NewKeyStore(), ids, c, sealtest.NewRand(8))
			s := agency.New(agencydb.New(storetest.Open(b, e, []store.Migrations{agencydb.Migrations()})), vault, ids, c, nil, agency.Options{Hash: quick})
			n := agency.NewStaff{Name: "Invented", Login: "root.one", Password: rootPassword, Areas: []string{access.AnyArea}}
			if _, err := s.FirstAdministrator(b.Context(), machine, n, ""); err != nil {
				b.Fatal(err)
			}
			session, err := s.Login(b.Context(), agency.Login{Login: "root.one", Password: rootPassword})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := s.Authenticate(b.Context(), agency.Credential{Session: session.Secret.Text()}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPassword is the work of one login, as it is in production.
func BenchmarkPassword(b *testing.B) {
	const reference = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQAAAAAAAAAAA$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	for b.Loop() {
		if _, _, err := agency.Same(b.Context(), agency.DefaultHash, "seven green lanterns at noon", reference); err != nil {
			b.Fatal(err)
		}
	}
}
