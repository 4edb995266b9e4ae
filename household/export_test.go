package household

// For tests.
var (
	DrawCode = drawCode
	Numbered = numbered
)
