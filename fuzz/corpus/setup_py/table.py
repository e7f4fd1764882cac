_deps = ["torch>=1.4", "ray[tune]"]
deps = {b: a for a, b in (split(x) for x in _deps)}
def deps_list(*pkgs):
    return [deps[pkg] for pkg in pkgs]
extras = {}
extras["ray"] = deps_list("ray[tune]")
extras["all"] = extras["ray"] + ["y"]
setup(extras_require=extras, install_requires=[deps["torch"] + ";python_version<'3'"])
