package idcs_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"sijil/idcs"
)

// TestNothingPrintsTheNumber prints a number every way a careless line of
// code may, and looks for four neighbouring digits of it.
func TestNothingPrintsTheNumber(t *testing.T) {
	t.Parallel()
	s := idcs.Default()
	n, err := s.Parse(drawn(t))
	if err != nil {
		t.Fatal(err)
	}
	type record struct {
		ID  idcs.IDCS
		own idcs.IDCS // fmt reaches it without calling a method of it
	}
	values := []any{n, &n, []idcs.IDCS{n}, map[idcs.IDCS]int{n: 1}, record{n, n}, &record{n, n}, []*record{{n, n}}, struct{ any }{n}, fmt.Errorf("%v: %w", n, errWith{n})}
	var out bytes.Buffer
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%o", "%b", "%c", "%U", "%e", "%t", "%08d", "%T"} {
			fmt.Fprintf(&out, verb+"\n", v) // vet allows every verb for a Formatter
		}
		fmt.Fprintln(&out, v)
		slog.New(slog.NewTextHandler(&out, nil)).Info("m", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "v", v)
		if b, err := json.Marshal(v); err == nil {
			out.Write(b)
		}
		if err := gob.NewEncoder(&out).Encode(v); err == nil {
			t.Errorf("gob encoded %T", v)
		}
	}
	out.WriteString(n.String())
	d := n.Digits()
	hex, octal := fmt.Sprintf("%x", mustInt(d)), fmt.Sprintf("%o", mustInt(d))
	for _, secret := range []string{d, d[:6], d[4:], hex, strings.ToUpper(hex), octal} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the number got out as %d characters of it", len(secret))
		}
	}
	if !strings.Contains(out.String(), "IDCS(***)") {
		t.Error("nothing was printed: the test shows nothing")
	}
}

type errWith struct{ n idcs.IDCS }

func (e errWith) Error() string { return fmt.Sprintf("failed for %v", e.n) }

func mustInt(d string) (n int64) {
	for _, c := range d {
		n = n*10 + int64(c-'0')
	}
	return n
}

func TestMarshallingRefuses(t *testing.T) {
	t.Parallel()
	n, err := idcs.Default().Parse(drawn(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := json.Marshal(n); err == nil {
		t.Error("json marshalled the number")
	}
	if _, err := json.Marshal(map[idcs.IDCS]int{n: 1}); err == nil {
		t.Error("json marshalled the number as a key")
	}
}

func TestMaskAndGroup(t *testing.T) {
	t.Parallel()
	d := drawn(t)
	n, err := idcs.Default().Parse(d)
	if err != nil {
		t.Fatal(err)
	}
	for shown, want := range map[int]string{-1: "••••••••" + d[8:], 2: "••••••••" + d[8:], 3: "•••••••" + d[7:], 4: "••••••" + d[6:], 10: "••••••" + d[6:]} {
		if n.Mask(shown) != want {
			t.Errorf("Mask(%d) shows something else", shown)
		}
	}
	// Group does not look at the digits; these pass no check.
	for in, want := range map[string]string{
		"": "", "123": "123", "123456789": "123 456 789", "2345678901": "2345 678 901", "23456789012": "2345 6789 012",
		"2345678901234": "2345 678 901 234", "2345678901234567": "2345 6789 0123 4567",
	} {
		if got := strings.ReplaceAll(idcs.Group(in), "\u00a0", " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	var zero idcs.IDCS
	if !zero.IsZero() || zero.Digits() != "" || zero.Mask(4) != "" || zero.String() == "" {
		t.Error("the zero IDCS is not empty")
	}
}
