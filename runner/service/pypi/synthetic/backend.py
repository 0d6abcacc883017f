"""A PEP 517 build backend that needs nothing but Python and, for an extension,
a C compiler. It lies in the sdist's tree, so a build fetches no requirement.
"""

import base64
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile

EPOCH = (2020, 1, 1, 0, 0, 0)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    project = _project()
    files = {}
    for name in sorted(os.listdir(project["module"])):
        with open(os.path.join(project["module"], name), "rb") as f:
            files[project["module"] + "/" + name] = f.read()
    if project["extension"]:
        suffix = sysconfig.get_config_var("EXT_SUFFIX")
        files[project["module"] + "/_native" + suffix] = _compile("native.c")
    info = _dist_info(project)
    for name, text in _metadata(project).items():
        files[info + "/" + name] = text
    wheel = "%s-%s-%s.whl" % (project["module"], project["version"], _tag(project))
    _write(os.path.join(wheel_directory, wheel), files, info + "/RECORD")
    return wheel


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    project = _project()
    info = _dist_info(project)
    os.makedirs(os.path.join(metadata_directory, info))
    for name, text in _metadata(project).items():
        with open(os.path.join(metadata_directory, info, name), "wb") as f:
            f.write(text)
    return info


def build_sdist(sdist_directory, config_settings=None):
    raise SystemExit("this tree was unpacked from an sdist; it builds wheels only")


def _project():
    with open("project.json") as f:
        return json.load(f)


def _dist_info(project):
    return "%s-%s.dist-info" % (project["module"], project["version"])


def _metadata(project):
    with open("PKG-INFO", "rb") as f:
        metadata = f.read()
    wheel = "Wheel-Version: 1.0\nGenerator: cibench\nRoot-Is-Purelib: %s\nTag: %s\n" % (
        str(not project["extension"]).lower(),
        _tag(project),
    )
    return {"METADATA": metadata, "WHEEL": wheel.encode()}


def _tag(project):
    if not project["extension"]:
        return "py3-none-any"
    python = "cp%d%d" % sys.version_info[:2]
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    return "%s-%s%s-%s" % (python, python, getattr(sys, "abiflags", ""), platform)


def _compile(source):
    compiler = os.environ.get("CC") or shutil.which("cc")
    if not compiler:
        raise SystemExit("no C compiler: there is no cc on the PATH, and CC is not set")
    include = sysconfig.get_paths()["include"]
    if not os.path.exists(os.path.join(include, "Python.h")):
        raise SystemExit("no Python headers: %s/Python.h does not exist" % include)
    flags = ["-O1", "-fPIC", "-shared", "-I", include]
    if sys.platform == "darwin":
        flags += ["-undefined", "dynamic_lookup"]
    with tempfile.TemporaryDirectory() as tmp:
        target = os.path.join(tmp, "native.so")
        subprocess.run(shlex.split(compiler) + flags + ["-o", target, source], check=True)
        with open(target, "rb") as f:
            return f.read()


def _write(path, files, record):
    lines = []
    with zipfile.ZipFile(path, "w") as z:
        for name, data in files.items():
            z.writestr(zipfile.ZipInfo(name, EPOCH), data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            lines.append("%s,sha256=%s,%d\n" % (name, digest, len(data)))
        lines.append(record + ",,\n")
        z.writestr(zipfile.ZipInfo(record, EPOCH), "".join(lines))
