"""Data by path -> the claims a checker is trained on: a sentence, a context, and whether the context carries the sentence.

Carried: sentences of the context, parts of them, two of them joined, the same sentence in another language (parallel texts),
questions with their answer put in, paraphrases, entailments. Not carried: the same with one thing changed (`training.falsify`),
sentences of a neighbour, of the same context without them, halves stitched together, questions with the answer to another
question, pairs of PAWS-X in which who did what to whom differs, contradictions and what an entailment set calls neutral.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rag.answer.reader import Text, shipped_reader
from rag.errors import EncoderError
from training.falsify import (
    WordNeighbours,
    add_words,
    change_name,
    change_number,
    change_tense,
    negate,
    shorten,
    split_phrases,
    state_answer,
    stitch,
    swap_names,
)  # fmt: skip
from training.mixture import LANGUAGES, VALIDATION_ARTICLES, answer_kind
from training.near_misses import NearMissMaker, split_sentences
from training.rows import ClaimRow, Row, Span

MIN_SENTENCE_CHARS = {"zh": 10, "ja": 10, "th": 20}  # of a claim; 25 in other languages
MAX_SENTENCE_CHARS = 400
CLAIMS_OF_CONTEXT = 3  # sentences of a context that claims are made of
SHARE_OF_SHORTENED = 0.5
SHARE_OF_RIGHT_ANSWERS, SHARE_OF_OTHER_ANSWERS, SHARE_OF_STATEMENTS = 0.6, 0.5, 0.5
MAX_PUT_CHARS = 120  # of an answer put into a question
PARALLEL_ROUNDS = 16  # times that each sentence of the parallel files is drawn, each time against another language
COPIES_ACROSS = 3  # of claims across languages: there are few parallel paragraphs
PLENTIFUL = ("answered", "paraphrase", "nli")  # kinds of which there are enough across languages
PARAPHRASE_PAIRS = 24_000  # across languages
MAX_NLI = {"nli.id": 8000, "nli.fa": 6000, "nli.tr": 14_000}
SHORT_OR_SPOKEN = ("qamr", "squadshifts-amazon", "squadshifts-reddit")  # sets whose contexts are no paragraphs of articles
PARAPHRASE_LANGUAGES = ("en", "zh", "de", "es", "fr", "ja")  # whose files are parallel by the line


class ClaimMaker:
    """Makes claims of the contexts of one language."""

    def __init__(self, rows: Sequence[Row], language: str, rng: random.Random) -> None:
        self.language, self.rng = language, rng
        own = [row for row in rows if row.question_language == row.context_language == language and row.answer]
        self.names = NearMissMaker(own, language, rng)
        self.words = WordNeighbours(sorted({row.context for row in own}), language)

    def falsify(self, sentence: str, context: str, strangers: Sequence[str]) -> Iterator[tuple[str, str]]:
        """False claims made of a sentence, each with its kind: one of each kind that the sentence allows."""
        language, rng = self.language, self.rng
        others = [context[a:b].strip() for a, b in split_sentences(context)]
        others = [other for other in others if other != sentence]
        made = {
            "number": change_number(sentence, rng),
            "name": change_name(sentence, context, self.names, rng),
            "swapped": swap_names(sentence, self.names, rng),
            "negation": negate(sentence, language, rng),
            "word": self.words.replace_word(sentence, rng),
            "tense": change_tense(sentence, language, rng),
            "added": add_words(sentence, rng.choice(strangers), language, rng),
            "stitched": stitch(sentence, rng.choice(others), language) if others else None,
        }
        for kind, claim in made.items():
            if claim and claim != sentence and claim not in context:
                yield kind, claim

    def split(self, context: str) -> list[Span]:
        """Spans of the sentences of a context that are long enough for a claim."""
        shortest = MIN_SENTENCE_CHARS.get(self.language, 25)
        return [
            (a, b) for a, b in split_sentences(context) if shortest <= len(context[a:b].strip()) <= MAX_SENTENCE_CHARS
        ]


def make_own(maker: ClaimMaker, contexts: Sequence[str], neighbours: dict[str, str]) -> Iterator[ClaimRow]:
    """Claims in the language of their context. neighbours: to each context another like it."""
    language, rng = maker.language, maker.rng
    pool = [context[a:b].strip() for context in contexts for a, b in maker.split(context)]
    for context in contexts:
        spans = maker.split(context)
        for a, b in rng.sample(spans, min(CLAIMS_OF_CONTEXT, len(spans))):
            sentence = context[a:b].strip()
            base = ClaimRow(sentence, language, context, language, True, "sentence", (a, b))
            short = shorten(sentence, language, rng)
            if short and short != sentence and rng.random() < SHARE_OF_SHORTENED:
                yield replace(base, claim=short, kind="part")
            else:
                yield base
            if rng.random() < 0.4 and len(spans) > 1:
                yield replace(base, claim=_join(base.claim, context, rng.choice(spans), rng), kind="joined", span=None)
            if rng.random() < 0.3:
                yield _reorder(base, rng)
            false = list(maker.falsify(short if short and rng.random() < 0.4 else sentence, context, pool))
            for kind, claim in rng.sample(false, min(3, len(false))):
                yield replace(base, claim=claim, carried=False, kind=kind, span=None)
            if rng.random() < 0.3:
                left = (context[:a] + context[b:]).strip()
                if len(left) > 40:
                    yield replace(base, context=left, carried=False, kind="removed", span=None)
            if rng.random() < 0.3 and context in neighbours:
                yield replace(base, context=neighbours[context], carried=False, kind="neighbour", span=None)


def _join(sentence: str, context: str, span: Span, rng: random.Random) -> str:
    other = context[span[0] : span[1]].strip()
    pair = [sentence, other] if rng.random() < 0.5 else [other, sentence]
    return " ".join(pair)


def _reorder(row: ClaimRow, rng: random.Random) -> ClaimRow:
    """The claim with the parts between its commas in another order, where there are two."""
    parts = split_phrases(row.claim, row.claim_language)
    if len(parts) != 2 or rng.random() < 0.3:
        return row
    end = "。" if row.claim_language == "zh" else "."
    last = parts[1].rstrip(".。")
    joint = "，" if row.claim_language == "zh" else ", "
    return replace(row, claim=last[0].upper() + last[1:] + joint + parts[0] + end, kind="reordered")


def make_parallel(  # noqa: C901 - one claim and what is made of it
    makers: dict[str, ClaimMaker], parallel: dict[str, list[tuple[int, int, Row]]], rng: random.Random,
    articles: frozenset[int], rounds: int = PARALLEL_ROUNDS,
) -> Iterator[ClaimRow]:  # fmt: skip
    """Claims of the parallel files against the same paragraph in another language, of the articles given."""
    texts = {
        language: {(a, p): row.context for a, p, row in rows if a in articles} for language, rows in parallel.items()
    }
    sentences: dict[str, dict[tuple[int, int], list[Span]]] = {}
    for language in texts:
        shortest = MIN_SENTENCE_CHARS.get(language, 25)
        sentences[language] = {
            at: [(a, b) for a, b in split_sentences(text) if len(text[a:b].strip()) >= shortest]
            for at, text in texts[language].items()
        }
    pools = {lang: [t[a:b].strip() for at, t in texts[lang].items() for a, b in sentences[lang][at]] for lang in texts}
    places = sorted(texts["en"])
    beside_of: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for at in places:
        beside_of[at[0]].append(at)
    for _ in range(rounds):
        for at in places:
            claim_language = rng.choice([*LANGUAGES, *LANGUAGES, rng.choice(sorted(parallel))])
            for n, (a, b) in enumerate(sentences[claim_language][at]):
                others = [lang for lang in parallel if lang != claim_language]
                ours = [lang for lang in LANGUAGES if lang != claim_language]
                context_language = rng.choice([*ours * 4, *others])
                context, source = texts[context_language][at], texts[claim_language][at]
                same_cut = len(sentences[context_language][at]) == len(sentences[claim_language][at])
                span = sentences[context_language][at][n] if same_cut else None
                sentence = source[a:b].strip()
                base = ClaimRow(sentence, claim_language, context, context_language, True, "translation", span)
                if claim_language in makers:
                    short = shorten(sentence, claim_language, rng)
                    if short and short != sentence and rng.random() < 0.4:
                        base = replace(base, claim=short, kind="translated part")
                    false = list(makers[claim_language].falsify(base.claim, source, pools[claim_language]))
                    for kind, claim in rng.sample(false, min(2, len(false))):
                        yield replace(base, claim=claim, carried=False, kind=kind, span=None)
                yield base
                if span and rng.random() < 0.25:
                    left = (context[: span[0]] + context[span[1] :]).strip()
                    yield replace(base, context=left, carried=False, kind="removed", span=None)
                if len(beside_of[at[0]]) > 1 and rng.random() < 0.25:
                    beside = rng.choice([x for x in beside_of[at[0]] if x != at])
                    yield replace(base, context=texts[context_language][beside], carried=False, kind="neighbour", span=None)


def find_plausible(rows: Sequence[Row]) -> dict[tuple[str, str], str]:
    """What the weights that ship take for the answer to questions that people wrote to have none, by question and context."""
    try:
        reader = shipped_reader()
    except EncoderError:  # the first weights are trained without
        return {}
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.kind == "given" and not row.answer and (row.question, row.context) not in found:
            text = Text(row.context, row.context_language, split_sentences(row.context))
            best = max(reader.read_spans(row.question, [text])[0], key=lambda span: span.score)
            found[row.question, row.context] = row.context[slice(*best.span)].strip()
    return found


def make_matched(makers: dict[str, ClaimMaker], rows: Sequence[Row], rng: random.Random) -> Iterator[ClaimRow]:
    """Claims of MLQA: the sentences that answer one question in several languages are translations of each other, their
    contexts are not (Lewis et al., ACL 2020, section 3)."""
    by_id: defaultdict[str, list[tuple[Row, Span]]] = defaultdict(list)
    for row in rows:
        if row.source == "mlqa-dev" and row.kind == "given" and row.answer:
            own = [s for s in split_sentences(row.context) if s[0] <= row.answer[0] < s[1]]
            if own and len(row.context[slice(*own[0])]) <= MAX_SENTENCE_CHARS:
                by_id[row.id].append((row, own[0]))
    sentences = [row.context[slice(*span)] for own in by_id.values() for row, span in own if row.context_language in makers]
    for own in by_id.values():
        for row, span in own:
            others = [(r, s) for r, s in own if r.context_language != row.context_language]
            if not others:
                continue
            read, evidence = rng.choice(others)
            language, sentence = row.context_language, row.context[slice(*span)].strip()
            base = ClaimRow(sentence, language, read.context, read.context_language, True, "matched", evidence)
            yield base
            if language in makers:
                false = list(makers[language].falsify(sentence, row.context, sentences))
                for kind, claim in rng.sample(false, min(1, len(false))):
                    yield replace(base, claim=claim, carried=False, kind=kind, span=None)


def make_answered(rows: Sequence[Row], rng: random.Random, plausible: Mapping[tuple[str, str], str]) -> Iterator[ClaimRow]:
    """Questions with an answer put in: the right one, and the answer to another question or to a near miss.

    A claim is the question and the answer, one after the other, as the second opinion on a reader's answer is asked; where the
    language's order of words allows it, now and then a statement. plausible: what a reader took for the answer to questions that
    people wrote to have none, by question and context.
    """
    answers = {(row.source, row.id): row.answer_text.strip() for row in rows if row.answer and row.kind == "given"}
    in_context: defaultdict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.answer and row.kind == "given":
            in_context[row.context][answer_kind(row)].append(row.answer_text.strip())
    for row in rows:
        if row.answer:
            yield from _answer_rightly(row, in_context[row.context][answer_kind(row)], rng)
            continue
        kind = f"answered {row.kind}" if row.kind != "given" else "answered unanswerable"
        given = answers.get((row.source, row.id)) if row.kind != "given" else plausible.get((row.question, row.context))
        if row.kind != "given" and (given is None or given not in row.context):
            options = [x for own in in_context[row.context].values() for x in own if _differ(x, given or "")]
            given = rng.choice(options) if options else None
        if given:
            yield _put(row, given[:MAX_PUT_CHARS], False, kind, None, rng)


def _answer_rightly(row: Row, alike: Sequence[str], rng: random.Random) -> Iterator[ClaimRow]:
    """The question with its answer put in, and with another answer of the same kind from the same context."""
    assert row.answer
    answer, at = row.answer_text.strip(), row.answer[0]
    sentence = next((s for s in split_sentences(row.context) if s[0] <= at < s[1]), None)
    if rng.random() < SHARE_OF_RIGHT_ANSWERS:
        yield _put(row, answer, True, "answered", sentence, rng)
    others = [x for x in alike if _differ(x, answer)]
    if others and rng.random() < SHARE_OF_OTHER_ANSWERS:
        yield _put(row, rng.choice(others), False, "other answer", None, rng)


def _put(row: Row, answer: str, carried: bool, kind: str, span: Span | None, rng: random.Random) -> ClaimRow:
    stated = None
    if row.question_language == row.context_language and rng.random() < SHARE_OF_STATEMENTS:
        stated = state_answer(row.question, answer, row.question_language)
    claim = stated or put_answer(row.question, answer)
    return ClaimRow(claim, row.question_language, row.context, row.context_language, carried, kind, span)


def put_answer(question: str, answer: str) -> str:
    """A question with an answer put in, as one text."""
    return f"{question} {answer}"


def _differ(a: str, b: str) -> bool:
    a, b = a.casefold(), b.casefold()
    return bool(a and b) and a not in b and b not in a


def read_nli(folder: Path, rng: random.Random) -> Iterator[ClaimRow]:
    """Entailments are carried, contradictions and neutral pairs are not."""
    for path in sorted(folder.glob("nli.*.jsonl.gz")):
        language = path.name.split(".")[1]
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        rng.shuffle(rows)
        for row in rows[: MAX_NLI.get(f"nli.{language}", len(rows))]:
            kind = f"nli {row['label']}"
            yield ClaimRow(row["hypothesis"], language, row["premise"], language, row["label"] == "entailment", kind)


def read_paraphrases(folder: Path, rng: random.Random) -> Iterator[ClaimRow]:
    """Pairs in one language both ways, and across the languages whose files are parallel."""
    files = {}
    for path in sorted(folder.glob("paraphrase.*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            files[path.name.split(".")[1]] = [json.loads(line) for line in lines]
    for language, rows in files.items():
        for row in rows:
            pair = [row["sentence1"], row["sentence2"]]
            if language not in ("en", "zh"):
                rng.shuffle(pair)
            kind = f"paraphrase {row['label']}"
            yield ClaimRow(pair[0], language, pair[1], language, bool(row["label"]), kind)
            if language in ("en", "zh"):
                yield ClaimRow(pair[1], language, pair[0], language, bool(row["label"]), kind)
    for _ in range(PARAPHRASE_PAIRS):
        n = rng.randrange(len(files["en"]))
        one = rng.choice(["en", "zh", *PARAPHRASE_LANGUAGES])
        two = rng.choice([lang for lang in ["en", "zh", *PARAPHRASE_LANGUAGES] if lang != one])
        a, b = files[one][n], files[two][n]
        if a["label"] != b["label"]:
            continue
        x, y = rng.choice([("sentence1", "sentence2"), ("sentence2", "sentence1")])
        if a["label"] and rng.random() < 0.5:
            y = x  # the same sentence, translated
        yield ClaimRow(a[x], one, b[y], two, bool(a["label"]), f"paraphrase across {a['label']}")


def describe_claims(rows: Sequence[ClaimRow]) -> str:
    """Counts by kind, carried or not and across languages or not, a line each."""
    counts = Counter((row.kind, row.carried, row.claim_language != row.context_language) for row in rows)
    return "\n".join(
        f"{kind:22} {'carried' if carried else 'not':8} {'across' if across else 'same':7} {n:7}"
        for (kind, carried, across), n in sorted(counts.items())
    )


def make_makers(rows: Sequence[Row], rng: random.Random) -> dict[str, ClaimMaker]:
    """A maker for each of our languages. rows: the reader's, of which names and words are learnt."""
    return {language: ClaimMaker(rows, language, rng) for language in LANGUAGES}


