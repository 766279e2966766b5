"""The form of `locales/xx.toml`: how a language is read. Patterns are regular expressions, "" is none; those of figures are
matched with lower-case text. Lists of words are separated by spaces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from rag.languages import OWN_DATA, read_toml


def _check_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"it is no regular expression: {error}") from None
    return text


def _check_day(text: str) -> str:
    if unknown := {name for _, name, _, _ in Formatter().parse(text) if name} - {"day", "month", "number", "year"}:
        raise ValueError(f"it may have the placeholders {{day}} {{month}} {{number}} {{year}}, and not {{{min(unknown)}}}")
    return text


Pattern = Annotated[str, AfterValidator(_check_pattern)]
Day = Annotated[str, AfterValidator(_check_day)]
Examples = tuple[str, ...]
Rounding = Literal["more", "less", "near", "about", "exact"]
# Of each unit its base, and how many of that it is.
UNITS: dict[str, tuple[str, float]] = {
    name: (base, float(times)) for name, (base, times) in read_toml(OWN_DATA / "units.toml").items()
}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Writing(_Section):
    """How it is written. spaces: words have spaces between them. dotless_i: the small letter of I is ı. decimal: the mark before
    the decimals of a number. ordinal_point: a number with a full stop is an ordinal. full_stop: ends a sentence."""

    spaces: bool
    dotless_i: bool = False
    decimal: Literal[".", ","]
    ordinal_point: bool
    full_stop: str = Field(min_length=1, max_length=1)


class Detection(_Section):
    """How it is told from others in a few words. words: that no other has, in small letters; they settle short questions, where
    statistics of letters are a coin toss. letters: that no other has. words_around_names: how many of `words` make a text with
    names in another script one of this language."""

    words: str
    letters: str
    words_around_names: int = Field(ge=1)


class WordTables(_Section):
    """How its words are matched. stemmer: an algorithm of Snowball, "" for none. common: words so common that sharing one says
    nothing, negations left out on purpose.
    common_characters, question_characters: of a script without spaces; a pair of the former, or one of the latter, says nothing.
    """

    stemmer: str
    common: str
    common_characters: str = ""
    question_characters: str = ""


class Numbers(_Section):
    """Its number words. grammar: the code that puts them together; "words": they stand in a row with spaces between them.
    ones: from zero on. tens: from 10 on where ones end with nine, else from 20. scales: what a number is times; other_scales:
    such that only claims are read for. vague: "hundreds". measures: what follows numerals. before, after: what rounds one."""

    grammar: Literal["english", "turkish", "chinese", "words"]
    ones: str = ""
    tens: str = ""
    scales: dict[str, float] = {}
    other_scales: dict[str, float] = {}
    ordinals: str = ""
    fractions: dict[str, int] = {}
    vague: dict[Pattern, float] = {}
    measures: Pattern = ""
    before: Mapping[Rounding, Pattern]
    after: Mapping[Rounding, Pattern]


class Dates(_Section):
    """Its dates. months: of each its names, first the one we write; none where months have numbers. also_words: names of months
    that are words too. before_month, after_month: what tells that they are months. day, day_of_year: how a day is written."""

    months: Examples
    also_words: str
    before_month: Pattern
    after_month: Pattern
    day: Day
    day_of_year: Day

    @field_validator("months")
    @classmethod
    def _all_or_none(cls, value: Examples) -> Examples:
        if len(value) not in (0, 12):
            raise ValueError(f"it names {len(value)} months, not 12 or none")
        return value


class DayParts(_Section):
    """Parts of the day."""

    before_dawn: Pattern
    morning: Pattern
    noon: Pattern
    afternoon: Pattern
    evening: Pattern


class Times(_Section):
    """Times that need reckoning, the beginning and the end of something, and questions about its end. anniversary: has a group
    for the number of years."""

    last_year: Pattern
    this_year: Pattern
    next_year: Pattern
    last_month: Pattern
    this_month: Pattern
    next_month: Pattern
    yesterday: Pattern
    tomorrow: Pattern
    recent: Pattern
    anniversary: Pattern
    begins: Pattern
    ends: Pattern
    asks_end: Pattern


class Questions(_Section):
    """Questions. seam: where one that asks two things is cut; word: what each part must have. summary, articles, abilities: what
    is asked about the collection itself."""

    seam: Pattern
    word: Pattern
    summary: Pattern
    articles: Pattern
    abilities: Pattern


class MadeQuestions(_Section):
    """How a sentence is made a question. number: found in it, gives way to `how_many`. person: found in it, is asked about by
    `who`. max_chars: of the sentence."""

    number: Pattern
    how_many: str
    ends: str
    person: Pattern
    who: str
    max_chars: int = Field(ge=1)


class SmallTalk(_Section):
    """Examples of what people say to whoever answers."""

    greeting: Examples
    thanks: Examples
    farewell: Examples
    assent: Examples
    wellbeing: Examples
    identity: Examples


class Sentences(_Section):
    """abbreviations: end with a full stop that ends no sentence. speech: tells that somebody is quoted. points_back: begins a
    sentence that goes on with the one before. needs_before: begins one that is not understood without it. opening_words: have a
    capital where they begin a sentence, and are no names. filler: words of four letters and more that say nothing.
    negation, no_negation: negating words, and what only holds one.
    hedge_before, hedge_after: words beside a number that make it less than exact."""

    abbreviations: str
    speech: Pattern
    points_back: Pattern
    needs_before: Pattern
    opening_words: str
    filler: str
    negation: Pattern
    no_negation: Pattern
    hedge_before: Pattern
    hedge_after: Pattern


class NamePatterns(_Section):
    """capitals: words with capitals within a sentence are names. ending_chars: that a name may end with in other cases. titles:
    words that stand with a capital before names."""

    capitals: bool
    ending_chars: int = Field(ge=0)
    titles: Pattern


class Lines(_Section):
    """Lines of articles: what stands before a date, an author, a source; what an address holds; what a photo's credit begins
    with. The others are whole lines of web pages that are no part of an article; of images and copyright, their first word."""

    date: Pattern
    editor: Pattern
    source: Pattern
    address: Pattern
    photo: Pattern
    share_button: Pattern
    page_control: Pattern
    breadcrumb: Pattern
    image: Pattern
    advertisement: Pattern
    reading_list: Pattern
    copyright: Pattern


class Locale(_Section):
    """How a language is read. prompt_name: what a language model is told to write, in English. judged_by_likeness: where the
    trained checker does not know it, claims in it are judged by likeness and the exact vetoes, and not called unchecked.
    units: what follows a number, by names of `units.toml`."""

    prompt_name: str
    judged_by_likeness: bool
    writing: Writing
    detection: Detection
    words: WordTables
    numbers: Numbers
    units: dict[str, Pattern]
    dates: Dates
    dayparts: DayParts
    times: Times
    questions: Questions
    made_questions: MadeQuestions
    small_talk: SmallTalk
    sentences: Sentences
    names: NamePatterns
    lines: Lines

    @field_validator("units")
    @classmethod
    def _known_units(cls, value: dict[str, Pattern]) -> dict[str, Pattern]:
        if unknown := sorted(value.keys() - UNITS.keys()):
            raise ValueError(f"there is no unit {unknown[0]}")
        return value
