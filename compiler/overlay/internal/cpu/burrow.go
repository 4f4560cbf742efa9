package cpu

// CacheLinePadSize is that of the machines Burrow runs on.
const CacheLinePadSize = 64

// doinit leaves every feature off: there is no assembly to choose between.
func doinit() {}
