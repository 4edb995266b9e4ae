package agencydb_test

import (
	"testing"

	"sijil/agency/agencydb"
	"sijil/internal/store"
	"sijil/internal/storetest"
)

// TestFields holds the tables to internal/fields.
func TestFields(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{agencydb.Migrations()}, func(t *testing.T, db *store.DB) {
		storetest.Fields(t, db, "agency")
	})
}
