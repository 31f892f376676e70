"""Writes model.pkl as model.onnx: one input `X` [n, 64], outputs `label` [n] and `probabilities` [n, 10].

skl2onnx does it for any pipeline. Where it is not installed, a scaler and a linear classifier are few enough nodes to write
down.
"""

import pathlib
import pickle

import numpy as np


def with_skl2onnx(pipeline, features):
    from skl2onnx import to_onnx

    # Without `zipmap: False` the probabilities come as a list of maps, which serves nobody.
    example = np.zeros((1, features), dtype=np.float32)
    return to_onnx(pipeline, example, options={"zipmap": False}, target_opset={"": 15, "ai.onnx.ml": 2})


def by_hand(pipeline, features):
    from onnx import TensorProto, helper

    scaler, classifier = (step for _, step in pipeline.steps)
    nodes = [
        helper.make_node(
            "Scaler", ["X"], ["scaled"], domain="ai.onnx.ml",
            offset=scaler.mean_.tolist(), scale=(1 / scaler.scale_).tolist(),
        ),
        helper.make_node(
            "LinearClassifier", ["scaled"], ["label", "probabilities"], domain="ai.onnx.ml",
            coefficients=classifier.coef_.ravel().tolist(), intercepts=classifier.intercept_.tolist(),
            classlabels_ints=classifier.classes_.tolist(), multi_class=1, post_transform="SOFTMAX",
        ),
    ]
    graph = helper.make_graph(
        nodes, "digits",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, ["n", features])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, ["n"]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", len(classifier.classes_)]),
        ],
    )
    opsets = [helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 2)]
    model = helper.make_model(graph, opset_imports=opsets)
    model.ir_version = 8
    return model


pipeline = pickle.loads(pathlib.Path("model.pkl").read_bytes())
features = pipeline.steps[0][1].n_features_in_
try:
    model = with_skl2onnx(pipeline, features)
except ImportError:
    model = by_hand(pipeline, features)
pathlib.Path("model.onnx").write_bytes(model.SerializeToString())
print(f"model.onnx: {features} features, made by {'skl2onnx' if model.producer_name == 'skl2onnx' else 'hand'}")
