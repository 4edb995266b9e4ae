package config_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sijil/internal/config"
	"sijil/internal/errs"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sijil.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func find(t *testing.T, where []config.Provenance, key string) config.Provenance {
	t.Helper()
	for _, p := range where {
		if p.Key == key {
			return p
		}
	}
	t.Fatalf("print shows no %s", key)
	return config.Provenance{}
}

// TestLaterSourcesWin sets one value at each source in turn.
func TestLaterSourcesWin(t *testing.T) {
	t.Parallel()
	path := file(t, "# an office\nschema = \"office\"\n\n[http]\nlisten = \"127.0.0.1:8000\"\ntrust_proxy = true\n")
	steps := []struct {
		name        string
		src         config.Sources
		value, from string
	}{
		{"default", config.Sources{}, "127.0.0.1:8080", "default"},
		{"file", config.Sources{File: path}, "127.0.0.1:8000", path + ":5"},
		{"variable", config.Sources{File: path, Environ: []string{"HOME=/", "SIJIL_HTTP_LISTEN=127.0.0.1:8001"}}, "127.0.0.1:8001", "SIJIL_HTTP_LISTEN"},
		{"flag", config.Sources{File: path, Environ: []string{"SIJIL_HTTP_LISTEN=127.0.0.1:8001"}, Flags: map[string]string{"listen": "127.0.0.1:8002"}}, "127.0.0.1:8002", "--listen"},
	}
	for _, s := range steps {
		c, where, err := config.Load(s.src)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		got := find(t, where, "http.listen")
		if c.Listen != s.value || got.Value != s.value || got.From != s.from {
			t.Errorf("%s: %q, printed as %q from %q", s.name, c.Listen, got.Value, got.From)
		}
		if c.Timeout != 15*time.Second || c.Store != "sqlite" || c.MaxBody != 1<<20 {
			t.Errorf("%s: other defaults are %+v", s.name, c)
		}
		if s.src.File != "" && (!c.TrustProxy || c.Schema != "office") {
			t.Errorf("%s: the file's other settings are lost: %+v", s.name, c)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file string
		src        config.Sources
		want       []string
	}{
		{"unknown key", "schema = \"x\"\nshcema = \"hidden\"\n", config.Sources{}, []string{":2:", "shcema", "did you mean schema?"}},
		{"unknown key of a table", "[http]\nlissten = \"hidden\"\n", config.Sources{}, []string{":2:", "http.lissten", "did you mean http.listen?"}},
		{"unknown table", "[quantum]\nentanglement_of_everything = 1\n", config.Sources{}, []string{":2:", "config print shows all"}},
		{"unknown variable", "", config.Sources{Environ: []string{"SIJIL_SHEMA=hidden"}}, []string{"SIJIL_SHEMA", "did you mean SIJIL_SCHEMA?"}},
		{"twice", "schema = \"a\"\nschema = \"b\"\n", config.Sources{}, []string{":2:", "a key stands twice"}},
		{"syntax", "schema = \nstore = \"sqlite\"\n", config.Sources{}, []string{":1:", "this is not TOML"}},
		{"choice", "store = \"hidden\"\n", config.Sources{}, []string{":1:", "store:", "sqlite, postgres"}},
		{"no number", "conns = \"hidden\"\n", config.Sources{}, []string{":1:", "conns:", "0 to 1000"}},
		{"number out of limits", "conns = -1\n", config.Sources{}, []string{":1:", "conns:"}},
		{"duration", "[ready]\noutbox_lag = \"0s\"\n", config.Sources{}, []string{":2:", "ready.outbox_lag:"}},
		{"truth", "[http]\ntrust_proxy = 1\n", config.Sources{}, []string{":2:", "true or false"}},
		{"address", "[http]\nlisten = \"hidden\"\n", config.Sources{}, []string{"HOST:PORT"}},
		{"address of nowhere", "[http]\nlisten = \"off\"\n", config.Sources{}, []string{"HOST:PORT"}},
		{"a list", "schema = [\"hidden\"]\n", config.Sources{}, []string{":1:", "not plain"}},
		{"a list of tables", "[[http]]\nlisten = \"127.0.0.1:1\"\n", config.Sources{}, []string{":1:", "no lists of tables"}},
		{"a flag", "", config.Sources{Flags: map[string]string{"listen": "hidden"}}, []string{"--listen:"}},
		{"all of them", "shcema = 1\nconns = 5000\n", config.Sources{Environ: []string{"SIJIL_STORE=hidden"}}, []string{"shcema", "conns", "SIJIL_STORE"}},
		{"no file", "", config.Sources{File: "/nowhere/sijil.toml"}, []string{"/nowhere/sijil.toml", "cannot be read"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.file != "" {
				tt.src.File = file(t, tt.file)
			}
			_, _, err := config.Load(tt.src)
			if err == nil || errs.KindOf(err) == errs.Internal {
				t.Fatalf("accepted, or no fault of the writer: %v", err)
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q lacks %q", err, w)
				}
			}
			if strings.Contains(err.Error(), "hidden") {
				t.Errorf("%q repeats a value", err)
			}
		})
	}
}

