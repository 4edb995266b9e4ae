package policy

// Weight and Moment open the kernels to the tests.
func (k Kernel) Weight(u float64) float64 { return k.weight(u) }

// Moment is ∫₀¹ uⁱ K(u) du.
func (k Kernel) Moment(i int) float64 { return k.moment(i) }

// UniformRatio opens the constants of the preliminary bandwidths.
func UniformRatio(order, s int) float64 { return uniformRatio(order, s) }
