package demo

// Noes are the refusals by their codes.
func (l *Loader) Noes() map[string]int { return l.noes }
