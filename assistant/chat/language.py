"""Whether a question is plainly in another language than the one that questions are read in."""

from __future__ import annotations

from retrieval.stems import plain_words
from retrieval.words import words

ENGLISH_ONLY = "I understand questions in English; ask this one in English."

# Words that carry a sentence in their language and mean nothing, or are hardly met, in English.
_FOREIGN = frozenset(
    words(
        """
        wie viele wieviele wer wann wo warum wieso welche welcher welches welchen ich wir ihr sie
        habe haben hat ist sind war waren wird werden kann koennen können mein meine unser unsere
        der das dem den ein eine einen nicht und oder fuer für mit von zum zur im bei uns noch
        combien quel quelle quels quelles qui quand pourquoi comment est sont avons ont nous vous
        mes notre nos les des une du avec pour chez quoi je il elle ai
        cuantos cuantas cuanto quien quienes cuando donde por que porque cual cuales tenemos tengo
        tiene tienen es son nuestro nuestra los las el una con para mi mis esta estan
        quanti quante quanto chi quando dove perche qual quali abbiamo ho hanno sono nostro nostra
        il lo gli della delle con per mio mia questo
        hoeveel wie wanneer waarom welke heb hebben heeft zijn mijn onze het een niet voor met
        hur manga vem nar varfor vilken vilka har vi jag min mitt ar och inte med till
        quantos quantas quem quando onde temos tenho tem nosso nossa nao com para meu minha
        """
    )
)
_ENGLISH = frozenset(
    words(
        """
        the of to and is are was were does do did has have had what which who whom whose when where
        why how many much in on at for with from by about my our we you they it this that there any
        """
    )
)
_FEWEST = 2


def is_foreign(question: str) -> bool:
    """Whether it is carried by words of another language, and by hardly any English ones."""
    said = plain_words(question)
    foreign = sum(word in _FOREIGN and word not in _ENGLISH for word in said)
    return foreign >= _FEWEST and foreign > 2 * sum(word in _ENGLISH for word in said)
