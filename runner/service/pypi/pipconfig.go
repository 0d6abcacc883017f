package pypi

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"gopkg.in/ini.v1"
)

// ConfiguredIndex returns the URL of the index that the machine's pip is
// configured with, or "" when nothing configures one. The environment wins
// over the files; of the files the later one wins (system, user, virtual
// environment, PIP_CONFIG_FILE); within them, the section of pip install wins
// over the global one. root is the file system from "/".
//
// The URL may hold credentials. Extra indexes and find-links are not followed.
func ConfiguredIndex(getenv func(string) string, root fs.FS) (string, error) {
	if u := getenv("PIP_INDEX_URL"); u != "" {
		return u, nil
	}
	found := map[string]string{} // by section
	for _, name := range pipConfigFiles(getenv, root) {
		data, err := fs.ReadFile(root, strings.TrimPrefix(path.Clean(name), "/"))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			continue // pip passes over both
		}
		if err != nil {
			return "", fmt.Errorf("pip configuration: %w", err)
		}
		if err := readPipConfig(data, found); err != nil {
			return "", fmt.Errorf("pip configuration: %s: %w", name, err)
		}
	}
	if u := found["install"]; u != "" {
		return u, nil
	}
	return found["global"], nil
}

// pipConfigFiles lists pip's files for Linux and macOS in the order in which
// pip reads them, as `pip config debug` shows them.
func pipConfigFiles(getenv func(string) string, root fs.FS) []string {
	explicit := getenv("PIP_CONFIG_FILE")
	if explicit == "/dev/null" {
		return nil
	}
	if explicit != "" && !path.IsAbs(explicit) {
		explicit = path.Join(getenv("PWD"), explicit)
	}
	var files []string
	system := getenv("XDG_CONFIG_DIRS")
	if system == "" {
		system = "/etc/xdg"
	}
	for dir := range strings.SplitSeq(system, ":") {
		files = append(files, path.Join(dir, "pip/pip.conf"))
	}
	files = append(files, "/Library/Application Support/pip/pip.conf", "/etc/pip.conf")
	if home := getenv("HOME"); home != "" && !exists(root, explicit) {
		config := getenv("XDG_CONFIG_HOME")
		if config == "" {
			config = path.Join(home, ".config")
		}
		files = append(files, path.Join(home, ".pip/pip.conf"),
			path.Join(config, "pip/pip.conf"),
			path.Join(home, "Library/Application Support/pip/pip.conf"))
	}
	if venv := getenv("VIRTUAL_ENV"); venv != "" {
		files = append(files, path.Join(venv, "pip.conf"))
	}
	if explicit != "" {
		files = append(files, explicit)
	}
	return files
}

func exists(root fs.FS, name string) bool {
	if name == "" {
		return false
	}
	_, err := fs.Stat(root, strings.TrimPrefix(path.Clean(name), "/"))
	return err == nil
}

// readPipConfig puts the index-url of each section into found. The options
// give the dialect of Python's configparser.
func readPipConfig(data []byte, found map[string]string) error {
	f, err := ini.LoadSources(ini.LoadOptions{
		AllowBooleanKeys:           true,
		AllowPythonMultilineValues: true,
		IgnoreContinuation:         true,
		IgnoreInlineComment:        true,
		PreserveSurroundedQuote:    true,
		SpaceBeforeInlineComment:   true,
	}, data)
	if err != nil {
		return errors.New("not an INI file") // the cause quotes lines, credentials and all
	}
	for _, s := range f.Sections() {
		for _, k := range s.Keys() {
			// pip takes index-url, index_url and --index-url alike.
			name := strings.TrimPrefix(strings.ReplaceAll(strings.ToLower(k.Name()), "_", "-"), "--")
			if name == "index-url" {
				found[s.Name()] = strings.TrimSpace(k.Value())
			}
		}
	}
	return nil
}
