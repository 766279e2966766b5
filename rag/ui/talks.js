// The conversations that this browser keeps: one entry of its storage each, so that no tab writes over another's.
(() => {
  if (window.kilnmark.keep) return;
  const KEY = "kilnmark.talk.";
  const MOST = 50; // conversations
  const ROOM = 3_500_000; // characters of all of them; a browser has some five million for a page
  const ONE = 700_000; // characters of one that is read
  const words = () => document.querySelector(".km-head")?.dataset ?? {};
  const fill = (text, ...values) => values.reduce((said, value) => said.replace("{}", value), text ?? "");

  // What is kept

  const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
  const known = new Map(); // the revision of each conversation that this tab has read or written last
  const moved = new Map(); // conversations that went on under another name, as another tab went on with them too
  let current = "";
  let latest = {}; // what the page holds now
  let arrived = false;
  let pending = {};

  function attempt(what) {
    try {
      return what();
    } catch {
      return null; // storage that is switched off or full
    }
  }

  function parse(raw, id) {
    if (!raw || raw.length > ONE) return null;
    const found = attempt(() => JSON.parse(raw));
    if (found?.id !== id || !Array.isArray(found.turns)) return null;
    if (!found.turns.some((turn) => typeof turn?.question === "string")) return null;
    const name = typeof found.name === "string" ? found.name.slice(0, 120) : "";
    return { ...found, name, at: Number(found.at) || 0, rev: String(found.rev ?? "") };
  }

  const read = (id) => (id ? parse(attempt(() => localStorage.getItem(KEY + id)), id) : null);
  const keys = () => attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(KEY))) ?? [];
  const all = () => keys().map((key) => read(key.slice(KEY.length))).filter(Boolean).sort((a, b) => b.at - a.at);

  // The oldest give way to the one that is written; that one alone may still be too large.
  function write(talk) {
    const raw = JSON.stringify(talk);
    const others = all().filter((other) => other.id !== talk.id);
    let size = raw.length + keys().reduce((sum, key) => sum + (key === KEY + talk.id ? 0 : localStorage[key].length), 0);
    while (others.length && (others.length >= MOST || size > ROOM)) size -= forget(others.pop().id);
    for (;;) {
      try {
        localStorage.setItem(KEY + talk.id, raw);
        known.set(talk.id, talk.rev);
        return true;
      } catch {
        if (!others.length) return false;
        forget(others.pop().id);
      }
    }
  }

  function forget(id) {
    const size = attempt(() => localStorage.getItem(KEY + id))?.length ?? 0;
    attempt(() => localStorage.removeItem(KEY + id));
    return size;
  }

  function setCurrent(id) {
    current = id;
    attempt(() => sessionStorage.setItem("kilnmark.tab", id));
  }

  // Called with all that Gradio has put into its own entry, which is one for all tabs: it is taken out again.
  function keep(kept) {
    if (!kept || !arrived && !kept.echo) return;
    arrived = true;
    attempt(() => localStorage.removeItem("kilnmark"));
    if (kept.language) attempt(() => localStorage.setItem("kilnmark.language", kept.language));
    latest = kept;
    const turns = kept.turns ?? [];
    const id = moved.get(kept.id) ?? kept.id ?? "";
    if (!turns.length || kept.echo) setCurrent(turns.length ? id : "");
    else store(id, kept, turns);
    tell();
  }

  function store(id, kept, turns) {
    const stored = read(id);
    const articles = kept.articles;
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    if (stored && same(stored.turns, turns) && same(stored.articles, articles)) return setCurrent(id);
    const changed = stored && stored.rev !== known.get(id); // by another tab, which keeps what it wrote
    if (changed) moved.set(kept.id, (id = fresh()));
    const talk = { id, name: stored?.name ?? "", at: Date.now(), rev: fresh(), turns, articles };
    if (!write(talk)) say(words().talk_full);
    setCurrent(id);
  }

  // What Python is given: an earlier edition kept one conversation, in Gradio's entry.
  function find(kept) {
    if (kept?.turns?.length) {
      const id = typeof kept.id === "string" && kept.id ? kept.id : fresh();
      if (!read(id)) write({ id, name: "", at: Date.now(), rev: fresh(), turns: kept.turns });
      attempt(() => sessionStorage.getItem("kilnmark.tab") ?? sessionStorage.setItem("kilnmark.tab", id));
    }
    const own = attempt(() => sessionStorage.getItem("kilnmark.tab"));
    const talk = own === null ? all()[0] : read(own);
    const asked = new URLSearchParams(location.search).get("q"); // begins a conversation, unless it ended this one
    return taken(asked && talk?.turns.at(-1)?.question !== asked ? null : talk, kept?.language);
  }

  function taken(talk, before) {
    const language = attempt(() => localStorage.getItem("kilnmark.language")) ?? before;
    if (talk) known.set(talk.id, talk.rev);
    const own = talk ? { id: talk.id, turns: talk.turns, articles: talk.articles } : { articles: latest.articles };
    return JSON.parse(JSON.stringify(language ? { ...own, language } : own));
  }

  const tell = () => document.dispatchEvent(new CustomEvent("km-talks"));

  // Opens a conversation; an empty one without a name.
  function open(id = "") {
    pending = taken(read(id));
    window.kilnmarkDoor?.("select", {});
  }

  const busy = () => Boolean(document.querySelector("#km-box .stop-button"));
  let following = 0;
  addEventListener("storage", (event) => {
    if (event.key !== null && !event.key.startsWith(KEY)) return;
    tell();
    clearTimeout(following);
    following = setTimeout(() => {
      const talk = read(current);
      if (talk && talk.rev !== known.get(current) && !busy()) open(current);
    }, 300);
  });

  function say(text) {
    let line = document.querySelector("#km-said");
    if (!line) {
      line = document.createElement("p");
      line.className = "km-hint";
      line.id = "km-said";
      line.setAttribute("role", "status");
      document.querySelector("#km-hint").before(line);
    }
    line.textContent = text;
    clearTimeout(line.ends);
    line.ends = setTimeout(() => line.remove(), 6000);
  }

  const before = window.kilnmark.arrive;
  Object.assign(window.kilnmark, {
    keep,
    say,
    fill,
    words,
    talks: { all, read, write, forget, open, fresh, MOST, current: () => current, latest: () => latest },
    // The conversation to open, in the place of what the page holds.
    turn: (_, language) => [{ ...pending, language }, language],
    arrive: (kept) => before(find(kept)),
  });
})();
