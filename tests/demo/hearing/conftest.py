"""Tests of the network run where PyTorch is, those of speech where espeak-ng is.

PyTorch is in the extra `hearing` alone; `.ci/run` brings espeak-ng.
"""

from __future__ import annotations

from ctypes.util import find_library
from importlib.util import find_spec

import pytest
from tokenizers import Tokenizer

from assistant.demo.hearing.language import texts_for_tokens
from assistant.demo.hearing.tokens import make_tokenizer

collect_ignore = [] if find_spec("torch") else ["test_network.py"]
collect_ignore += [] if find_library("espeak-ng") else ["test_speaking.py"]


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return make_tokenizer(texts_for_tokens(3000))