def read_claims(
    folder: Path, rows: Sequence[Row], parallel: dict[str, list[tuple[int, int, Row]]], rng: random.Random
) -> tuple[list[ClaimRow], list[ClaimRow]]:
    """All claims to train on, shuffled, and those of the validation articles. folder: with the files of entailments and
    paraphrases; rows: the reader's, of which contexts and answers are taken."""
    makers = make_makers(rows, rng)
    trained = frozenset(a for a, _, _ in parallel["en"]) - VALIDATION_ARTICLES
    made = [*make_parallel(makers, parallel, rng, trained), *read_nli(folder, rng), *read_paraphrases(folder, rng)]
    made += make_matched(makers, rows, rng)
    for language, maker in makers.items():
        own = [row for row in rows if row.context_language == language and row.kind == "given"]
        own = [row for row in own if not row.source.startswith(SHORT_OR_SPOKEN)]
        contexts = sorted({row.context for row in own})
        by_id = {(row.source, row.id): row.context for row in own}
        beside = {
            by_id[row.source, row.id]: row.context
            for row in rows
            if row.kind == "neighbour" and row.context_language == language and (row.source, row.id) in by_id
        }
        made += make_own(maker, [c for c in contexts if len(maker.split(c)) > 1], beside)
    made += make_answered(rows, rng, find_plausible(rows))
    made = [row for row in made if len(row.claim) > 3 and len(row.context) > 3]
    few = [row for row in made if row.claim_language != row.context_language and not row.kind.startswith(PLENTIFUL)]
    made += few * (COPIES_ACROSS - 1)
    rng.shuffle(made)
    return made, make_validation(makers, parallel, rng)


def make_validation(
    makers: dict[str, ClaimMaker], parallel: dict[str, list[tuple[int, int, Row]]], rng: random.Random
) -> list[ClaimRow]:
    """Claims of the validation articles, in our languages, in the language of their context and across."""
    made = list(make_parallel(makers, {lang: parallel[lang] for lang in LANGUAGES}, rng, VALIDATION_ARTICLES, rounds=6))
    for language, maker in makers.items():
        contexts = sorted({row.context for article, _, row in parallel[language] if article in VALIDATION_ARTICLES})
        made += make_own(maker, contexts, {})
    rng.shuffle(made)
    return made
