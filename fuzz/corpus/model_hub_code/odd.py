from_pretrained(((((("org/name"
pipeline(
"'"""from_pretrained("a/b