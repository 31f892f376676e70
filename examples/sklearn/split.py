"""Wrote data/train.csv and data/test.csv, once; the result is committed.

The rows stand in the order of the people who wrote the digits. The last third is for testing, so that hardly a hand is on
both sides: a random split would ask the model about writers whom it knows.
"""

import csv
import pathlib

from sklearn.datasets import load_digits

TRAINING_ROWS = 1198

digits = load_digits()
names = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
rows = [[int(value) for value in image] + [int(digit)] for image, digit in zip(digits.data, digits.target)]
for path, part in [("data/train.csv", rows[:TRAINING_ROWS]), ("data/test.csv", rows[TRAINING_ROWS:])]:
    with pathlib.Path(path).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*names, "digit"])
        writer.writerows(part)
