package household

import (
	"context"

	"sijil/access"
)

// For tests.
var (
	DrawCode = drawCode
	Numbered = numbered
)

// Keyed is keyed, for the test that an answer is made anew.
func Keyed(ctx context.Context, s *Service, c access.Caller, key string, out *Filed, act func() Filed) error {
	return keyed(ctx, s, c, "test", key, "request", out, func(Tx) error {
		*out = act()
		return nil
	})
}
