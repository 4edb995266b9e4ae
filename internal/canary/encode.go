// Package canary searches files for planted values in every form in which they
// could have got there: as text in UTF-8 and UTF-16, in hexadecimal, in base64
// at each of its alignments.
//
// It knows bytes. It refuses to know what was planted and whose files it
// reads.
package canary

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf16"
)

// Form is how a value is written in a file.
type Form string

// The forms.
const (
	Plain      Form = "utf-8"
	Lower      Form = "utf-8, lower case"
	Upper      Form = "utf-8, upper case"
	UTF16LE    Form = "utf-16le"
	UTF16BE    Form = "utf-16be"
	HexLower   Form = "hex, lower case"
	HexUpper   Form = "hex, upper case"
	Base64At0  Form = "base64, first alignment"
	Base64At1  Form = "base64, second alignment"
	Base64At2  Form = "base64, third alignment"
	Base64URL0 Form = "base64url, first alignment"
	Base64URL1 Form = "base64url, second alignment"
	Base64URL2 Form = "base64url, third alignment"
	Base32Low  Form = "base32, lower case"
	Escaped    Form = "json escapes"
)

// Forms are all forms.
var Forms = []Form{
	Plain, Lower, Upper, UTF16LE, UTF16BE, HexLower, HexUpper, Base64At0, Base64At1, Base64At2, Base64URL0, Base64URL1, Base64URL2, Base32Low, Escaped,
}

// Encode returns a value in a form, wherever in a longer text it may stand; ok
// is false when the form says nothing that another does not say. text says
// that the value is text.
func Encode(f Form, value []byte, text bool) (out []byte, ok bool) {
	switch f {
	case Plain:
		return value, true
	case Lower:
		out = bytes.ToLower(value)
		return out, text && !bytes.Equal(out, value)
	case Upper:
		out = bytes.ToUpper(value)
		return out, text && !bytes.Equal(out, value)
	case UTF16LE:
		return wide(string(value), binary.LittleEndian), text
	case UTF16BE:
		return wide(string(value), binary.BigEndian), text
	case HexLower:
		return []byte(hex.EncodeToString(value)), true
	case HexUpper:
		out = []byte(strings.ToUpper(hex.EncodeToString(value)))
		return out, !bytes.Equal(out, []byte(hex.EncodeToString(value)))
	case Base64At0, Base64At1, Base64At2:
		return inBase64(base64.StdEncoding, value, alignment(f)), true
	case Base64URL0, Base64URL1, Base64URL2:
		out = inBase64(base64.URLEncoding, value, alignment(f))
		return out, bytes.ContainsAny(out, "-_")
	case Base32Low:
		e := base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
		return []byte(e.EncodeToString(value)), !text
	case Escaped:
		return escaped(string(value)), text && !ascii(value)
	}
	return nil, false
}

func alignment(f Form) int {
	switch f {
	case Base64At1, Base64URL1:
		return 1
	case Base64At2, Base64URL2:
		return 2
	}
	return 0
}

// inBase64 returns the characters of base64 that are the value's alone when
// before bytes of a group of three stand in front of it: a character that
// neighbours share is left out.
func inBase64(e *base64.Encoding, value []byte, before int) []byte {
	all := e.WithPadding(base64.NoPadding).EncodeToString(append(make([]byte, before), value...))
	return []byte(all[(8*before+5)/6 : 8*(before+len(value))/6])
}

func wide(s string, order binary.AppendByteOrder) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func escaped(s string) []byte {
	var out []byte
	for _, r := range s {
		if r < 0x80 {
			out = append(out, byte(r))
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			out = fmt.Appendf(out, `\u%04x`, u)
		}
	}
	return out
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