// TestVariablesOfTestsAreNoSettings keeps the tests' own variables apart: every
// one that a test reads must be let pass, or the program refuses to start
// wherever the tests run.
func TestVariablesOfTestsAreNoSettings(t *testing.T) {
	t.Parallel()
	root, err := os.OpenRoot("../..")
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	quoted := regexp.MustCompile(`"(SIJIL_[A-Z_]+)=?"?`)
	read := map[string]bool{}
	err = fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (path == "internal/config" || strings.HasPrefix(path, ".") && path != ".") {
			if err == nil {
				err = fs.SkipDir
			}
			return err
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, err := root.ReadFile(path)
		for _, m := range quoted.FindAllSubmatch(text, -1) {
			read[string(m[1])+"="] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(read) < 5 {
		t.Fatalf("only %d variables were found", len(read))
	}
	if _, _, err := config.Load(config.Sources{Environ: slices.Collect(maps.Keys(read))}); err != nil {
		t.Error(err)
	}
}

// TestPathsLieBesideTheFile reads relative paths of a file from its folder.
func TestPathsLieBesideTheFile(t *testing.T) {
	t.Parallel()
	path := file(t, "data = \"stores\"\nkey_file = \"/keys/key.json\"\n")
	c, _, err := config.Load(config.Sources{File: path})
	if err != nil || c.Data != filepath.Join(filepath.Dir(path), "stores") || c.KeyFile != "/keys/key.json" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestCheckLooksAtSecrets(t *testing.T) {
	t.Parallel()
	open := file(t, "x")
	if err := os.Chmod(open, 0o640); err != nil {
		t.Fatal(err)
	}
	closed := file(t, "x")
	tests := []struct {
		name string
		c    config.Config
		want string // "" is no error
	}{
		{"sqlite", config.Config{Store: "sqlite", Data: "d"}, ""},
		{"zero", config.Config{}, "no data is named"},
		{"strings for sqlite", config.Config{Store: "sqlite", Data: "d", DSNFile: closed}, "no connection strings"},
		{"postgres alone", config.Config{Store: "postgres"}, "no dsn_file is named"},
		{"postgres without keys", config.Config{Store: "postgres", DSNFile: closed}, "no key_file is named"},
		{"postgres", config.Config{Store: "postgres", DSNFile: closed, KeyFile: closed}, ""},
		{"strings others may read", config.Config{Store: "postgres", DSNFile: open, KeyFile: closed}, "mode 0640"},
		{"keys others may read", config.Config{Store: "sqlite", Data: "d", KeyFile: open}, "mode 0640"},
		{"keys that are not there", config.Config{Store: "sqlite", Data: "d", KeyFile: "/nowhere/key.json"}, "the file is not there"},
		{"a country that is not there", config.Config{Store: "sqlite", Data: "d", Country: "/nowhere"}, "country"},
	}
	for _, tt := range tests {
		err := tt.c.Check()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestConnectionStrings(t *testing.T) {
	t.Parallel()
	names := []string{"population", "keys"}
	got, err := config.ReadDSNs(file(t, "# two\npopulation = host=a password=s3cret\nkeys=host=b\n"), names)
	if err != nil || got["population"] != "host=a password=s3cret" || got["keys"] != "host=b" {
		t.Errorf("%v, %v", len(got), err)
	}
	for _, text := range []string{"populace = host=a password=s3cret", "population = s3cret\npopulation = s3cret", "s3cret", "population ="} {
		if _, err := config.ReadDSNs(file(t, text), names); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v", err)
		}
	}
}

// FuzzFile feeds files of anything: they are refused or read, and nothing that
// a file says is in an error but the names of its keys.
func FuzzFile(f *testing.F) {
	f.Add("schema = \"x\"\n[http]\nlisten = \"127.0.0.1:1\"\n")
	f.Add("http.listen = '''a\nb'''\n[[x]]\n")
	f.Add("a = {b = 1}\nc = 2026-01-01\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(dir, "f.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := config.Load(config.Sources{File: path})
		if err != nil && errs.KindOf(err) == errs.Internal {
			t.Errorf("no fault of the writer: %v", err)
		}
	})
}
