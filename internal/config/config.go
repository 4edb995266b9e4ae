// Package config knows the one configuration of an installation: which
// settings there are, and where the value of each comes from. Later sources win:
//
//	defaults → a TOML file → SIJIL_* variables → flags
//
// A setting that nobody knows is an error, wherever it stands. Secrets are
// never settings: a setting names the file that holds them, and the file must
// be its owner's alone.
//
// It refuses to know what the settings do.
package config

import "time"

// Config is the configuration of an installation. A field that is zero means
// its default to whoever reads it; Load fills the defaults in.
type Config struct {
	Country string // folder of a country's data; "" is the one built in

	Store   string // "sqlite" or "postgres"
	Data    string // folder of the embedded stores
	DSNFile string // file with the connection strings of PostgreSQL
	Schema  string // what the schemas on PostgreSQL begin with
	Conns   int    // the most connections to each store; 0 leaves it to the store
	KeyFile string // file of the keys; "" is key.json in Data

	Listen     string        // where pages are served
	TrustProxy bool          // whether X-Forwarded-For and -Proto are believed
	MaxBody    int           // bytes of a request's body
	Timeout    time.Duration // for one request
	Metrics    string        // where /metrics is served; "off" for nowhere

	LogLevel  string        // "debug", "info", "warn", "error"
	OutboxLag time.Duration // age of an event that waits from which on the service is not ready
}

// setting is one line of the table of settings.
type setting struct {
	key     string // in the file: "data", "http.listen"
	flag    string // of the command line; "" when there is none
	about   string
	initial string // the default, as it would be written
	value   value
	secret  bool // names a file that holds secrets
}

// settings is every setting there is, in the order of print and of the docs.
var settings = []setting{
	{key: "country", flag: "country", about: "folder of another country's data, instead of the one built in", value: text(func(c *Config) *string { return &c.Country })},
	{key: "store", flag: "store", initial: "sqlite", about: "where the stores are: sqlite (files in data) or postgres",
		value: oneOf(func(c *Config) *string { return &c.Store }, "sqlite", "postgres")},
	{key: "data", flag: "data", about: "folder of the embedded stores", value: text(func(c *Config) *string { return &c.Data })},
	{key: "dsn_file", flag: "dsn-file", secret: true, about: "file of mode 0600 with the connection string of each store, NAME = STRING", value: text(func(c *Config) *string { return &c.DSNFile })},
	{key: "schema", flag: "schema", initial: "sijil", about: "what the schemas on PostgreSQL begin with", value: text(func(c *Config) *string { return &c.Schema })},
	{key: "conns", about: "the most connections to each store; 0 is the store's own default", initial: "0", value: number(func(c *Config) *int { return &c.Conns }, 0, 1000)},
	{key: "key_file", flag: "key-file", secret: true, about: "file of mode 0600 with the keys; key.json in data when none is named", value: text(func(c *Config) *string { return &c.KeyFile })},

	{key: "http.listen", flag: "listen", initial: "127.0.0.1:8080", about: "address and port of the pages", value: address(func(c *Config) *string { return &c.Listen })},
	{key: "http.trust_proxy", initial: "false", about: "believe X-Forwarded-For and X-Forwarded-Proto: only behind a proxy that sets them itself", value: truth(func(c *Config) *bool { return &c.TrustProxy })},
	{key: "http.max_body", initial: "1048576", about: "bytes of a request's body", value: number(func(c *Config) *int { return &c.MaxBody }, 1<<10, 1<<28)},
	{key: "http.timeout", initial: "15s", about: "for one request, from its first byte to the last of the answer", value: duration(func(c *Config) *time.Duration { return &c.Timeout }, time.Second, 10*time.Minute)},
	{key: "metrics.listen", flag: "metrics-listen", initial: "127.0.0.1:9090", about: "address and port of /metrics, or off", value: address(func(c *Config) *string { return &c.Metrics }, "off")},

	{key: "log.level", initial: "info", about: "the least that is logged: debug, info, warn, error", value: oneOf(func(c *Config) *string { return &c.LogLevel }, "debug", "info", "warn", "error")},
	{key: "ready.outbox_lag", initial: "60s", about: "age of a waiting event from which on /readyz says no", value: duration(func(c *Config) *time.Duration { return &c.OutboxLag }, time.Second, 24*time.Hour)},
}

// Provenance says where the value of a setting came from.
type Provenance struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	From  string `json:"from"` // "default", "FILE:LINE", "SIJIL_…", "--flag"
	About string `json:"about,omitempty"`
}

// SecretFiles returns the files of secrets that the configuration names.
func (c Config) SecretFiles() []string {
	var out []string
	for _, s := range settings {
		if path := s.value.get(&c); s.secret && path != "" {
			out = append(out, path)
		}
	}
	return out
}
