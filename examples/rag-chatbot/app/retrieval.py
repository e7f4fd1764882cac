"""The document index: chunks of the handbook, embedded, searched and re-ranked."""

import pickle
from typing import List

from langchain.text_splitter import RecursiveCharacterTextSplitter
from langchain_community.document_loaders import DirectoryLoader, TextLoader
from langchain_community.embeddings import HuggingFaceEmbeddings
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document

from app import settings


def embeddings() -> HuggingFaceEmbeddings:
    return HuggingFaceEmbeddings(
        model_name=settings.EMBEDDING_MODEL, model_kwargs={"trust_remote_code": True}
    )


def split(documents: List[Document]) -> List[Document]:
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=settings.CHUNK_SIZE, chunk_overlap=settings.CHUNK_OVERLAP
    )
    return splitter.split_documents(documents)


def open_index() -> FAISS:
    """The saved index, or a new one over the handbook."""
    if settings.INDEX.exists():
        return FAISS.load_local(
            str(settings.INDEX), embeddings(), allow_dangerous_deserialization=True
        )
    loader = DirectoryLoader(str(settings.HANDBOOK), glob="**/*.md", loader_cls=TextLoader)
    index = FAISS.from_documents(split(loader.load()), embeddings())
    index.save_local(str(settings.INDEX))
    return index


class Reranker:
    """Blends the vector distance with word overlap, by weights learned offline."""

    def __init__(self) -> None:
        with open(settings.RERANKER, "rb") as f:
            self.weights = pickle.load(f)

    def score(self, question: str, text: str, distance: float) -> float:
        words = set(question.lower().split())
        overlap = len(words & set(text.lower().split())) / max(len(words), 1)
        return self.weights["overlap"] * overlap - self.weights["distance"] * distance


class Retriever:
    def __init__(self) -> None:
        self.index = open_index()
        self.reranker = Reranker()

    def add(self, name: str, text: str) -> int:
        chunks = split([Document(page_content=text, metadata={"source": name})])
        self.index.add_documents(chunks)
        self.index.save_local(str(settings.INDEX))
        return len(chunks)

    def find(self, question: str) -> List[Document]:
        found = self.index.similarity_search_with_score(question, k=settings.TOP_K * 3)
        found.sort(key=lambda hit: -self.reranker.score(question, hit[0].page_content, hit[1]))
        return [document for document, _ in found[: settings.TOP_K]]
