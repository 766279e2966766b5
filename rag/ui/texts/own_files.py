"""What the page says of files that people add, in the three languages of the house."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """The labels of one language. What is in `{}` is filled by the caller; `stages` are those of an ingestion."""

    title: str
    here: str
    shared: str
    server: str
    read_only: str
    drop: str
    choose: str
    limits: str
    paste: str
    paste_title: str
    paste_text: str
    paste_add: str
    sending: str
    stages: dict[str, str]
    added: str
    used: str
    unused: str
    busy: str
    failed: str
    refused: str
    listed: str
    only: str
    remove: str
    remove_one: str
    remove_all: str
    removed: str


ENGLISH = OwnTexts(
    title="Your own files",
    here="They are kept on this machine, in a folder beside the index.",
    shared="Everybody who logs in here can ask, read and remove what you add.",
    server="The index is kept by a Chroma server: files are added to it with the command line, not here.",
    read_only="Nothing can be written where the index is, so files cannot be added here.",
    drop="Drop files or a folder here, or",
    choose="Choose files",
    limits="{} · at most {} MB a file, {} files, {} MB in all",
    paste="Paste text",
    paste_title="Title",
    paste_text="Text",
    paste_add="Add the text",
    sending="Sending file {} of {}",
    stages={
        "read": "Reading files", "embed": "Embedding texts",
        "store": "Writing the index", "check": "Checking the index",
    },
    added="Added: {} of {}",
    used="added",
    unused="not added: {}",
    busy="Articles are being added elsewhere. Nothing was changed; please try again in a moment.",
    failed="Something went wrong. Nothing was changed; please try again.",
    refused="Files cannot be added or removed here.",
    listed="Added here: {}",
    only="Ask only these",
    remove="Remove",
    remove_one="Remove {}",
    remove_all="Remove all of these",
    removed="Removed: {}",
)
CHINESE = OwnTexts(
    title="自己的文件",
    here="文件保存在本机，位于索引旁的文件夹中。",
    shared="凡能登录本页的人，都可以询问、阅读和删除您添加的文件。",
    server="索引由 Chroma 服务器保存：请用命令行添加文件，不能在此添加。",
    read_only="索引所在位置不可写入，因此不能在此添加文件。",
    drop="将文件或文件夹拖到这里，或者",
    choose="选择文件",
    limits="{} · 单个文件不超过 {} MB，最多 {} 个文件，合计不超过 {} MB",
    paste="粘贴文本",
    paste_title="标题",
    paste_text="正文",
    paste_add="添加文本",
    sending="正在上传第 {} 个文件，共 {} 个",
    stages={
        "read": "正在读取文件", "embed": "正在计算向量",
        "store": "正在写入索引", "check": "正在检查索引",
    },
    added="已添加：{}/{}",
    used="已添加",
    unused="未添加：{}",
    busy="别处正在添加文章。没有任何改动，请稍后再试。",
    failed="出了问题。没有任何改动，请再试一次。",
    refused="不能在此添加或删除文件。",
    listed="在此添加的文件：{}",
    only="只询问这些",
    remove="删除",
    remove_one="删除 {}",
    remove_all="全部删除",
    removed="已删除：{}",
)
TURKISH = OwnTexts(
    title="Kendi dosyalarınız",
    here="Bu makinede, dizinin yanındaki bir klasörde saklanırlar.",
    shared="Buraya giriş yapan herkes eklediklerinize soru sorabilir, onları okuyabilir ve kaldırabilir.",
    server="Dizin bir Chroma sunucusunda: dosyalar buradan değil, komut satırından eklenir.",
    read_only="Dizinin bulunduğu yere yazılamıyor; bu yüzden buradan dosya eklenemez.",
    drop="Dosyaları ya da bir klasörü buraya bırakın veya",
    choose="Dosya seçin",
    limits="{} · dosya başına en çok {} MB, en çok {} dosya, toplam en çok {} MB",
    paste="Metin yapıştır",
    paste_title="Başlık",
    paste_text="Metin",
    paste_add="Metni ekle",
    sending="Dosya gönderiliyor: {}/{}",
    stages={
        "read": "Dosyalar okunuyor", "embed": "Vektörler hesaplanıyor",
        "store": "Dizin yazılıyor", "check": "Dizin denetleniyor",
    },
    added="Eklenen: {}/{}",
    used="eklendi",
    unused="eklenmedi: {}",
    busy="Başka bir yerde makale ekleniyor. Hiçbir şey değişmedi; lütfen biraz sonra yeniden deneyin.",
    failed="Bir sorun oluştu. Hiçbir şey değişmedi; lütfen yeniden deneyin.",
    refused="Burada dosya eklenemez ve kaldırılamaz.",
    listed="Burada eklenenler: {}",
    only="Yalnızca bunlara sor",
    remove="Kaldır",
    remove_one="Kaldır: {}",
    remove_all="Hepsini kaldır",
    removed="Kaldırıldı: {}",
)
OWN_TEXTS = {"en": ENGLISH, "zh": CHINESE, "tr": TURKISH}


def get_own_texts(language: str) -> OwnTexts:
    """The labels of a language; English where the house has none."""
    return OWN_TEXTS.get(language.partition("-")[0], ENGLISH)
