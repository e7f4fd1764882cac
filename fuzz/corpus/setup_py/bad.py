setup(**dict(install_requires="""
a
 b\
""" % x, extras_require={k: v for k in [(
