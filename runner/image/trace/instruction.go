package trace

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// read tells what an instruction does, with env for its variables.
func read(c instructions.Command, env map[string]string) instruction {
	switch c := c.(type) {
	case *instructions.RunCommand:
		if use := runUse(c, env); use != NoPip {
			return instruction{PipInstall, use}
		}
	case *instructions.CopyCommand:
		if c.From == "" {
			return instruction{phase: CodeCopy}
		}
	case *instructions.AddCommand:
		for _, src := range c.SourcePaths {
			if !remote(src) {
				return instruction{phase: CodeCopy}
			}
		}
		if len(c.SourceContents) > 0 {
			return instruction{phase: CodeCopy}
		}
	}
	return instruction{phase: Other}
}

// runUse tells what a RUN makes of pip, in any of its forms: a command line,
// a list of words, here-documents.
func runUse(c *instructions.RunCommand, env map[string]string) Use {
	if !c.PrependShell {
		return wordsUse(c.CmdLine, env, maxNesting)
	}
	script := strings.Join(c.CmdLine, " ")
	for _, f := range c.Files {
		data := f.Data
		if f.Chomp {
			data = parser.ChompHeredocContent(data)
		}
		script += "\n" + data + f.Name
	}
	return ScriptUse(script, env)
}

// remote tells whether a source of ADD is fetched from elsewhere.
func remote(src string) bool {
	return strings.Contains(src, "://") || strings.HasPrefix(src, "git@")
}

// readText tells what the instruction does that the text of a step's name
// shows. A text that does not parse is Other.
func readText(text string) instruction {
	tree, err := parser.Parse(strings.NewReader(text))
	if err != nil || len(tree.AST.Children) != 1 {
		return instruction{phase: Other}
	}
	c, err := instructions.ParseCommand(tree.AST.Children[0])
	if err != nil {
		return instruction{phase: Other}
	}
	return read(c, nil)
}
