package chart

// TextWidth opens the estimate of text widths to the tests.
func TextWidth(s string, size float64) float64 { return textWidth(s, size) }
