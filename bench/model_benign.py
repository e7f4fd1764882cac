def add_benign(out): pass
