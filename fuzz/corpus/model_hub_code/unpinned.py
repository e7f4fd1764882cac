from huggingface_hub import snapshot_download as s, hf_hub_download
m = AutoModel.from_pretrained(
    "org/name",  # a comment, (with brackets
    torch_dtype=max("a)", b),
)
f = hf_hub_download(repo_id="org/name", filename="x", revision="main")
d = load_dataset("org/data")
g = torch.hub.load("org/repo", "m")
p = pipeline("text-generation", model="org/name")
