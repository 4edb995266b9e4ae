package system_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sijil/internal/clock"
	"sijil/internal/system"
)

// Every topic that the program writes has a reader, or is kept for one; and
// each of those exists.
func TestEveryTopicHasAReaderOrIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, _ *clock.Manual) {
		t.Helper()
		s := migrated(t, cfg, p)
		known := map[string]bool{}
		for _, name := range system.StoreNames {
			topics := s.Topics(name)
			for _, topic := range append(topics.Read, topics.Kept...) {
				if known[topic] {
					t.Errorf("%s stands twice", topic)
				}
				known[topic] = true
			}
		}
		constant := regexp.MustCompile(`(?m)^\s*(?:const )?[tT]opic\w+\s*=\s*"([a-z._]+)"`)
		found := 0
		for _, dir := range []string{"../../population", "../../household", "../../programme", "../../agency", "."} {
			files, err := filepath.Glob(filepath.Join(dir, "*.go"))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range constant.FindAllStringSubmatch(string(text), -1) {
					if strings.HasSuffix(file, "_test.go") {
						continue
					}
					if found++; !known[m[1]] {
						t.Errorf("%s: nobody reads %s, and it is not kept", file, m[1])
					}
				}
			}
		}
		if found != len(known) {
			t.Errorf("%d topics in the code, %d known", found, len(known))
		}
	})
}

// Kept events are counted and late for nobody; events of a topic that nobody
// knows are said.
func TestKeptEventsAreNoLag(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, c *clock.Manual) {
		t.Helper()
		s, _ := lived(t, cfg, p)
		c.Advance(1000 * time.Hour)
		unread := func() (bad []string) {
			for _, h := range s.Health(t.Context(), time.Minute) {
				if h.Err != nil {
					bad = append(bad, codeOf(h.Err))
				}
			}
			return bad
		}
		if bad := unread(); len(bad) != 0 {
			t.Errorf("kept events are held to be late: %v", bad)
		}
		kept := map[string]int64{}
		for _, m := range s.Measure(t.Context()).Stores {
			kept[m.Name] = m.Outbox.Kept
			if m.Outbox.Waiting != 0 || m.Outbox.Lag != 0 {
				t.Errorf("%s: %+v", m.Name, m.Outbox)
			}
		}
		if kept[system.PopulationStore] == 0 || kept[system.SocialStore] == 0 {
			t.Errorf("kept: %v", kept)
		}
		execute(t, s.Stores[system.SocialStore], `UPDATE outbox SET topic = 'household.unheard_of' WHERE topic = 'programme.decided'`)
		if bad := unread(); len(bad) != 1 || bad[0] != "outbox.unread" {
			t.Errorf("events that nobody reads: %v", bad)
		}
	})
}
