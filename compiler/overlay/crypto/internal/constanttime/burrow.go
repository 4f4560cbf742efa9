package constanttime

// boolToUint8 is 1 for true and 0 for false.
func boolToUint8(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}
