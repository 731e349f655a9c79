"""What the network is made of is tested where PyTorch is: it is in the extra `hearing` alone."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from tokenizers import Tokenizer

from assistant.demo.hearing.language import texts_for_tokens
from assistant.demo.hearing.tokens import make_tokenizer

collect_ignore = [] if find_spec("torch") else ["test_network.py"]


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return make_tokenizer(texts_for_tokens())
