from setuptools import setup
setup(name="demo", install_requires=["torch>=1.0", 'numpy' "==1.2", "six; python_version < '3'"],
      setup_requires=["cython"], extras_require={"dev": ["black"], ":os_name=='nt'": ["x"], **more})
