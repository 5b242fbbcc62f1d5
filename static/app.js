// The page's script: times, theme, copying, toasts, offline, and loading the modules a page has a use for.
const addresses = document.getElementById("app-script").dataset;
const uses = {
  autosave: "form[data-autosave]",
  drafts: "input[name=draft]",
  live: "body[data-live]:not([data-live=''])",
  reorder: "[data-reorder]:not(script)",
  reading: "form[data-mark-read], [data-thread]",
  keys: "body",
};
// These wait until somebody begins to write or presses what needs them.
const onFocus = { counting: "textarea[maxlength]", mentions: "textarea[data-mentions]", sending: "form[data-send] *" };
const loaded = new Set(), ready = new Set();

function load(name) {
  if (!addresses[name] || loaded.has(name)) return;
  loaded.add(name);
  import(addresses[name]).then(() => ready.add(name), () => loaded.delete(name)); // the line broke: the next use tries again
}

function loadWhatIsUsed() {
  for (const [name, selector] of Object.entries(uses)) if (document.querySelector(selector)) load(name);
  loadFor(document.activeElement);
  if (keptFrom("unsent:")) load("sending");
  if (document.querySelector("[data-here-now]")) setTimeout(load, 2000, "presence"); // whoever only passes through is not here
}

function loadFor(node) {
  for (const [name, selector] of Object.entries(onFocus)) if (node?.matches?.(selector)) load(name);
}
addEventListener("focusin", (event) => loadFor(event.target));

// Of an agenda beside a meeting, the item one looks at.
function markItem() {
  const looked = location.hash && document.querySelector(`.agenda a[href="#${CSS.escape(location.hash.slice(1))}"]`);
  if (!looked) return;
  for (const link of document.querySelectorAll(".agenda a[aria-current]")) link.removeAttribute("aria-current");
  looked.setAttribute("aria-current", "step");
}
addEventListener("hashchange", markItem);
addEventListener("evenkeel:updated", markItem);
markItem();

function keptFrom(prefix) {
  try { return `${prefix}${addresses.me}:${location.pathname}` in localStorage; } catch { return false; }
}

// ── Times: "3 h ago" while it is within a day, else what the server printed; the full moment stays in the title.
const spoken = (minutes, ahead) => minutes < 60 ? `${minutes} m`
  : minutes < 1440 ? `${Math.floor(minutes / 60)} h${ahead && minutes % 60 ? ` ${minutes % 60} m` : ""}`
  : Math.floor(minutes / 1440) === 1 ? "1 day" : `${Math.floor(minutes / 1440)} days`;

function tellTimes() {
  for (const time of document.querySelectorAll("time[data-relative], [data-left], [data-left-short]")) {
    const moment = Date.parse(time.getAttribute("datetime") || time.dataset.left);
    const ahead = moment > Date.now(), minutes = Math.floor(Math.abs(moment - Date.now()) / 60000);
    if (time.hasAttribute("data-relative")) {
      time.dataset.printed ??= time.textContent;
      time.textContent = minutes >= 1440 ? time.dataset.printed : minutes < 1 ? "now"
        : ahead ? `in ${spoken(minutes, true)}` : `${spoken(minutes, false)} ago`;
    } else {
      const short = time.hasAttribute("data-left-short");
      time.textContent = minutes < 1 ? "now" : ahead ? `${short ? "" : "in "}${spoken(minutes, true)}` : `${spoken(minutes, false)} late`;
    }
  }
}

// Paper does not count on, and knows no today: it shows the whole moment with its zone.
addEventListener("beforeprint", () => {
  for (const time of document.querySelectorAll("time[title]:is([data-relative], .due *)")) {
    time.dataset.printed ??= time.textContent;
    time.textContent = time.title.replace(/^\S+ /, "");
  }
});
addEventListener("afterprint", () => {
  for (const time of document.querySelectorAll("time[data-printed]")) time.textContent = time.dataset.printed;
  tellTimes();
});

// A promise to take something back ends on the second, so it counts down on its own clock.
function countDown() {
  for (const form of document.querySelectorAll("[data-take-back]:not([hidden])")) {
    const left = Math.ceil((Date.parse(form.dataset.takeBack) - Date.now()) / 1000);
    form.hidden = left <= 0;
    for (const seconds of form.querySelectorAll("[data-seconds]")) seconds.textContent = `, ${left} s`;
  }
}

// ── Saying things: aloud for screen readers, or as a toast for everybody.
function say(text) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = text;
}

function toast(text) {
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.toast = "";
  box.textContent = text;
  document.getElementById("toasts")?.replaceChildren(box);
  fadeToasts();
}

function fadeToasts() {
  for (const box of document.querySelectorAll("[data-toast]:not([data-fading])")) {
    box.dataset.fading = "";
    const leave = () => box.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : box.remove();
    setTimeout(leave, 10000);
  }
}

addEventListener("evenkeel:say", (event) => say(event.detail));
addEventListener("evenkeel:toast", (event) => toast(event.detail));

