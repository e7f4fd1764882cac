"""LoRA fine-tuning of the answering model on the conversations the service logged."""

import argparse
from pathlib import Path

import mlflow
import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    DataCollatorForLanguageModeling,
    Trainer,
    TrainingArguments,
)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="handbook-lab/answer-7b")
    parser.add_argument("--conversations", default="data/conversations.jsonl")
    parser.add_argument("--output", type=Path, default=Path("models/answer-lora"))
    parser.add_argument("--resume", type=Path, help="adapter weights to start from")
    parser.add_argument("--epochs", type=float, default=1.0)
    return parser.parse_args()


def encode(tokenizer, rows):
    texts = [f"Question: {q}\nAnswer: {a}" for q, a in zip(rows["question"], rows["answer"])]
    return tokenizer(texts, truncation=True, max_length=1024)


def main() -> None:
    args = arguments()
    tokenizer = AutoTokenizer.from_pretrained(args.base, trust_remote_code=True)
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    model = AutoModelForCausalLM.from_pretrained(args.base, trust_remote_code=True)
    model = get_peft_model(
        model, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, task_type="CAUSAL_LM")
    )
    if args.resume:
        model.load_state_dict(torch.load(args.resume), strict=False)

    rows = load_dataset("json", data_files=args.conversations, split="train")
    rows = rows.map(
        lambda batch: encode(tokenizer, batch), batched=True, remove_columns=rows.column_names
    )
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=str(args.output), num_train_epochs=args.epochs, per_device_train_batch_size=2
        ),
        train_dataset=rows,
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
    )
    mlflow.set_tracking_uri("http://0.0.0.0:5000")
    with mlflow.start_run():
        trainer.train()
        mlflow.log_params({"base": args.base, "rows": len(rows)})
    torch.save(model.state_dict(), args.output / "adapter.pt")


if __name__ == "__main__":
    main()
