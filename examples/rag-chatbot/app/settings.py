"""Settings of the service; the environment overrides them."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HANDBOOK = ROOT / "data" / "handbook"
INDEX = Path(os.environ.get("INDEX_DIR", ROOT / "index"))
RERANKER = ROOT / "models" / "reranker.pkl"

EMBEDDING_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
ANSWER_MODEL = os.environ.get("ANSWER_MODEL", "handbook-lab/answer-7b")
LLM_API_KEY = os.environ.get("LLM_API_KEY", "sk-NOT-A-REAL-KEY-0000000000000000")

CHUNK_SIZE = 800
CHUNK_OVERLAP = 100
TOP_K = 6
