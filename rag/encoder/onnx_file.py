"""An ONNX model as bytes, written without the `onnx` package: the few protobuf messages that a graph needs.

Field numbers follow onnx.proto3 of ONNX 1.16 (IR version 10). Only what the encoder's graph uses is here: nodes with
integer, float, string and integer-list attributes, tensors with raw data, inputs and outputs of any size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

IR_VERSION = 10
OPSET_VERSION = 18
CONTRIB_DOMAIN = "com.microsoft"  # ONNX Runtime's own operators: attention, 4-bit and 8-bit products
_VARINT, _BYTES, _FLOAT32 = 0, 2, 5  # protobuf wire types
_TENSOR_TYPES = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7, "float16": 10}
_ATTRIBUTE_FLOAT, _ATTRIBUTE_INT, _ATTRIBUTE_STRING, _ATTRIBUTE_INTS = 1, 2, 3, 7

Attribute = int | float | str | list[int]
Array = NDArray[np.generic]


def _encode_varint(number: int) -> bytes:
    number &= (1 << 64) - 1  # a negative number is its two's complement in 64 bits
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _encode_int(field_number: int, number: int) -> bytes:
    return _encode_varint(field_number << 3 | _VARINT) + _encode_varint(number)


def _encode_bytes(field_number: int, content: bytes | str) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return _encode_varint(field_number << 3 | _BYTES) + _encode_varint(len(raw)) + raw


def _encode_attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, float):
        number = np.float32(value).tobytes()
        body, kind = _encode_varint(2 << 3 | _FLOAT32) + number, _ATTRIBUTE_FLOAT
    elif isinstance(value, int):
        body, kind = _encode_int(3, value), _ATTRIBUTE_INT
    elif isinstance(value, str):
        body, kind = _encode_bytes(4, value), _ATTRIBUTE_STRING
    else:
        body, kind = b"".join(_encode_int(8, number) for number in value), _ATTRIBUTE_INTS
    return _encode_bytes(1, name) + body + _encode_int(20, kind)


def _encode_tensor(name: str, array: Array) -> bytes:
    dims = b"".join(_encode_int(1, size) for size in array.shape)
    kind = _encode_int(2, _TENSOR_TYPES[array.dtype.name])
    return dims + kind + _encode_bytes(8, name) + _encode_bytes(9, np.ascontiguousarray(array).tobytes())


def _encode_value(name: str, dtype: str, shape: Sequence[int | str]) -> bytes:
    dims = b"".join(
        _encode_bytes(1, _encode_int(1, size) if isinstance(size, int) else _encode_bytes(2, size)) for size in shape
    )
    tensor = _encode_int(1, _TENSOR_TYPES[dtype]) + _encode_bytes(2, dims)
    return _encode_bytes(1, name) + _encode_bytes(2, _encode_bytes(1, tensor))


@dataclass
class GraphWriter:
    """A graph under construction; `to_bytes` gives the model file that ONNX Runtime loads."""

    _nodes: list[bytes] = field(default_factory=list)
    _tensors: list[bytes] = field(default_factory=list)
    _inputs: list[bytes] = field(default_factory=list)
    _outputs: list[bytes] = field(default_factory=list)
    _names: int = 0

    def add_input(self, name: str, dtype: str, shape: Sequence[int | str]) -> str:
        """Declare an input; a str in `shape` names a size that varies from call to call."""
        self._inputs.append(_encode_value(name, dtype, shape))
        return name

    def add_output(self, name: str, dtype: str, shape: Sequence[int | str]) -> None:
        """Declare that the value `name` is an output."""
        self._outputs.append(_encode_value(name, dtype, shape))

    def add_tensor(self, array: Array) -> str:
        """Store a constant; the name it goes by is returned."""
        self._names += 1
        name = f"t{self._names}"
        self._tensors.append(_encode_tensor(name, array))
        return name

    def add_node(
        self,
        operator: str,
        inputs: Iterable[str],
        attributes: Mapping[str, Attribute] | None = None,
        domain: str = "",
        outputs: int = 1,
    ) -> list[str]:
        """Apply an operator; an input "" is one left out. Returns the names of its outputs."""
        made = []
        for _ in range(outputs):
            self._names += 1
            made.append(f"v{self._names}")
        body = b"".join(_encode_bytes(1, one) for one in inputs) + b"".join(_encode_bytes(2, one) for one in made)
        body += _encode_bytes(4, operator) + (_encode_bytes(7, domain) if domain else b"")
        body += b"".join(_encode_bytes(5, _encode_attribute(key, value)) for key, value in (attributes or {}).items())
        self._nodes.append(body)
        return made

    def to_bytes(self) -> bytes:
        """The serialised ModelProto."""
        fields = [(1, self._nodes), (2, [b"encoder"]), (5, self._tensors), (11, self._inputs), (12, self._outputs)]
        # The weights are copied once, and not once for each message that they are nested in.
        graph: list[bytes] = []
        for number, contents in fields:
            for content in contents:
                graph += [_encode_varint(number << 3 | _BYTES), _encode_varint(len(content)), content]
        size = sum(map(len, graph))
        opsets = [("", OPSET_VERSION), (CONTRIB_DOMAIN, 1)]
        imports = [_encode_bytes(8, _encode_bytes(1, domain) + _encode_int(2, version)) for domain, version in opsets]
        header = _encode_varint(7 << 3 | _BYTES) + _encode_varint(size)
        return b"".join([_encode_int(1, IR_VERSION), *imports, header, *graph])
