"""Two graphs of a few nodes with the signatures of networks for frames in between; both only blend.

    python make_inbetween.py        (in this folder, with `onnx`)

`inbetween/inbetween.onnx` is told the time as a number and tells a flow, as Quartet's own network does;
`rife/flownet.onnx` is told it as a plane, as RIFE 4 is.
"""

from pathlib import Path

import onnx
from onnx import TensorProto, helper

FRAME = [1, 3, "height", "width"]


def graph(name: str, clock: list, tells_flow: bool) -> onnx.ModelProto:
    value = helper.make_tensor_value_info
    nodes = [
        helper.make_node("Sub", ["in1", "in0"], ["way"]),
        helper.make_node("Mul", ["way", "in2"], ["gone"]),
        helper.make_node("Add", ["in0", "gone"], ["out0"]),
    ]
    outputs = [value("out0", TensorProto.FLOAT, FRAME)]
    constants = []
    if tells_flow:
        # As many pixels as the first two colours change: the numbers are told apart from zeros.
        int64 = TensorProto.INT64
        constants = [helper.make_tensor(label, int64, [1], [number]) for label, number in (("zero", 0), ("one", 1), ("two", 2))]
        nodes += [
            helper.make_node("Slice", ["way", "zero", "two", "one"], ["after"]),
            helper.make_node("Neg", ["after"], ["before"]),
            helper.make_node("Concat", ["before", "after"], ["flow"], axis=1),
        ]
        outputs.append(value("flow", TensorProto.FLOAT, [1, 4, "height", "width"]))
    inputs = [value("in0", TensorProto.FLOAT, FRAME), value("in1", TensorProto.FLOAT, FRAME), value("in2", TensorProto.FLOAT, clock)]
    made = helper.make_graph(nodes, name, inputs, outputs, constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


if __name__ == "__main__":
    here = Path(__file__).parent
    for folder, file, clock, tells_flow in (
        ("inbetween", "inbetween.onnx", [1, 1, 1, 1], True),
        ("rife", "flownet.onnx", [1, 1, "height", "width"], False),
    ):
        (here / folder).mkdir(exist_ok=True)
        onnx.save(graph(folder, clock, tells_flow), here / folder / file)
