package roll_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sijil/internal/errs"
	"sijil/internal/roll"
	"sijil/linkage"
)

// people are made-up values for columns, enough of them that shares mean
// something.
func people(n int) map[string][]string {
	given := []string{"Mohamed", "Fatima", "Ahmed", "Khadija", "Youssef", "Salma", "Hamza"}
	givenAr := []string{"محمد", "فاطمة", "أحمد", "خديجة", "يوسف", "سلمى", "حمزة"}
	family := []string{"El Alaoui", "Bennani", "Tazi", "Idrissi", "Amrani"}
	familyAr := []string{"العلوي", "بناني", "التازي", "الإدريسي", "العمراني"}
	place := []string{"Fes", "Oujda", "Agadir", "Tanger", "Taza", "Safi"}
	placeAr := []string{"فاس", "وجدة", "أكادير", "طنجة", "تازة", "آسفي"}
	out := map[string][]string{}
	add := func(key, format string, args ...any) { out[key] = append(out[key], fmt.Sprintf(format, args...)) }
	for i := range n {
		add("given", "%s", given[i%7])
		add("given_ar", "%s", givenAr[i%7])
		add("family", "%s", family[i%5])
		add("family_ar", "%s", familyAr[i%5])
		add("full", "%s %s", given[i%7], family[i%5])
		add("full_ar", "%s %s", givenAr[i%7], familyAr[i%5])
		add("date", "%04d-%02d-%02d", 1950+i%60, 1+i%12, 1+i%28)
		add("date_fr", "%02d/%02d/%04d", 1+i%28, 1+i%12, 1950+i%60)
		add("year", "%04d", 1950+i%60)
		add("document", "XQ%06d", 7919*i%1000000)
		add("phone", "06%08d", 104729*i%100000000)
		add("email", "p%d@example.org", i%(n-3))
		add("place", "%s", place[i%6])
		add("place_ar", "%s", placeAr[i%6])
		add("sex", "%s", []string{"M", "F"}[i%2])
		add("number", "%d", 1+7919*i%190)
		add("text", "%d avenue %s", i%90, family[i%5])
		add("id", "%d", i+1)
		add("empty", "")
		add("same", "x")
		add("amount", "%d", 1000+i%13)
	}
	return out
}

// rollOf makes a file of columns "header=values".
func rollOf(t *testing.T, n int, columns ...string) string {
	t.Helper()
	values := people(n)
	var text strings.Builder
	for row := -1; row < n; row++ {
		for i, c := range columns {
			header, key, ok := strings.Cut(c, "=")
			if !ok || values[key] == nil {
				t.Fatalf("%s: no such values", c)
			}
			if i > 0 {
				text.WriteByte(',')
			}
			if row < 0 {
				text.WriteString(header)
			} else {
				text.WriteString(values[key][row])
			}
		}
		text.WriteByte('\n')
	}
	return file(t, text.String())
}

// TestGuessInThreeLanguages reads headers as offices write them.
func TestGuessInThreeLanguages(t *testing.T) {
	t.Parallel()
	for name, columns := range map[string][]string{ // header=values -> field/kind
		"English": {
			"Record ID=id -> - id", "First Name=given -> given/given", "LAST_NAME=family -> family/family", "dateOfBirth=date -> birth_date/date",
			"National ID=document -> National ID/document", "Mobile phone=phone -> phone/phone", "E-mail=email -> email/email", "Place of birth=place -> birth_place/place",
			"Town=place -> Town/place", "Sex=sex -> sex/category", "Father's name=given -> father/parent", "Registration date=date -> - no_trait",
			"Street address=text -> Street address/text", "Household=number -> - no_trait",
		},
		"French": {
			"N° d'ordre=id -> - id", "Prénom=given -> given/given", "Nom de famille=family -> family/family", "Date de naissance=date_fr -> birth_date/date",
			"N° CIN=document -> N° CIN/document", "Téléphone=phone -> phone/phone", "Adresse électronique=email -> email/email", "Lieu de naissance=place -> birth_place/place",
			"Commune=place -> Commune/place", "Sexe=sex -> sex/category", "Prénom du père=given -> father/parent", "Nom et prénom de la mère=full -> mother/parent",
			"Date d'inscription=date_fr -> - no_trait", "Adresse=text -> Adresse/text", "Nom du conjoint=family -> - relative", "Date de naissance du père=date_fr -> - relative", "Montant=amount -> - no_trait",
		},
		"Arabic": {
			"الرقم الترتيبي=id -> - id", "الاسم الشخصي=given_ar -> given/given", "الاسم العائلي=family_ar -> family/family", "تاريخ الازدياد=date_fr -> birth_date/date",
			"رقم البطاقة الوطنية=document -> رقم البطاقة الوطنية/document", "الهاتف=phone -> phone/phone", "مكان الولادة=place_ar -> birth_place/place",
			"الجماعة=place_ar -> الجماعة/place", "الجنس=sex -> sex/category", "اسم الأب=given_ar -> father/parent", "اسم الأم=given_ar -> mother/parent",
			"تاريخ التسجيل=date -> - no_trait", "العنوان=text -> العنوان/text",
		},
		"two scripts": {
			"nom=family -> family/family", "prenom=given -> given/given", "nom_ar=family_ar -> family/family", "prenom_ar=given_ar -> given/given",
			"lieu_naissance=place -> birth_place/place", "lieu_naissance_ar=place_ar -> birth_place/place", "ddn=date -> birth_date/date",
		},
		"the name beside the family name": {"الاسم=given_ar -> given/given", "النسب=family_ar -> family/family", "dob=date -> birth_date/date"},
		"the name alone":                  {"Nom=full -> full/full", "Date=date -> - no_trait", "CIN=document -> CIN/document"},
		"year of birth":                   {"الاسم الكامل=full_ar -> full/full", "سنة الازدياد=year -> birth_date/date"},
		"empty and constant":              {"prenom=given -> given/given", "nom=family -> family/family", "cin=empty -> - empty", "ville=same -> - constant"},
		"a header that its values deny":   {"prenom=given -> given/given", "nom=family -> family/family", "telephone=place -> telephone/category", "email=date -> birth_date/date"},
		"nonsense": {
			"c1=id -> - id", "c2=given -> given/given", "c3=family -> family/family", "c4=date -> birth_date/date", "c5=email -> email/email", "c6=sex -> c6/category",
			"c7=date_fr -> - no_trait", "c8=empty -> - empty", "c9=same -> - constant",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var files []string
			want := map[string]string{}
			for _, c := range columns {
				column, field, _ := strings.Cut(c, " -> ")
				header, _, _ := strings.Cut(column, "=")
				files, want[header] = append(files, column), field
			}
			_, got := guess(t, rollOf(t, 200, files...), nil)
			for header, w := range want {
				if got[header] != w {
					t.Errorf("%s is taken for %q, want %q", header, got[header], w)
				}
			}
		})
	}
}

