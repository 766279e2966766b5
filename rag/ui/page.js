// A marker leads to its paragraph, and the marker on the paragraph back to the sentence. Links would do it alone, but
// the page's <base> would reload an address with a query, and a folded answer would stay folded.
(() => {
  if (window.kilnmark) return;
  window.kilnmark = {
    // What Gradio leaves unsaid to a screen reader: the language of the page and what the arrow button does.
    name() {
      const spoken = navigator.languages.map((tag) => tag.split("-")[0]).find((tag) => ["en", "zh", "tr"].includes(tag));
      document.documentElement.lang = spoken ?? "en";
      const box = document.querySelector("#km-box");
      box?.querySelector("button")?.setAttribute("aria-label", box.querySelector("textarea").placeholder);
      return [];
    },
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.km-jump");
    if (!link) return;
    event.preventDefault();
    const target = document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    for (let up = target.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
    target.focus({ preventScroll: true });
    const lit = target.closest(".km-card") ?? target;
    lit.classList.remove("km-flash");
    void lit.offsetWidth; // restarts the animation
    lit.classList.add("km-flash");
  });
})();
