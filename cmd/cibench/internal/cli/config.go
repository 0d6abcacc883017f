package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/viper"

	"github.com/cibench/cibench/runner/service/link"
)

// setting is one configuration value: its key in cibench.yaml, which with
// CIBENCH_ and underscores is its environment variable.
type setting struct {
	key   string
	value func(*IO) any // the default
	help  string
}

var settings = []setting{
	{"store", func(io *IO) any { return filepath.Join(io.cacheDir(), "results.db") }, "the database of runs"},
	{"cache-dir", func(io *IO) any { return io.cacheDir() }, "images, snapshots and the recorded index"},
	{"index-port", func(*IO) any { return 8941 }, "port of the package index on 127.0.0.1"},
	{"registry-port", func(*IO) any { return 8942 }, "port of the image registry on 127.0.0.1"},
	{"profile", func(*IO) any { return "none" }, "network profile: none or github-hosted"},
	{"comparable-times", func(*IO) any { return false }, "true: the times of documented targets hold for this machine"},
	{"snapshots", func(*IO) any { return 24 }, "primed cache states to keep"},
}

// configFile is looked for in the working directory.
const configFile = "cibench.yaml"

func addConfigFlags(root *cobra.Command) {
	root.PersistentFlags().String("config", "", "configuration file (default ./"+configFile+" if it exists)")
	for _, s := range settings {
		root.PersistentFlags().String(s.key, "", s.help)
	}
}

// config holds the resolved settings. Precedence: flag, CIBENCH_* variable,
// configuration file, default.
type config struct {
	Store        string
	CacheDir     string
	IndexPort    int
	RegistryPort int
	Profile      string
	Link         map[string]string // parameters that override the profile's
	Network      link.Profile      // the profile with those parameters
	Snapshots    int
	// ComparableTimes says that the documented times were measured on a machine
	// like this one, so that they can be held against those of a run.
	ComparableTimes bool

	origins map[string]string // key → where its value came from
	values  map[string]string
}

// states is where the states of builders are, those kept and that of a trial.
func (c *config) states() string { return filepath.Join(c.CacheDir, "states") }

func loadConfig(io *IO, cmd *cobra.Command) (*config, error) {
	v := viper.New()
	origin := map[string]string{}
	file, err := readConfigFile(v, cmd)
	if err != nil {
		return nil, usage(err)
	}
	if err := checkVariables(io.Environ); err != nil {
		return nil, err
	}
	c := &config{origins: origin, values: map[string]string{}, Link: v.GetStringMapString("link")}
	for _, s := range settings {
		env := s.variable()
		flag := cmd.Flag(s.key)
		switch {
		case flag != nil && flag.Changed:
			v.Set(s.key, flag.Value.String())
			origin[s.key] = "flag --" + s.key
		case io.Getenv(env) != "":
			v.Set(s.key, io.Getenv(env))
			origin[s.key] = env
		case v.InConfig(s.key):
			origin[s.key] = file
		default:
			v.SetDefault(s.key, s.value(io))
			origin[s.key] = "default"
		}
		c.values[s.key] = v.GetString(s.key)
	}
	c.Store, c.CacheDir, c.Profile = v.GetString("store"), v.GetString("cache-dir"), v.GetString("profile")
	for _, n := range []struct {
		key  string
		into *int
		most int
	}{{"index-port", &c.IndexPort, maxPort}, {"registry-port", &c.RegistryPort, maxPort}, {"snapshots", &c.Snapshots, math.MaxInt}} {
		if *n.into, err = positive(n.key, v.GetString(n.key)); err != nil {
			return nil, usage(fmt.Errorf("%s (from %s)", err, origin[n.key]))
		}
		if *n.into > n.most {
			return nil, usage(fmt.Errorf("%s: %d is above %d (from %s)", n.key, *n.into, n.most, origin[n.key]))
		}
	}
	if c.IndexPort == c.RegistryPort {
		return nil, usageHint("give each a port of its own", "index-port (from %s) and registry-port (from %s) are both %d", origin["index-port"], origin["registry-port"], c.IndexPort)
	}
	if c.ComparableTimes, err = strconv.ParseBool(v.GetString("comparable-times")); err != nil {
		return nil, usage(fmt.Errorf("comparable-times: got %q, want true or false (from %s)", v.GetString("comparable-times"), origin["comparable-times"]))
	}
	if c.Network, err = link.Lookup(c.Profile); err != nil {
		return nil, usage(fmt.Errorf("profile: %w (from %s)", err, origin["profile"]))
	}
	if c.Network, err = c.Network.Override(c.Link); err != nil {
		return nil, usage(fmt.Errorf("configuration %s: %w", file, err))
	}
	for key, value := range c.Link {
		c.values["link."+key], origin["link."+key] = value, file
	}
	return c, nil
}

