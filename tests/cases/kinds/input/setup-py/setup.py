from setuptools import setup

setup(
    name="part",
    install_requires=["tqdm==4.66.1"],
)
