"""Every word the page shows that comes from neither an article nor a question, in the three languages of the house.

What stands inside an answer or a source card follows the language of that answer. What stands around them (the
input box, the buttons) follows the browser: `I18N` is handed to Gradio, which picks by locale.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

BRAND = "Kilnmark"


@dataclass(frozen=True, slots=True)
class Texts:
    """The labels of one language. `{}` is filled by the caller."""

    tagline: str
    ask: str
    placeholder: str
    new: str
    examples: str
    empty_question: str
    reading: str
    failed: str
    no_model: str
    by_model: str
    articles: str
    index: str
    sources: str
    welcome: str
    indexed: str
    no_source: str
    nearest: str
    earlier: str
    translation: str
    undated: str
    untitled: str
    original: str
    source: str
    back: str
    partial: str
    read_as: str


ENGLISH = Texts(
    tagline="Answers from the articles. Every sentence marked with the paragraph it came from.",
    ask="Ask",
    placeholder="Ask about the articles",
    new="New conversation",
    examples="Try one of these",
    empty_question="Type a question first.",
    reading="Reading the articles",
    failed="Something went wrong while answering. Please try again; if it keeps happening, restart the page.",
    no_model="Quoted from the articles, no model",
    by_model="Answered by {}",
    articles="{} articles",
    index="index {}",
    sources="Sources",
    welcome="Ask something. The paragraphs an answer rests on appear here, with the quoted words highlighted.",
    indexed="What can be asked about",
    no_source="No paragraph of the articles answers this.",
    nearest="The nearest thing the articles say",
    earlier="Earlier",
    translation="Translation",
    undated="no date given",
    untitled="Untitled article",
    original="Original page",
    source="Source {}",
    back="Back to the sentence that cites source {}",
    partial="The articles answer this in part.",
    read_as="Read as: {}",
)

CHINESE = Texts(
    tagline="只依据文章作答，每句话都标明出自哪一段。",
    ask="提问",
    placeholder="就这些文章提问",
    new="新对话",
    examples="试试这些问题",
    empty_question="请先输入问题。",
    reading="正在查阅文章",
    failed="回答时出了问题，请再试一次；若仍然如此，请重新启动本页。",
    no_model="引自原文，未使用模型",
    by_model="由 {} 作答",
    articles="{} 篇文章",
    index="索引 {}",
    sources="出处",
    welcome="请提问。回答所依据的段落会显示在这里，引文以底色标出。",
    indexed="可以询问的文章",
    no_source="文章中没有段落回答这个问题。",
    nearest="文章中最接近的内容",
    earlier="先前",
    translation="译文",
    undated="日期不详",
    untitled="无标题文章",
    original="原网页",
    source="出处 {}",
    back="回到引用出处 {} 的句子",
    partial="文章只回答了一部分。",
    read_as="理解为:{}",
)

TURKISH = Texts(
    tagline="Yanıtlar yalnızca makalelerden; her cümlenin hangi paragraftan geldiği işaretli.",
    ask="Sor",
    placeholder="Makaleler hakkında bir soru sorun",
    new="Yeni sohbet",
    examples="Bunlardan birini deneyin",
    empty_question="Önce bir soru yazın.",
    reading="Makaleler okunuyor",
    failed="Yanıt verilirken bir sorun oluştu. Lütfen yeniden deneyin; sürerse sayfayı yeniden başlatın.",
    no_model="Makalelerden alıntı, model yok",
    by_model="Yanıtlayan: {}",
    articles="{} makale",
    index="dizin {}",
    sources="Kaynaklar",
    welcome="Bir soru sorun. Yanıtın dayandığı paragraflar, alıntılar vurgulanmış olarak burada görünür.",
    indexed="Sorulabilecek makaleler",
    no_source="Makalelerde bunu yanıtlayan bir paragraf yok.",
    nearest="Makalelerdeki en yakın bilgi",
    earlier="Önceki",
    translation="Çeviri",
    undated="tarih verilmemiş",
    untitled="Başlıksız makale",
    original="Özgün sayfa",
    source="Kaynak {}",
    back="{} numaralı kaynağı anan cümleye dön",
    partial="Makaleler bunu kısmen yanıtlıyor.",
    read_as="Şöyle anlaşıldı: {}",
)

TEXTS = {"en": ENGLISH, "zh": CHINESE, "tr": TURKISH}
I18N: dict[str, dict[str, str]] = {language: asdict(texts) for language, texts in TEXTS.items()}

LANGUAGES = {
    "en": "English", "zh": "中文", "tr": "Türkçe", "de": "Deutsch", "fr": "Français", "es": "Español",
    "it": "Italiano", "ru": "Русский", "ja": "日本語", "ko": "한국어", "ar": "العربية",
}  # fmt: skip

EXAMPLES = (
    "How large is the exhibition space of the expo?",
    "Who is the deputy mayor of Iznik?",
    "伊斯坦布尔店是第几家官方旗舰店？",
    "谁共同签署了陶瓷产业联盟合作协议？",
    "İznik ile Jingdezhen ne zaman kardeş şehir oldu?",
    "Fuara kaç ülkeden katılımcı geldi?",
)


def texts(language: str) -> Texts:
    """The labels of a language; English where the house has none.

    >>> texts("tr").sources, texts("fr").sources
    ('Kaynaklar', 'Sources')
    """
    return TEXTS.get(language.partition("-")[0], ENGLISH)
