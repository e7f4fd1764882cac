m = AutoModel.from_pretrained(name, trust_remote_code=True)
n = AutoModel.from_pretrained("org/name", trust_remote_code=False, revision="v1")
