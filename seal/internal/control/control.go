// Package control knows how the control store of the tests turns sealing off:
// the search for plaintext in the stores must be seen to find it. It lies
// below seal, so that only packages there can turn it off: seal/sealtest does,
// and a test holds that no program imports that.
package control

import "crypto/cipher"

// Off is a keeper under which nothing is sealed.
type Off interface{ SealingOff() cipher.AEAD }
