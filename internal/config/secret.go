package config

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"sijil/internal/errs"
)

// largestSecret bounds a file of secrets.
const largestSecret = 64 << 10

func checkSecret(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		what := "the file cannot be read"
		if os.IsNotExist(err) {
			what = "the file is not there"
		}
		return &errs.Error{Kind: errs.NotFound, Code: "secrets.missing", File: path, What: what, Fix: "name another"}
	}
	if info.Mode().Perm()&0o077 != 0 {
		return &errs.Error{Kind: errs.Denied, Code: "secrets.open_file", File: path,
			What: fmt.Sprintf("others than its owner may use this file of secrets (mode %04o)", info.Mode().Perm()), Fix: "chmod 600 the file, and change the secrets in it"}
	}
	if info.Size() > largestSecret {
		return &errs.Error{Kind: errs.Invalid, Code: "secrets.large", File: path, What: "the file is too large for what it should hold", Fix: "name another"}
	}
	return nil
}

// ReadSecret reads a file that its owner alone may read.
func ReadSecret(path string) (string, error) {
	if err := checkSecret(path); err != nil {
		return "", err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", &errs.Error{Kind: errs.Unavailable, Code: "secrets.missing", File: path, What: "the file cannot be read", Fix: "name another"}
	}
	return string(data), nil
}

// ReadDSNs reads the connection strings of the stores named, which hold
// passwords: a line NAME = STRING for each, # begins a comment.
func ReadDSNs(path string, stores []string) (map[string]string, error) {
	data, err := ReadSecret(path)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, dsn, ok := strings.Cut(line, "=")
		name, dsn = strings.TrimSpace(name), strings.TrimSpace(dsn)
		if !ok || !slices.Contains(stores, name) || dsn == "" || out[name] != "" {
			return nil, &errs.Error{Kind: errs.Invalid, Code: "secrets.dsn", File: path, Line: n, What: "this is not the connection string of a store",
				Fix: "write NAME = STRING, once for each of " + strings.Join(stores, ", ")}
		}
		out[name] = dsn
	}
	return out, lines.Err()
}