// TestGuessScriptsInOrder keeps Latin before Arabic in every field, whatever
// the order of the file.
func TestGuessScriptsInOrder(t *testing.T) {
	t.Parallel()
	g, _ := guess(t, rollOf(t, 50, "prenom_ar=given_ar", "nom=family", "prenom=given", "nom_ar=family_ar"), nil)
	for _, f := range g.Fields {
		if len(f.Columns) != 2 || strings.HasSuffix(f.Columns[0], "_ar") {
			t.Errorf("%s: %v", f.Name, f.Columns)
		}
	}
}

// TestGuessLeavesApart never compares columns that are said to be no evidence,
// even where they look like it.
func TestGuessLeavesApart(t *testing.T) {
	t.Parallel()
	_, got := guess(t, rollOf(t, 50, "nom=family", "prenom=given", "cin=document"), map[string]roll.Reason{"cin": roll.IsTruth})
	if got["cin"] != "- truth" {
		t.Errorf("cin is taken for %q", got["cin"])
	}
}

// TestGuessRefuses a roll without header, and one that tells nobody apart.
func TestGuessRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, code string }{
		"a record for a header": {"Mohamed,Tazi,1980-01-02\nAhmed,Alami,1981-02-03\n", "roll.no_header"},
		"a phone for a header":  {"Mohamed,0600112233\nAhmed,0600112234\n", "roll.no_header"},
		"nothing that tells":    {"sexe,montant\nM,3\nF,4\nM,5\n", "roll.nothing_to_compare"},
		"one name":              {"prenom,montant\nMohamed,3\nAhmed,4\n", "roll.nothing_to_compare"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := roll.Open(file(t, tt.text))
			if err != nil {
				t.Fatal(err)
			}
			s, err := f.Sample()
			if err != nil {
				t.Fatal(err)
			}
			g, err := words(t).Guess(f, s, nil, nil)
			if err == nil {
				err = g.Check(f)
			}
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || e.Code != tt.code || e.Fix == "" || strings.Contains(e.Error(), "Mohamed") {
				t.Errorf("got %v, want %s", err, tt.code)
			}
		})
	}
}

// TestGuessMany sheds the least telling fields.
func TestGuessMany(t *testing.T) {
	t.Parallel()
	columns := []string{"nom=family", "prenom=given", "ddn=date"}
	for i := range 20 {
		columns = append(columns, fmt.Sprintf("ville %s=place", strings.Repeat("x", i+1)))
	}
	g, _ := guess(t, rollOf(t, 50, columns...), nil)
	surplus := 0
	for _, c := range g.Columns {
		if c.From == roll.IsSurplus {
			surplus++
		}
	}
	if len(g.Fields) != linkage.MaxFields || surplus != 23-linkage.MaxFields || g.Fields[0].Name != "family" {
		t.Errorf("%d fields, %d shed", len(g.Fields), surplus)
	}
	if err := (linkage.Spec{Fields: g.Fields}).Validate(); err != nil {
		t.Error(err)
	}
}

// TestReasonsHaveWords looks for a sentence for each reason.
func TestReasonsHaveWords(t *testing.T) {
	t.Parallel()
	for _, r := range roll.Reasons() {
		if r.Text() == "" {
			t.Errorf("%s has no words", r)
		}
	}
}

// FuzzGuess guesses about anything that can be read: what comes out is a spec
// the engine accepts.
func FuzzGuess(f *testing.F) {
	f.Add("nom,prenom,ddn\nTazi,Ali,1980-01-01\n")
	f.Add("الاسم;النسب\nعلي;التازي\n")
	f.Add("a,A,Á, a\u0301\n1,2,3,4\n")
	w := words(f)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := roll.Open(file(t, text))
		if err != nil {
			return
		}
		s, err := r.Sample()
		if err != nil {
			t.Fatal(err)
		}
		g, err := w.Guess(r, s, nil, nil)
		if err != nil || len(g.Fields) == 0 {
			return
		}
		if err := (linkage.Spec{Fields: g.Fields}).Validate(); err != nil {
			t.Errorf("%v of %q", err, text)
		}
	})
}
