package prompt

import "os"

// pending does not know: a console cannot be asked for text alone.
func pending(*os.File) bool { return false }
