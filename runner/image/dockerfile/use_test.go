package dockerfile

import "testing"

func TestScriptUse(t *testing.T) {
	t.Parallel()
	env := map[string]string{"PIP": "pip3", "BIN": "/opt/venv/bin"}
	tests := map[string]Use{
		"pip install -r requirements.txt":                     Installs,
		"pip3 install x":                                      Installs,
		"pip3.11 --no-cache-dir install x":                    Installs,
		"/opt/venv/bin/pip install x":                         Installs,
		"$BIN/pip install x":                                  Installs,
		"${PIP} install x":                                    Installs,
		"$OTHER install x":                                    NoPip,
		"python -m pip install x":                             Installs,
		"python3.11 -u -m pip wheel -w /w x":                  Installs,
		"uv pip sync requirements.txt":                        Installs,
		"uv sync":                                             NoPip,
		"PIP_NO_CACHE_DIR=1 pip install x":                    Installs,
		"env PIP_PRE=1 pip install x":                         Installs,
		"timeout 60 pip install x":                            Installs,
		"cat r.txt | xargs pip install":                       Installs,
		"apt-get update && apt-get install -y gcc":            NoPip,
		"apt-get install -y python3-pip":                      NoPip,
		"apt-get update && pip install x || exit 1":           Installs,
		"if true; then pip install x; fi":                     Installs,
		"set -e; (cd /x && pip download x)":                   Installs,
		"sh -c 'pip install x'":                               Installs,
		"bash -exc \"cd /x && pip install .\"":                Installs,
		"cat <<EOF | bash\npip install x\nEOF":                NoPip,
		"bash <<EOF\npip install x\nEOF":                      Installs,
		"<<EOF\npip install x\nEOF":                           Installs,
		"cat <<EOF > /install.sh\npip install x\nEOF":         NoPip,
		"pip \\\n  install x":                                 Installs,
		"opentelemetry-bootstrap --action=install":            Installs,
		"opentelemetry-bootstrap -a install":                  Installs,
		"opentelemetry-bootstrap":                             NoPip,
		"pip check":                                           CallsPip,
		"pip --version":                                       CallsPip,
		"pip uninstall -y wheel":                              CallsPip,
		"pip check && pip install x":                          Installs,
		"command -v pip":                                      NoPip,
		"which pip":                                           NoPip,
		"echo pip install x":                                  NoPip,
		"rm -rf /root/.cache/pip":                             NoPip,
		"python -m pipenv install":                            NoPip,
		"python setup.py install":                             NoPip,
		"pip install 'unclosed":                               NoPip,
		"":                                                    NoPip,
		"sh -c \"sh -c 'sh -c \\\"pip install x\\\"'\"":       Installs,
		"python -m pip install --upgrade pip && pip config x": Installs,
	}
	for script, want := range tests {
		if got := ScriptUse(script, env); got != want {
			t.Errorf("ScriptUse(%q) = %v, want %v", script, got, want)
		}
	}
}

func FuzzScriptUse(f *testing.F) {
	f.Add("pip install x && sh -c 'pip wheel y' <<A\n$PIP\nA\n")
	f.Add("env env env time xargs sh -c sh -c")
	f.Add("${a[1]:-$((1/0))} $(pip) <(pip) @(a|b)")
	f.Fuzz(func(t *testing.T, script string) {
		if u := ScriptUse(script, nil); u < NoPip || u > Installs {
			t.Errorf("ScriptUse(%q) = %d", script, u)
		}
	})
}
