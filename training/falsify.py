"""True sentences -> false ones: one thing in them is changed, so that their paragraph no longer carries them.

Each function takes a sentence and returns another one, or None when it has nothing of that kind to change. What verbs,
negations and tenses look like is written down for our three languages; other words are replaced by words that stand near them in
meaning (`WordNeighbours`): opposites are among those.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from rag.encoder.engine import shared_engine, split_into_batches
from training.near_misses import NearMissMaker
from training.rows import WITHOUT_SPACES

MAX_WORDS = 12_000  # of a language, the most frequent
NEAREST = slice(1, 12)  # neighbours of a word that may replace it; the nearest are often other spellings of it
SAME_STEM_CHARS = {"en": 4, "tr": 4, "zh": 1}
_DIGITS = re.compile(r"(?<![\d.,])\d{1,4}(?:,\d{3})*(?:\.\d+)?(?![\d])")
_SPLIT = {"zh": re.compile(r"[，；、]"), "en": re.compile(r"[,;] "), "tr": re.compile(r"[,;] ")}
_AUXILIARY = re.compile(r"\b(was|is|were|are|has|have|had|can|could|will|would|should|may|must|does|did|do)\b(?! not)")
_PREPOSITION = re.compile(
    r" (?:in|at|for|with|by|from|because of|after|before|during|under|against|without|despite) [^,.;:()]{6,48}(?=[,.;])"
)
_TURKISH_PAST = re.compile(r"(?<=[^\W\d_])(?:([aıou])([^\W\d_aeıioöuü]{0,2})|([eiöü])([^\W\d_aeıioöuü]{0,2}))([dt])([ıiuü])\b")
_ZH_VERBS = re.compile(r"[是能会可已将被在有]")
_TENSES = {
    "en": (
        (r"\bwas\b", "will be"), (r"\bwere\b", "will be"), (r"\bhas been\b", "will be"), (r"\bhas\b", "plans to have"),
        (r"\bis\b", "may one day be"), (r"\bwas\b", "is to be"), (r"\bwere\b", "are to be"), (r"\bbegan\b", "will begin"),
        (r"\bbecame\b", "will become"), (r"\bwill be\b", "was"), (r"\bwill\b", "did"), (r"\bare\b", "used to be"),
        (r"\bmade\b", "plans to make"), (r"\btook\b", "will take"), (r"\bwon\b", "hopes to win"), (r"\bhad\b", "will have"),
        (r"\b(\w{3,})ed (the|a|an|his|her|its|their)\b", r"planned to \1 \2"),
    ),
    "zh": (
        (r"已经?", "将"), (r"曾", "将"), (r"了", ""), (r"被", "将被"), (r"是", "将是"), (r"是", "曾经是"), (r"将", "已经"),
        (r"成为", "计划成为"), (r"开始", "准备开始"), (r"(?<=年)(?=[^，。、])", "计划"), (r"正在", "曾经"),
    ),
    "tr": (
        (r"(edil|yapıl|kurul|açıl|veril|bulun|ol|yazıl|kullanıl)(?:di|dı|du|dü)\b", "FUT"), (r"mıştır\b", "acaktır"),
        (r"miştir\b", "ecektir"), (r"(?<=[^\W\d_])maktadır\b", "mıştı"), (r"(?<=[^\W\d_])mektedir\b", "mişti"),
        (r"(?<=[^\W\d_])ecek\b", "di"), (r"(?<=[^\W\d_])acak\b", "dı"),
    ),
}  # fmt: skip


class WordNeighbours:
    """The words of some texts, each with those nearest to it in meaning by the vectors of the encoder."""

    def __init__(self, texts: Sequence[str], language: str) -> None:
        self.language = language
        counts = Counter(word for text in texts for word in set(self.split(text)) if self._plain(word))
        self.words = [word for word, n in counts.most_common(MAX_WORDS) if n > 1]
        vectors = _embed_words(self.words)
        self._nearest: dict[str, list[str]] = {}
        chars = SAME_STEM_CHARS[language]
        for at in range(0, len(self.words), 1000):
            scores = vectors[at : at + 1000] @ vectors.T
            for word, row in zip(self.words[at : at + 1000], scores, strict=True):
                best = [self.words[i] for i in np.argsort(-row)[:40]]
                self._nearest[word] = [b for b in best if b[:chars] != word[:chars] and b[-3:] != word][NEAREST]

    def split(self, text: str) -> list[str]:
        """The words of a text, in order, with what stands between them."""
        if self.language in WITHOUT_SPACES:
            import jieba

            return list(jieba.cut(text))
        return re.findall(r"[^\W\d_]+|[\W\d_]+", text)

    def _plain(self, word: str) -> bool:
        if not word.isalpha():
            return False
        return len(word) >= 2 if self.language in WITHOUT_SPACES else len(word) >= 4 and word.islower()

    def replace_word(self, sentence: str, rng: random.Random) -> str | None:
        """The sentence with one word replaced by a neighbour of it."""
        words = self.split(sentence)
        known = [i for i, word in enumerate(words) if self._nearest.get(word)]
        if not known:
            return None
        at = rng.choice(known)
        words[at] = rng.choice(self._nearest[words[at]])
        return "".join(words)


def _embed_words(words: Sequence[str]) -> np.ndarray:
    engine = shared_engine()
    ids = [engine.tokenizer.encode(f"query: {word}").ids for word in words]
    vectors = np.zeros((len(words), engine.weights.sizes.hidden), np.float32)
    for part in split_into_batches([len(own) for own in ids]):
        states = engine.own_layers.run(engine.embed([ids[i] for i in part]), [len(ids[i]) for i in part])
        for i, rows in zip(part, states, strict=True):
            mean = rows[: len(ids[i])].mean(0)
            vectors[i] = mean
    vectors -= vectors.mean(0)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def change_number(sentence: str, rng: random.Random) -> str | None:
    """Another number in place of one in digits."""
    found = list(_DIGITS.finditer(sentence))
    if not found:
        return None
    match = rng.choice(found)
    text = match[0]
    value = float(text.replace(",", ""))
    if value.is_integer():
        n = int(value)
        other = rng.choice([n + 1, n + 2, n - 1, n + 10, n * 2, n * 10, n + 100 if n > 400 else n + 3, max(1, n // 2)])
        new = f"{other:,}" if "," in text else str(other)
    else:
        new = text[:-1] + str((int(text[-1]) + rng.randint(1, 8)) % 10)
    return sentence[: match.start()] + new + sentence[match.end() :] if new != text else None


def negate(sentence: str, language: str, rng: random.Random) -> str | None:
    """The sentence with its verb negated, or its negation taken away."""
    if language == "en":
        if " not " in sentence:
            return sentence.replace(" not ", " ", 1)
        found = list(_AUXILIARY.finditer(sentence))
        if not found:
            return None
        at = rng.choice(found).end()
        return sentence[:at] + rng.choice([" not", " never", " no longer"]) + sentence[at:]
    if language == "zh":
        for word in ("没有", "并不", "不", "未"):
            if word in sentence and rng.random() < 0.7:
                return sentence.replace(word, "", 1)
        found = list(_ZH_VERBS.finditer(sentence))
        if not found:
            return None
        at = rng.choice(found).start()
        verb = sentence[at]
        return sentence[:at] + ("没" if verb == "有" else rng.choice(["不", "并不", "从未"])) + sentence[at:]
    found = list(_TURKISH_PAST.finditer(sentence))
    if not found:
        return sentence[:-4] + " değildir." if sentence.endswith(("dır.", "dir.", "tır.", "tir.")) else None
    match = found[-1]
    back = match[1] is not None
    vowel, consonants = (match[1], match[2]) if back else (match[3], match[4])
    return sentence[: match.start()] + vowel + consonants + ("madı" if back else "medi") + sentence[match.end() :]


def change_tense(sentence: str, language: str, rng: random.Random) -> str | None:
    """What was, as what will be or is planned; or the other way about."""
    rules = [rule for rule in _TENSES[language] if re.search(rule[0], sentence)]
    if not rules:
        return None
    pattern, new = rng.choice(rules)
    if new == "FUT":
        return re.sub(pattern, lambda m: m[1] + ("ecek" if set(m[1][-2:]) & set("eiöü") else "acak"), sentence, count=1)
    return re.sub(pattern, new, sentence, count=1)


def split_phrases(sentence: str, language: str) -> list[str]:
    """Parts of a sentence between commas."""
    return [part.strip() for part in _SPLIT[language].split(sentence.strip()) if part.strip()]


def find_adjuncts(sentence: str, language: str) -> list[str]:
    """Parts of a sentence that say when, where, how or why, with what joins them to the rest."""
    if language == "en":
        return [match[0] for match in _PREPOSITION.finditer(sentence)]
    parts = split_phrases(sentence, language)
    shortest = 4 if language == "zh" else 12
    return [part for part in parts[:-1] if shortest <= len(part) <= 5 * shortest]


def add_words(sentence: str, other: str, language: str, rng: random.Random) -> str | None:
    """The sentence with a phrase of another one put in."""
    phrases = find_adjuncts(other, language)
    if not phrases:
        return None
    phrase = rng.choice(phrases)
    if phrase.strip() in sentence:
        return None
    body, end = (sentence[:-1], sentence[-1]) if sentence[-1:] in ".。!！?？" else (sentence, "")
    if language == "en":
        commas = [m.start() for m in re.finditer(r",", body)]
        at = rng.choice([len(body), *commas])
        return body[:at] + phrase + body[at:] + end
    joint = "，" if language == "zh" else ", "
    return phrase + joint + (sentence if language == "zh" else sentence[0].lower() + sentence[1:])


def stitch(sentence: str, other: str, language: str) -> str | None:
    """The first half of a sentence with the second half of another."""
    if language in WITHOUT_SPACES:
        a, b = split_phrases(sentence, language), split_phrases(other, language)
        return "，".join(a[: max(1, len(a) // 2)] + b[-max(1, len(b) // 2) :]) if len(a) > 1 and len(b) > 1 else None
    a, b = sentence.split(), other.split()
    return " ".join(a[: len(a) // 2] + b[len(b) // 2 :]) if min(len(a), len(b)) >= 8 else None


def change_name(sentence: str, context: str, maker: NearMissMaker, rng: random.Random) -> str | None:
    """Another name of the same kind in place of one, from the same context if it has one."""
    found = maker.find_names(sentence)
    for a, b, kind in rng.sample(found, len(found)):
        others = [name for name in maker.names_of(context) if maker.kinds[name] == kind and name not in sentence]
        if not others or rng.random() < 0.3:
            others = rng.sample(maker.by_kind[kind], min(5, len(maker.by_kind[kind])))
        others = [name for name in others if name not in sentence and sentence[a:b] not in name]
        if others:
            return sentence[:a] + rng.choice(others) + sentence[b:]
    return None


def swap_names(sentence: str, maker: NearMissMaker, rng: random.Random) -> str | None:
    """Two names of one kind in each other's place."""
    found = maker.find_names(sentence)
    pairs = [
        (x, y) for x in found for y in found
        if x[1] < y[0] and x[2] == y[2] and sentence[x[0] : x[1]] != sentence[y[0] : y[1]]
    ]  # fmt: skip
    if not pairs:
        return None
    (a, b, _), (c, d, _) = rng.choice(pairs)
    s = sentence
    between = s[b:c]
    if re.fullmatch(r"\s*(,|、|和|与|及|ve|ile|and|or|veya|或)\s*", between):
        return None  # "A and B" says the same as "B and A"
    return s[:a] + s[c:d] + between + s[a:b] + s[d:]