// ── Clicks that need no module.
addEventListener("click", (event) => {
  const copied = event.target.closest?.("[data-copy]");
  if (copied) navigator.clipboard.writeText(copied.dataset.copy).then(
    () => toast("Copied"), () => toast("This browser does not allow copying. Select the text instead."));
  if (event.target.closest?.("[data-print]")) print();
  if (event.target.closest?.("a[href$='#compose']")) setTimeout(toBox);
  const link = event.target.closest?.("a[data-in-place]");
  if (link && addresses.inplace && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    import(addresses.inplace).then(({ open }) => open(link), () => location.assign(link.href));
  }
  for (const open of document.querySelectorAll("details.drop[open]")) if (!open.contains(event.target)) open.open = false;
});

addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-theme-switch]")) return switchTheme(event, form);
  if (form.matches("[action='/sign-out']")) forgetWords();
  else if (!event.defaultPrevented && !isOn && form.method === "post") {
    event.preventDefault();
    return toast("There is no line to Evenkeel. What you wrote is still here; send it when the line is back.");
  }
  else if (!event.defaultPrevented && form.matches("[data-send]") && !ready.has("sending")) {
    event.preventDefault();
    return void import(addresses.sending).then(() => { ready.add("sending"); form.requestSubmit(event.submitter); }, () => form.submit());
  }
  if (!event.defaultPrevented) form.dataset.leaving = "";
  const button = event.submitter;
  setTimeout(() => { if (button?.isConnected && !event.defaultPrevented) button.setAttribute("aria-busy", "true"); }, 100);
});

function switchTheme(event, form) {
  event.preventDefault();
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.querySelector("meta[name=color-scheme]")?.setAttribute("content", root.dataset.theme);
  const sent = new FormData(form);
  sent.set("theme", root.dataset.theme);
  fetch(form.action, { method: "POST", body: new URLSearchParams(sent), redirect: "manual" }).catch(() => {});
}

// ── Nothing typed is lost: leaving asks, offline says so.
const unsaved = (form) => [...form.elements].some((field) => field.matches("textarea, input:not([type=hidden], [type=radio], [type=checkbox], [type=file])")
  && field.value !== field.defaultValue);
addEventListener("beforeunload", (event) => {
  for (const form of document.querySelectorAll("form[data-guard]:not(:has(> [name=draft])), form[data-autosave]")) {
    if (!("leaving" in form.dataset) && unsaved(form)) event.preventDefault();
  }
});
// The line is away when the browser says so, or when the page's stream has been broken for a while.
let isOn = navigator.onLine;
function tellLine(on) {
  const banner = document.getElementById("offline");
  if (banner) {
    banner.hidden = on;
    banner.querySelector("[data-why]").textContent = navigator.onLine ? "Evenkeel cannot be reached." : "You are offline.";
  }
  if (on !== isOn) dispatchEvent(new CustomEvent("evenkeel:line", { detail: isOn = on }));
}
addEventListener("online", () => tellLine(true));
addEventListener("offline", () => tellLine(false));
addEventListener("evenkeel:stream", (event) => tellLine(event.detail && navigator.onLine));

// Whoever signs in next in this browser finds nothing of this person's in it; drafts wait for them on the server.
function forgetWords() {
  try {
    for (const key of Object.keys(localStorage)) if (/^(draft|unsent|unsaved):/.test(key)) localStorage.removeItem(key);
  } catch { /* private window */ }
}

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-leaving]")) delete form.dataset.leaving;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});

// ── htmx: what it could not do is said in words, and what it brought is looked over.
addEventListener("htmx:sendError", () => toast("Evenkeel cannot be reached. What you wrote is still here; try again."));
addEventListener("htmx:responseError", (event) => {
  const reference = event.detail.xhr.getResponseHeader("X-Request-Id");
  toast(`That did not work. What you wrote is still here.${reference ? ` Reference ${reference}.` : ""}`);
});
addEventListener("htmx:afterRequest", (event) => {
  for (const button of event.detail.elt.querySelectorAll?.("button[aria-busy]") ?? []) button.removeAttribute("aria-busy");
  delete event.detail.elt.dataset?.leaving;
});

function lookOver() {
  loadWhatIsUsed();
  tellTimes();
  countDown();
  fadeToasts();
}
addEventListener("htmx:afterSettle", lookOver);
addEventListener("evenkeel:updated", lookOver);
setInterval(tellTimes, 30000);
setInterval(countDown, 1000);
tellLine(navigator.onLine);
lookOver();
document.querySelector("[data-focus]")?.focus();

// ── Whoever follows a link to a box means to write in it, and so does whoever unfolds a form.
function toBox() {
  const box = location.hash === "#compose" && document.querySelector("#compose textarea");
  if (!box || document.querySelector("[data-focus]:focus")) return;
  box.focus({ preventScroll: true });
  box.setSelectionRange(box.value.length, box.value.length);
}
addEventListener("hashchange", toBox);
addEventListener("load", () => setTimeout(() => { if (document.activeElement === document.body) toBox(); })); // the browser has gone to the address by then
document.addEventListener("toggle", ({ target }) => {
  if (target.open && target.firstElementChild.contains(document.activeElement)) target.querySelector(".unfolding textarea")?.focus();
}, true);

// On a narrow screen the tab one is on stands in its strip.
for (const tab of document.querySelectorAll(":is(.tabs, .guest-bar nav) [aria-current]")) {
  const strip = tab.closest("nav"), at = tab.getBoundingClientRect(), box = strip.getBoundingClientRect();
  strip.scrollLeft += at.left - box.left - (box.width - at.width) / 2;
}
