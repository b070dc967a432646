"""Count how common terms are in everyday posts: writes src/nowroom/engine/weights/term_shares.tsv.

    python -m scripts.train_term_shares

Reads the SemEval training posts in the directory NOWROOM_DATA names.
"""

from pathlib import Path

import polars as pl

from nowroom.engine.text import terms
from scripts.train_data import table

TARGET = Path(__file__).parents[1] / "src/nowroom/engine/weights/term_shares.tsv"
KEPT = 3_000


def main() -> None:
    texts = table("semeval_sentiment_train")["text"]
    counts = terms(texts)["words"].list.unique().explode().value_counts().sort("count", "words", descending=True)
    rows = counts.head(KEPT).with_columns(share=pl.col("count") / len(texts)).rows()
    TARGET.write_text("".join(f"{term}\t{share:.2e}\n" for term, _, share in rows), "utf-8")
    print(f"{KEPT} terms of {len(texts)} posts in {TARGET.name}")


if __name__ == "__main__":
    main()