// readConfig sets cfg for a command. A wrong configuration is refused whether the
// command uses it or not: one that is passed over is found by nobody.
func readConfig(io *IO, cmd *cobra.Command, cfg *config) error {
	if cmd.Hidden || cmd.HasSubCommands() || cmd.Name() == "help" {
		return nil // the program's part in a container, and what prints help
	}
	c, err := loadConfig(io, cmd)
	if err == nil {
		*cfg = *c
	}
	return err
}

const maxPort = 65535

func positive(key, text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || strconv.Itoa(n) != text {
		return 0, fmt.Errorf("%s: got %q, want a positive number", key, text)
	}
	return n, nil
}

// variablePrefix begins the names of our environment variables.
const variablePrefix = "CIBENCH_"

// engineVariables are those of runner/engine/start.sh.
var engineVariables = []string{"CIBENCH_DOCKERD_LOG", "CIBENCH_DOCKER_ROOT", "CIBENCH_DISK"}

// variable returns the name of the setting's environment variable.
func (s setting) variable() string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(s.key, "-", "_"))
}

// checkVariables refuses a variable that no setting has, unless it is empty.
func checkVariables(environ []string) error {
	var known []string
	for _, s := range settings {
		known = append(known, s.variable())
	}
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		if !strings.HasPrefix(name, variablePrefix) || value == "" || slices.Contains(known, name) || slices.Contains(engineVariables, name) {
			continue
		}
		return usageHint(nearest(name, known), "unknown environment variable %s", name)
	}
	return nil
}

// readConfigFile reads the file into v and returns its name; "" when there is
// none. A key that no setting has is an error.
func readConfigFile(v *viper.Viper, cmd *cobra.Command) (string, error) {
	name, explicit := configFile, false
	if f := cmd.Flag("config"); f != nil && f.Changed {
		name, explicit = f.Value.String(), true
	}
	v.SetConfigFile(name)
	v.SetConfigType("yaml")
	err := v.ReadInConfig()
	if errors.Is(err, fs.ErrNotExist) && !explicit {
		return "", nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", usageHint("name a file that is there with --config", "configuration %s: %w", name, cause(err))
	}
	if parse := (viper.ConfigParseError{}); errors.As(err, &parse) {
		return "", usageHint("`cibench config show` prints each setting with its key", "configuration %s: %w", name, parse.Unwrap())
	}
	if err != nil {
		return "", fmt.Errorf("configuration %s: %w", name, err)
	}
	for _, key := range v.AllKeys() {
		if !knownKey(key) {
			return "", usageHint(nearest(key, append(settingKeys(), "link")), "configuration %s: unknown key %q", name, key)
		}
	}
	return name, nil
}

func knownKey(key string) bool {
	if strings.HasPrefix(key, "link.") {
		return true
	}
	for _, s := range settings {
		if s.key == key {
			return true
		}
	}
	return false
}

// settingKeys returns the keys of all settings.
func settingKeys() []string {
	var keys []string
	for _, s := range settings {
		keys = append(keys, s.key)
	}
	return keys
}

// nearest is the hint for a name that is none of the known ones: that which it is
// a slip of, else all of them.
func nearest(name string, known []string) string {
	const slip = 3 // letters that differ
	near := slices.MinFunc(known, func(a, b string) int {
		return levenshtein.ComputeDistance(name, a) - levenshtein.ComputeDistance(name, b)
	})
	if levenshtein.ComputeDistance(name, near) <= slip {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "one of " + strings.Join(known, ", ")
}

func newConfigCmd(io *IO, cfg *config) *cobra.Command {
	cmd := group(&cobra.Command{Use: "config", Short: "Show the configuration"})
	cmd.AddCommand(&cobra.Command{
		Use:   "show",
		Short: "Print each setting with its value and where it came from",
		Args:  exactArgs(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			tw := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
			keys := settingKeys()
			for _, key := range slices.Sorted(maps.Keys(cfg.Link)) {
				keys = append(keys, "link."+key)
			}
			for _, key := range keys {
				fmt.Fprintf(tw, "%s\t%s\t%s\n", key, cfg.values[key], cfg.origins[key])
			}
			return tw.Flush()
		},
	})
	return cmd
}
