package names

type speller struct{}

func newSpeller([]Entry) *speller { return &speller{} }
