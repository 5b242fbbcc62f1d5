// Live panels: one stream per page. It says only which panel is stale; the panel's own page is fetched and morphed in.
const address = document.body.dataset.live;
const heard = new Set();
const stale = new Map();
let stream, broken = false, resting, missing;
const tellLine = (detail) => { clearTimeout(missing); dispatchEvent(new CustomEvent("evenkeel:stream", { detail })); };

const panelsNamed = (name) => [...document.querySelectorAll(`[data-live-panel~="${CSS.escape(name)}"]`)];
const names = () => new Set([...document.querySelectorAll("[data-live-panel]")].flatMap((panel) => panel.dataset.livePanel.split(/\s+/))
  .concat((document.body.dataset.liveNames || "").split(/\s+/)).filter(Boolean));

function open() {
  heard.clear();
  stream = new EventSource(address);
  stream.onerror = () => {
    broken = true;
    // Streams end now and then and come back by themselves; one that was refused says nothing about the line.
    clearTimeout(missing);
    if (stream?.readyState === EventSource.CONNECTING) missing = setTimeout(tellLine, 4000, false);
  };
  stream.onopen = () => {
    tellLine(true);
    // Signals sent while the line was down are not repeated, so everything is looked at again.
    if (broken) for (const name of names()) signal(name);
    broken = false;
  };
  listen();
}

function listen() {
  for (const name of names()) {
    if (heard.has(name)) continue;
    heard.add(name);
    stream?.addEventListener(name, () => signal(name));
  }
}

function signal(name) {
  document.body.dispatchEvent(new CustomEvent(`sse:${name}`, { bubbles: true }));
  for (const panel of panelsNamed(name)) {
    if (!panel.id) continue;
    clearTimeout(stale.get(panel.id));
    stale.set(panel.id, setTimeout(() => { stale.delete(panel.id); refresh(panel.id); }, 150));
  }
}

const fetching = new Map();
function pageAt(url) {
  // Panels of one page that go stale together share one request.
  if (!fetching.has(url)) {
    fetching.set(url, fetch(url, { headers: { "HX-Request": "true", "Evenkeel-Live": "1" }, cache: "no-store" })
      .then((answer) => answer.ok ? answer.text() : Promise.reject(answer.status))
      .finally(() => setTimeout(() => fetching.delete(url), 0)));
  }
  return fetching.get(url);
}

async function refresh(id) {
  const panel = document.getElementById(id);
  if (!panel) return;
  let html;
  try {
    html = await pageAt(panel.dataset.liveUrl || location.pathname + location.search);
  } catch {
    return; // the next signal or the next reconnection tries again
  }
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(id);
  const current = document.getElementById(id);
  if (!fresh || !current) return;
  morph(current, fresh);
}

export function morph(current, fresh) {
  const before = current.textContent;
  dispatchEvent(new CustomEvent("evenkeel:updating", { detail: current }));
  Idiomorph.morph(current, fresh, { morphStyle: "outerHTML", callbacks: { beforeNodeMorphed, beforeNodeRemoved, beforeAttributeUpdated } });
  const now = document.getElementById(fresh.id) ?? current;
  htmx.process(now);
  dispatchEvent(new CustomEvent("evenkeel:updated", { detail: now }));
  if (now.textContent !== before && !now.matches("[data-thread]")) dispatchEvent(new CustomEvent("evenkeel:say", { detail: sentence(now) }));
  listen();
}

const sentence = (panel) => panel.dataset.liveSay || `${panel.getAttribute("aria-label") || panel.querySelector("h1, h2, h3")?.textContent.trim() || "This page"}: updated`;

// What somebody is writing in is theirs: a field with focus or unsaved words stays as it is, and so does the form around it.
const isField = (node) => node instanceof Element && node.matches("input:not([type=hidden]), textarea, select");
const isTheirs = (field) => field === document.activeElement || (!field.matches("select, [type=radio], [type=checkbox]") && field.value !== field.defaultValue);
const holdsTheirs = (node) => node instanceof Element && (isField(node) ? isTheirs(node) : [...node.querySelectorAll("input, textarea, select")].some((field) => isField(field) && isTheirs(field)));

function beforeNodeMorphed(old, fresh) {
  if (!(old instanceof Element)) return true;
  if (old.matches("form") && holdsTheirs(old)) {
    dispatchEvent(new CustomEvent("evenkeel:kept", { detail: { form: old, fresh } })); // who keeps it may look what is new
    return false;
  }
  return !(isField(old) && isTheirs(old)) && !old.matches(".lifted");
}
const beforeNodeRemoved = (node) => !holdsTheirs(node);
function beforeAttributeUpdated(name, node) {
  return !(name === "open" && node.matches("details, dialog"));
}

// A browser allows few streams at a time: a tab nobody looks at gives its own back after a minute.
document.addEventListener("visibilitychange", () => {
  clearTimeout(resting);
  if (document.hidden) {
    resting = setTimeout(() => { stream.close(); stream = null; clearTimeout(missing); }, 60000);
  } else if (!stream) {
    broken = true;
    open();
  }
});
addEventListener("pagehide", () => stream?.close());
addEventListener("pageshow", (event) => { if (event.persisted) { broken = true; open(); } });
addEventListener("htmx:afterSettle", listen);
open();
