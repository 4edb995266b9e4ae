package lang_test

import (
	"strings"
	"testing"

	"sijil/internal/lang"
)

func TestIn(t *testing.T) {
	t.Parallel()
	text := lang.Text{"fr": "un", "en": "one", "ar": ""}
	tests := []struct {
		language  string
		fallbacks []string
		want      string
	}{
		{"fr", nil, "un"},
		{"en", []string{"fr"}, "one"},
		{"es", []string{"ar", "en", "fr"}, "one"},
		{"ar", []string{"fr"}, "un"},
		{"es", nil, ""},
		{"", nil, ""},
	}
	for _, tt := range tests {
		if got := text.In(tt.language, tt.fallbacks...); got != tt.want {
			t.Errorf("In(%q, %q) = %q, want %q", tt.language, tt.fallbacks, got, tt.want)
		}
	}
	if got := lang.Text(nil).In("fr", "en"); got != "" {
		t.Errorf("no text at all is %q", got)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	const (
		missing = ": the text is missing; write it in each of fr, ar"
		foreign = ": the text is in a language of its own; the languages are fr, ar; add this one, or leave the text out"
	)
	languages := []string{"fr", "ar"}
	tests := []struct {
		name string
		text lang.Text
		want string
	}{
		{"whole", lang.Text{"ar": "واحد", "fr": "un"}, ""},
		{"none", nil, "name.fr" + missing + "\nname.ar" + missing},
		{"blank", lang.Text{"ar": " \t", "fr": "un"}, "name.ar" + missing},
		{"foreign", lang.Text{"ar": "واحد", "fr": "un", "xx": "x", "es": "uno"}, "name.es" + foreign + "\nname.xx" + foreign},
		{"both", lang.Text{"fr": "un", "es": "uno"}, "name.ar" + missing + "\nname.es" + foreign},
	}
	for _, tt := range tests {
		var faults []string
		tt.text.Check("name", languages, func(field, what, fix string) {
			faults = append(faults, field+": "+what+"; "+fix)
		})
		if got := strings.Join(faults, "\n"); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
