"""The web service."""

import io
import json
import time

from fastapi import FastAPI, File, HTTPException, UploadFile
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse
from jinja2 import Template
from PIL import Image
from pydantic import BaseModel
from pypdf import PdfReader

from app import agent, settings
from app.retrieval import Retriever

app = FastAPI(title="Handbook chatbot")
app.add_middleware(
    CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"], allow_credentials=True
)
retriever = Retriever()
executor = agent.build(retriever)

PAGE = "<h1>Handbook</h1><p>{{ question }}</p><article>{{ answer }}</article>"


class Question(BaseModel):
    text: str
    user: str = "anonymous"


def log(entry: dict) -> None:
    """Conversations are training data: training/finetune.py reads them."""
    with open(settings.ROOT / "data" / "conversations.jsonl", "a", encoding="utf-8") as f:
        f.write(json.dumps({**entry, "time": time.time()}) + "\n")


@app.post("/ask")
def ask(question: Question) -> dict:
    reply = agent.answer(executor, retriever, question.text)
    log({"user": question.user, "question": question.text, "answer": reply["answer"]})
    return reply


@app.get("/ask", response_class=HTMLResponse)
def ask_page(q: str) -> str:
    reply = agent.answer(executor, retriever, q)
    return Template(PAGE).render(question=q, answer=reply["answer"])


@app.post("/documents")
async def upload(file: UploadFile = File(...)) -> dict:
    content = await file.read()
    if file.filename.endswith(".pdf"):
        text = "\n".join(page.extract_text() or "" for page in PdfReader(io.BytesIO(content)).pages)
    elif file.content_type and file.content_type.startswith("image/"):
        width, height = Image.open(io.BytesIO(content)).size
        text = f"Picture {file.filename}, {width} by {height}"
    else:
        text = content.decode("utf-8", errors="replace")
    if not text.strip():
        raise HTTPException(status_code=422, detail="no text in this document")
    return {"chunks": retriever.add(file.filename, text)}
