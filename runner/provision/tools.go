package provision

import (
	"os"
	"os/exec"
)

// missingToolError says what a recipe lacks on this machine.
type missingToolError struct{ what, hint string }

func (e *missingToolError) Error() string { return e.what }
func (e *missingToolError) Hint() string  { return e.hint }

// debianTool tells whether images can be made from Debian packages here.
func debianTool() error {
	if _, err := exec.LookPath("mmdebstrap"); err != nil {
		return &missingToolError{"mmdebstrap is not installed", "apt-get install -y mmdebstrap"}
	}
	// Without root it maps the users of the image to a range of ours.
	if os.Geteuid() == 0 {
		return nil
	}
	if _, err := exec.LookPath("newuidmap"); err != nil {
		return &missingToolError{"mmdebstrap needs root, or newuidmap, which is not installed", "run once as root, or apt-get install -y uidmap"}
	}
	return nil
}

// goTool tells whether programs can be built from their Go modules here.
func goTool() error {
	if _, err := exec.LookPath("go"); err != nil {
		return &missingToolError{"Go is not installed", "install Go, or let this machine pull images"}
	}
	return nil
}
