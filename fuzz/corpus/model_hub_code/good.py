"""AutoModel.from_pretrained("org/name") in words."""
# snapshot_download("org/name")
from transformers import AutoModel
m = AutoModel.from_pretrained("org/name", revision="0123456789abcdef0123456789abcdef01234567")
n = AutoModel.from_pretrained("./local/dir"); o = AutoModel.from_pretrained(path_of("a/b"))
x = """hf_hub_download("org/name", "f")"""
p = torch.hub.load("org/repo:0123456789abcdef0123456789abcdef01234567", "m")
q = AutoModel.from_pretrained(name, revision=REVISION)
def from_pretrained(self, model="org/name"): pass
