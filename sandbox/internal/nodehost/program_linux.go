package nodehost

// ownProgram is this program even when its file was replaced meanwhile.
func ownProgram(string) string { return "/proc/self/exe" }
