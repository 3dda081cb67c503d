"""Object code of compiled functions on disk, linked into another process without numba.

It can be: the functions neither allocate NumPy arrays nor raise, so that they call nothing but the C library.
What numba's own functions would need is not there, and code that needs it is not kept.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

__all__ = ["Linked", "link", "save"]

_DECLARED = re.compile(r'^declare .*@"?(?!llvm\.)([\w.$]+)', re.MULTILINE)
_NEVER_CALLED = {"NRT_MemInfo_call_dtor": "free"}
"""numba adds a function that counts references down to every library; nothing here calls it."""


@dataclass(frozen=True)
class Linked:
    """A function in this process.

    Parameters
    ----------
    address : int
        Where it is.
    engine : object
        What holds its code.
    """

    address: int
    engine: Any


def save(place: Path, function: Any) -> None:
    """Write a compiled callback's object code and what it needs to a folder.

    Parameters
    ----------
    place : Path
        The folder to be made.
    function : numba.core.ccallback.CFunc
        A compiled callback.

    Raises
    ------
    LookupError
        When it needs a function that the C library does not have.
    """
    library = function._library
    needs = sorted(set(_DECLARED.findall(library.get_llvm_str())))
    _addresses(needs)
    place.mkdir()
    (place / "code.o").write_bytes(library._get_compiled_object())
    (place / "about.json").write_text(json.dumps({"name": function._wrapper_name, "needs": needs}))


def link(place: Path) -> Linked:
    """Link a function that `save` wrote into this process.

    Raises
    ------
    LookupError
        When something that it needs is missing here.
    """
    about = json.loads((place / "about.json").read_text())
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    for name, address in _addresses(about["needs"]):
        if not llvm.address_of_symbol(name):  # numba may have named its own
            llvm.add_symbol(name, address)
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data((place / "code.o").read_bytes()))
    engine.finalize_object()
    address = engine.get_function_address(about["name"])
    if not address:
        raise LookupError(f"{place}: there is no {about['name']} in it")
    return Linked(address, engine)


def _addresses(names: list[str]) -> list[tuple[str, int]]:
    """Return where in the C library the functions of these names are."""
    return [(name, _address(_NEVER_CALLED.get(name, name))) for name in names]


def _address(name: str) -> int:
    for library in _libraries():
        if function := getattr(library, name, None):
            return int(ctypes.cast(function, ctypes.c_void_p).value or 0)
    raise LookupError(f"the C library has no function {name}")


def _libraries() -> Iterator[ctypes.CDLL]:
    """Yield the libraries of this process, then the one of mathematics."""
    yield ctypes.CDLL(None)
    yield ctypes.CDLL(ctypes.util.find_library("m"))
