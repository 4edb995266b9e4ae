package config

import (
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"sijil/internal/errs"
)

// value reads and writes one field.
type value struct {
	get func(*Config) string
	set func(*Config, string) error // an error names no field: whoever called knows it
}

func text(at func(*Config) *string) value {
	return value{
		get: func(c *Config) string { return *at(c) },
		set: func(c *Config, s string) error {
			if strings.ContainsAny(s, "\x00\n\r") {
				return errs.Bad("", "the text has a line break in it", "write it on one line")
			}
			*at(c) = s
			return nil
		},
	}
}

func oneOf(at func(*Config) *string, choices ...string) value {
	v := text(at)
	v.set = func(c *Config, s string) error {
		if !slices.Contains(choices, s) {
			return errs.Bad("", "there is no such choice", "write one of "+strings.Join(choices, ", "))
		}
		*at(c) = s
		return nil
	}
	return v
}

// address is HOST:PORT, or one of some words.
func address(at func(*Config) *string, words ...string) value {
	v := text(at)
	v.set = func(c *Config, s string) error {
		if !slices.Contains(words, s) {
			_, port, err := net.SplitHostPort(s)
			n, bad := strconv.Atoi(port)
			if err != nil || bad != nil || n < 0 || n > 65535 {
				return errs.Bad("", "this is not an address and a port", "write HOST:PORT, such as 127.0.0.1:8080")
			}
		}
		*at(c) = s
		return nil
	}
	return v
}

func number(at func(*Config) *int, least, most int) value {
	return value{
		get: func(c *Config) string { return strconv.Itoa(*at(c)) },
		set: func(c *Config, s string) error {
			n, err := strconv.Atoi(s)
			if err != nil || n < least || n > most {
				return errs.Bad("", "this is not a whole number within its limits", "write "+strconv.Itoa(least)+" to "+strconv.Itoa(most))
			}
			*at(c) = n
			return nil
		},
	}
}

func truth(at func(*Config) *bool) value {
	return value{
		get: func(c *Config) string { return strconv.FormatBool(*at(c)) },
		set: func(c *Config, s string) error {
			if s != "true" && s != "false" {
				return errs.Bad("", "this is neither true nor false", "write true or false")
			}
			*at(c) = s == "true"
			return nil
		},
	}
}

func duration(at func(*Config) *time.Duration, least, most time.Duration) value {
	return value{
		get: func(c *Config) string { return at(c).String() },
		set: func(c *Config, s string) error {
			d, err := time.ParseDuration(s)
			if err != nil || d < least || d > most {
				return errs.Bad("", "this is not a duration within its limits", `write one between "`+least.String()+`" and "`+most.String()+`", such as "30s"`)
			}
			*at(c) = d
			return nil
		},
	}
}
