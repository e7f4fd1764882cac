def read(name):
    with open(os.path.join(HERE, "requirements", name)) as f:
        return [l.strip() for l in f if not l.startswith("#")]
reqs: list = read("base.txt")
reqs += ["a"] if sys.platform == "win32" else []
reqs.append(f"torch=={V}")
setup(install_requires=reqs, tests_require=open(Path("x") / "t.in").read().split("\n"))
