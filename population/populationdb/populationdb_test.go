package populationdb_test

import (
	"testing"

	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/population/populationdb"
)

func TestTheSchemaIsWhatIsListed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{populationdb.Migrations()}, func(t *testing.T, db *store.DB) {
		t.Helper()
		storetest.Fields(t, db, "population")
	})
}
