package prompt

import "os"

// pending can't tell: there is no way to ask a console for text only.
func pending(*os.File) bool { return false }
