"""The demo's own small speech model: made from scratch on synthetic speech, and what it is for.

It understands the synthetic voices of the demo's sample calls and nothing else.

language            sentences that people of the demo could say, and words in free order
espeak              sentences to sound, with the times of words and sounds (espeak-ng)
streams             talk of one voice with pauses, telephone band and noise, as the engine hears it
tokens              words to tokens and times, the way Whisper writes
windows             what is heard in eight seconds, and what the network should say of it
network, training   the network and how it learns (PyTorch, in the development extra alone)
export, evaluation  the network as faster-whisper loads it, and how well it hears
"""