def shorten(sentence: str, language: str, rng: random.Random) -> str | None:
    """A part of the sentence that says less and is still true."""
    bare = re.sub(r"\s*[（(][^()（）]*[)）]", "", sentence)
    if language == "en":
        adjuncts = find_adjuncts(bare, language)
        if adjuncts:
            return bare.replace(rng.choice(adjuncts), "", 1)
    parts = split_phrases(bare, language)
    if language == "zh" and len(parts) > 1 and len(parts[0]) >= 8:
        return parts[0] + "。"
    if language == "tr" and len(parts) > 1 and len(parts[-1]) >= 30:
        return parts[-1][0].upper() + parts[-1][1:]
    if language == "en" and len(parts) > 1 and len(parts[0]) >= 40:
        return parts[0] + "."
    return bare if bare != sentence else None


_WH = {
    "zh": re.compile(r"什么时候|何时|哪一?年|哪里|哪儿|何处|谁|哪位|什么|哪一?[个座家种位名条]|多少|几(?=[年个位次座天人名])"),
    "tr": re.compile(
        r"\b(ne zaman|hangi yıl(?:da)?|nerede|nereye|kim|kimdir|kimin|kaç|nedir|ne kadar|hangi [^\W\d_]+|ne)\b", re.IGNORECASE
    ),
    "en": re.compile(
        r"^(Who|Whose [a-z]+|What|Which [a-z]+(?: [a-z]+)?|How many [a-z]+)\b"
        r"(?= (?!did|do|does|was the|is the|are the|were the)[a-z])"
    ),
}


def state_answer(question: str, answer: str, language: str) -> str | None:
    """The answer put in the place of the question word: a statement, where the language's order of words allows it."""
    pattern = _WH.get(language)
    found = pattern.search(question) if pattern else None
    if not found or len(answer) > 80:
        return None
    end = {"zh": "。"}.get(language, ".")
    stated = question[: found.start()] + answer + question[found.end() :]
    stated = stated.rstrip(" ?？.。")
    return stated + end if len(stated) > len(answer) + 3 else None

