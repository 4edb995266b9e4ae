package agency_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/agency"
	"sijil/internal/errs"
)

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	tests := []struct{ password, want string }{
		{"seven green lanterns at noon", ""},
		{"un chat dort sous la table", ""},
		{"سبعة فوانيس خضراء عند الظهر", ""},
		{"xT9!kq2#Lm0$Zr7", ""},
		{"", "agency.password_short"},
		{"fourteen chars", "agency.password_short"},
		{strings.Repeat("é", 14), "agency.password_short"},
		{strings.Repeat("many words ", 20), "agency.password_long"},
		{"seven green lanterns\tat noon", "agency.password_form"},
		{"seven green lanterns\xff at noon", "agency.password_form"},
		{"passwordpassword", "agency.password_common"},
		{"P@ssw0rdP@ssw0rd!", "agency.password_common"},
		{"motdepasse123456", "agency.password_common"},
		{"azertyuiopqsdfghjklm", "agency.password_common"},
		{"qwertyuiopasdfghjkl", "agency.password_common"},
		{"123456789012345678", "agency.password_common"},
		{"abcdefghijklmnopqrst", "agency.password_common"},
		{"aaaaaaaaaaaaaaaaaaaa", "agency.password_common"},
		{"abcabcabcabcabcabcabc", "agency.password_common"},
		{"administrator2026!!", "agency.password_common"},
		{"Fatima.Invented Fatima.Invented", "agency.password_common"},
		{"officer.two 123456789", "agency.password_common"},
	}
	for _, tt := range tests {
		err := agency.CheckPassword(tt.password, "officer.two", "Fatima Invented")
		got := ""
		if err != nil {
			got = code(t, err, errs.Invalid)
			if len(tt.password) > 3 && strings.Contains(err.Error(), tt.password) {
				t.Error("the error holds the password")
			}
		}
		if got != tt.want {
			t.Errorf("case of %d characters, want %q: %q", len(tt.password), tt.want, got)
		}
	}
}

// TestRandomPasswordsPass: what a manager of passwords draws is never refused.
func TestRandomPasswordsPass(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		letters := []rune("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#%+")
		p := make([]rune, 20)
		for i := range p {
			p[i] = letters[rapid.Uint64().Draw(t, "letter")*0x9E3779B97F4A7C15>>32%uint64(len(letters))]
		}
		if different(p) < 10 {
			t.Skip("the draw shrank to repeats")
		}
		if err := agency.CheckPassword(string(p), "officer.two"); err != nil {
			t.Fatalf("refused: %v", err)
		}
	})
}

func different(p []rune) int {
	seen := map[rune]bool{}
	for _, r := range p {
		seen[r] = true
	}
	return len(seen)
}

// TestReferenceHash opens a hash that the reference implementation of argon2
// made (its test vectors, src/test.c).
func TestReferenceHash(t *testing.T) {
	t.Parallel()
	const reference = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	w := agency.HashWork{Memory: 256, Passes: 2, Threads: 1}
	same, outdated, err := agency.Same(t.Context(), w, "password", reference)
	if err != nil || !same || outdated {
		t.Errorf("same %v, outdated %v, %v", same, outdated, err)
	}
	if same, _, err = agency.Same(t.Context(), w, "Password", reference); err != nil || same {
		t.Errorf("another password: %v, %v", same, err)
	}
	if _, outdated, err = agency.Same(t.Context(), agency.DefaultHash, "password", reference); err != nil || !outdated {
		t.Errorf("less work than today's: outdated %v, %v", outdated, err)
	}
	if agency.DefaultHash.Memory < 19*1024 || agency.DefaultHash.Passes < 2 {
		t.Error("below what OWASP asks for at least")
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	f.Add("$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$nf65")
	f.Add("$argon2id$v=19$m=64,t=1,p=0$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "m=") && len(text) > 24 && strings.Count(text, "0") > 6 {
			t.Skip("lawful but slow")
		}
		_, _, err := agency.Same(t.Context(), agency.HashWork{Memory: 8, Passes: 1, Threads: 1}, "x", text)
		if err != nil && len(text) > 8 && strings.Contains(err.Error(), text) {
			t.Error("the error holds the hash")
		}
	})
}

func FuzzSecretForm(f *testing.F) {
	f.Add("sijil_")
	f.Add("sijil_" + strings.Repeat("a", 59))
	f.Fuzz(func(t *testing.T, text string) {
		if agency.WellFormed(text) && len(text) != 65 {
			t.Error("another length")
		}
	})
}
