"""Handbook chatbot: a FastAPI service that answers from retrieved documents."""
