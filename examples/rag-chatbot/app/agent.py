"""The answering agent: a local model, the retrieved text, and tools."""

from langchain.agents import AgentExecutor, AgentType, Tool, initialize_agent
from langchain_community.llms import HuggingFacePipeline
from langchain_experimental.utilities import PythonREPL
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

from app import settings
from app.retrieval import Retriever

PROMPT = """You are the handbook assistant. Use the documents, then answer.

Documents:
{documents}

Question: {question}"""


def answer_model() -> HuggingFacePipeline:
    tokenizer = AutoTokenizer.from_pretrained(settings.ANSWER_MODEL, trust_remote_code=True)
    model = AutoModelForCausalLM.from_pretrained(
        settings.ANSWER_MODEL, trust_remote_code=True, device_map="auto"
    )
    generate = pipeline("text-generation", model=model, tokenizer=tokenizer, max_new_tokens=512)
    return HuggingFacePipeline(pipeline=generate)


def build(retriever: Retriever) -> AgentExecutor:
    tools = [
        Tool(name="python", func=PythonREPL().run, description="runs Python, for calculations"),
        Tool(
            name="search",
            func=lambda q: "\n".join(d.page_content for d in retriever.find(q)),
            description="searches the handbook",
        ),
    ]
    return initialize_agent(
        tools, answer_model(), agent=AgentType.ZERO_SHOT_REACT_DESCRIPTION, max_iterations=6
    )


def answer(agent: AgentExecutor, retriever: Retriever, question: str) -> dict:
    documents = retriever.find(question)
    text = "\n\n".join(d.page_content for d in documents)
    reply = agent.run(PROMPT.format(documents=text, question=question))
    return {"answer": reply, "sources": sorted({d.metadata.get("source", "") for d in documents})}
