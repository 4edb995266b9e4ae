package system

import (
	"os"
	"testing"

	"sijil/internal/store"
)

// TestThePublishedVersionServesBesideThisOne holds every store's migrations to
// the list of published ones.
func TestThePublishedVersionServesBesideThisOne(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("released.txt")
	if err != nil {
		t.Fatal(err)
	}
	released, err := store.Released("released.txt", data)
	if err != nil {
		t.Fatal(err)
	}
	var all []store.Migrations
	for _, name := range StoreNames {
		all = append(all, sets(name)[1:]...) // Common is in every list
	}
	if err := store.Expands(all, released); err != nil {
		t.Error(err)
	}
}
