"""Assembles an ONNX graph: nodes by name, constants inline or in one external data file.

Large constants are written to the data file as they come, so that a model of any size is
built in the memory of its largest matrix, and so that a runtime can map the file.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .encodings import Encoded

OPSET = 21
IR_VERSION = 10
CONTRIB = "com.microsoft"
# Below this a constant stays in model.onnx, where the runtime's shape inference sees it.
_INLINE_BYTES = 16 * 1024
# Windows maps files at multiples of 64 KiB, others at pages: large constants start there.
_PAGE, _PAGE_ALIGNED_BYTES, _ALIGNMENT = 64 * 1024, 1 << 20, 64


class GraphBuilder:
    """Nodes, inputs, outputs and constants in the order in which they are added."""

    def __init__(self, data_path: Path | None = None):
        """`data_path`: where large constants go; None keeps them all inside the model."""
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, TensorProto] = {}
        self._block_sums: dict[str, str] = {}
        self._data_path = data_path
        self._data = open(data_path, "wb") if data_path else None

    def input(self, name: str, element: int, shape: list) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def output(self, name: str, element: int, shape: list) -> str:
        self.outputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def constant(self, name: str, value: np.ndarray) -> str:
        """Adds a constant once; a second call with its name returns the first."""
        if name not in self._constants:
            value = np.ascontiguousarray(value)
            external = self._data is not None and value.nbytes >= _INLINE_BYTES
            self._constants[name] = self._external(name, value) if external else numpy_helper.from_array(value, name)
        return name

    def integers(self, *values: int) -> str:
        """A constant int64 vector, such as axes or a shape."""
        return self.constant("int64_" + "_".join(map(str, values)), np.array(values, np.int64))

    def node(self, operator: str, inputs: list[str], output: str | list[str], domain: str = "", **attributes) -> str:
        """Adds a node and returns its first output's name."""
        outputs = [output] if isinstance(output, str) else output
        name = "/" + outputs[0].replace(".", "/")
        self._nodes.append(helper.make_node(operator, inputs, outputs, name=name, domain=domain, **attributes))
        return outputs[0]

    @property
    def has_data_file(self) -> bool:
        return self._data is not None

    @property
    def nodes(self) -> list[onnx.NodeProto]:
        return self._nodes

    def sort(self) -> None:
        """Puts every node behind those whose outputs it takes, branches included."""
        made = {name for node in self._nodes for name in node.output}
        left, placed, known = list(self._nodes), [], set()
        while left:
            ready = [node for node in left if (_taken(node) & made) <= known]
            if not ready:
                raise ValueError("the graph has a circle in it")
            placed += ready
            known |= {name for node in ready for name in node.output}
            left = [node for node in left if node not in ready]
        self._nodes = placed

    def linear(self, x: str, name: str, weight: Encoded, output: str, bias: np.ndarray | None = None, accuracy: int = 4) -> str:
        """`x @ weight.T + bias`. `accuracy` 4 lets the kernel quantise `x` to 8 bits by block
        (the only fast one on CPUs), 1 keeps it float32."""
        inputs = [x, *self._quantized(name, weight)]
        if bias is not None:
            # MatMulNBits' optional inputs: A, B, scales, zero_points, g_idx, bias.
            inputs += [""] * (5 - len(inputs)) + [self.constant(f"{name}.bias", bias)]
        attributes = dict(K=weight.columns, N=weight.rows, bits=weight.bits, block_size=weight.block)
        product = output if weight.correction is None else f"{output}.product"
        self.node("MatMulNBits", inputs, product, CONTRIB, accuracy_level=accuracy, **attributes)
        if weight.correction is None:
            return product
        sums = self._sums(x, weight.columns, weight.block)
        rest = self.node("MatMul", [sums, self.constant(f"{name}.correction", weight.correction)], f"{output}.rest")
        return self.node("Add", [product, rest], output)

    def gather(self, name: str, weight: Encoded, ids: str, output: str, mapped: bool = False) -> str:
        """Rows of an 8-bit matrix by id; shares the constants of a `linear` of the same name, by an
        alias where they are `mapped`."""
        quants, *_ = self._quantized(name, weight)
        if mapped:
            quants = self.alias(f"{name}.rows", quants)
        inputs = [quants, ids, self.constant(f"{name}.gather_scales", weight.scales[..., None])]
        if weight.zeros is not None:
            inputs.append(self.constant(f"{name}.gather_zeros", weight.zeros[..., None]))
        attributes = dict(bits=8, block_size=weight.block, quantize_axis=2, gather_axis=0)
        rows = self.node("GatherBlockQuantized", inputs, f"{output}.blocks", CONTRIB, **attributes)
        return self.node("Reshape", [rows, self.integers(0, 0, weight.columns)], output)

    def alias(self, name: str, of: str) -> str:
        """A constant in the data file under a second name, its bytes stored once. What multiplies
        by a matrix packs it anew and lets the file go; what looks rows up maps it and touches those."""
        if name not in self._constants:
            twin = TensorProto()
            twin.CopyFrom(self._constants[of])
            twin.name = name
            self._constants[name] = twin
        return name

    def save(self, path: Path, name: str, metadata: dict[str, str]) -> None:
        """Writes the model; the same graph always gives the same bytes."""
        graph = helper.make_graph(self._nodes, name, self.inputs, self.outputs, list(self._constants.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="quartet-recipes")
        helper.set_model_props(model, metadata)
        path.write_bytes(model.SerializeToString(deterministic=True))
        if self._data is not None:
            self._data.close()

    def _quantized(self, name: str, weight: Encoded) -> list[str]:
        inputs = [
            self.constant(f"{name}.quants", weight.quants),
            self.constant(f"{name}.scales", weight.scales),
        ]
        if weight.zeros is not None:
            inputs.append(self.constant(f"{name}.zeros", weight.zeros))
        return inputs

    def _sums(self, x: str, columns: int, block: int) -> str:
        """Sums of `x` over each block of columns; computed once for every user of `x`."""
        if x not in self._block_sums:
            shape = self.integers(0, 0, columns // block, block)
            blocks = self.node("Reshape", [x, shape], f"{x}.blocks")
            self._block_sums[x] = self.node("ReduceSum", [blocks, self.integers(3)], f"{x}.sums", keepdims=0)
        return self._block_sums[x]

    def _external(self, name: str, value: np.ndarray) -> TensorProto:
        alignment = _PAGE if value.nbytes >= _PAGE_ALIGNED_BYTES else _ALIGNMENT
        self._data.write(bytes(-self._data.tell() % alignment))
        tensor = TensorProto(name=name, dims=value.shape, data_location=TensorProto.EXTERNAL)
        tensor.data_type = helper.np_dtype_to_tensor_dtype(value.dtype)
        place = dict(location=self._data_path.name, offset=self._data.tell(), length=value.nbytes)
        for key, entry in place.items():
            tensor.external_data.add(key=key, value=str(entry))
        self._data.write(value.data)
        return tensor


def _taken(node: onnx.NodeProto) -> set[str]:
    """The names a node reads, those that its branches read from around them included."""
    inner = [inner for attribute in node.attribute for inner in attribute.g.node]
    return set(node.input).union(*(_taken(one) for one in inner))
