"""Trains a scikit-learn pipeline on data/train.csv and writes model.pkl and train-metrics.json."""

import json
import pathlib
import pickle

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from parameters import read_parameters

parameters = read_parameters()["train"]
table = np.loadtxt("data/train.csv", delimiter=",", skiprows=1)
pixels, digits = table[:, :-1], table[:, -1].astype(int)

pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=parameters["C"], max_iter=parameters["max_iter"]))
accuracy = cross_val_score(pipeline, pixels, digits, cv=3).mean()
pipeline.fit(pixels, digits)

pathlib.Path("model.pkl").write_bytes(pickle.dumps(pipeline))
pathlib.Path("train-metrics.json").write_text(json.dumps({"cv_accuracy": round(accuracy, 4)}) + "\n")
print(f"{len(digits)} digits, C = {parameters['C']}: cross-validated accuracy {accuracy:.4f}")
