"""Instructions that Numba does not find by itself: eight float32 numbers at once, and a cache line asked for before it is needed.

Every lane is plain IEEE arithmetic, so the results are those of a loop over eight numbers, bit for bit.
"""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba.core import cgutils as untyped
from numba.core import types
from numba.extending import intrinsic

cgutils: Any = untyped
instruction = cast("Callable[[Callable[..., Any]], Any]", intrinsic)

LANES = 8
EIGHT = ir.VectorType(ir.FloatType(), LANES)
WORD = ir.IntType(32)


def _address(context: Any, builder: Any, kind: Any, array: Any, places: tuple[Any, ...]) -> Any:
    """Return the address of one number of a C-contiguous array."""
    table = context.make_array(kind)(context, builder, array)
    strides = cgutils.unpack_tuple(builder, table.strides)
    offset = ir.Constant(places[0].type, 0)
    for place, stride in zip(places, strides, strict=True):
        offset = builder.add(offset, builder.mul(place, stride))
    return cgutils.pointer_add(builder, table.data, offset, cgutils.voidptr_t)


def _eight(builder: Any, address: Any) -> Any:
    return builder.bitcast(address, EIGHT.as_pointer())


def _same(builder: Any, number: Any) -> Any:
    """Return eight times the same number."""
    first = builder.insert_element(ir.Constant(EIGHT, ir.Undefined), number, WORD(0))
    return builder.shuffle_vector(first, first, ir.Constant(ir.VectorType(WORD, LANES), [0] * LANES))


@instruction
def fetch_soon(_: Any, table: Any, row: Any, place: Any) -> Any:
    """Ask the processor for the cache line of `table[row, place]`: that changes the time of the next look, and no result."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        address = _address(context, builder, signature.args[0], given[0], (given[1], given[2]))
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, WORD, WORD, WORD])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(fetch, [address, WORD(0), WORD(3), WORD(1)])  # to read, to keep, data
        return context.get_dummy_value()

    del row, place
    return types.void(table, types.intp, types.intp), emit


@instruction
def add_eight(_: Any, sums: Any, begin: Any, table: Any, row: Any, place: Any) -> Any:
    """Do `sums[begin : begin + 8] += table[row, place : place + 8]`."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        total = _eight(builder, _address(context, builder, signature.args[0], given[0], (given[1],)))
        more = _eight(builder, _address(context, builder, signature.args[2], given[2], (given[3], given[4])))
        before = builder.load(total, align=4)
        builder.store(builder.fadd(before, builder.load(more, align=4)), total, align=4)
        return context.get_dummy_value()

    del begin, row, place
    return types.void(sums, types.intp, table, types.intp, types.intp), emit


@instruction
def step_eight(_: Any, slopes: Any, begin: Any, table: Any, places: Any, steps: Any) -> Any:
    """Step eight weights against their slopes.

    `places` are a row, where its weights and where its squares begin; `steps` are rate, beta and ridge.

    `square += slope²; weight -= rate · (slope + ridge · weight) / (beta + √square)`; the ridge pulls only where a slope is not 0.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        slope_at = _eight(builder, _address(context, builder, signature.args[0], given[0], (given[1],)))
        row, first, second = cgutils.unpack_tuple(builder, given[3])
        weight_at = _eight(builder, _address(context, builder, signature.args[2], given[2], (row, first)))
        square_at = _eight(builder, _address(context, builder, signature.args[2], given[2], (row, second)))
        rate, beta, ridge = (_same(builder, one) for one in cgutils.unpack_tuple(builder, given[4]))
        slope, weight = builder.load(slope_at, align=4), builder.load(weight_at, align=4)
        square = builder.fadd(builder.load(square_at, align=4), builder.fmul(slope, slope))
        root_of = cgutils.get_or_insert_function(builder.module, ir.FunctionType(EIGHT, [EIGHT]), "llvm.sqrt.v8f32")
        nothing = ir.Constant(EIGHT, [0.0] * LANES)
        active = builder.fcmp_unordered("!=", slope, nothing)
        pull = builder.fadd(slope, builder.select(active, builder.fmul(ridge, weight), nothing))
        length = builder.fadd(beta, builder.call(root_of, [square]))
        step = builder.fdiv(builder.fmul(rate, pull), length)
        builder.store(square, square_at, align=4)
        builder.store(builder.select(active, builder.fsub(weight, step), weight), weight_at, align=4)
        return context.get_dummy_value()

    del begin
    return types.void(slopes, types.intp, table, places, steps), emit
