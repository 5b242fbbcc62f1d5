// The page's script: times, theme, copying, toasts, offline, and loading the modules a page has a use for.
const addresses = document.getElementById("app-script").dataset;
const uses = {
  autosave: "form[data-autosave]",
  composer: "form[data-composer]",
  live: "body[data-live]:not([data-live=''])",
  reorder: "[data-reorder]",
  reading: "form[data-mark-read]",
  mentions: "textarea[data-mentions]",
  keys: "body",
};
const loaded = new Set();

function loadWhatIsUsed() {
  for (const [name, selector] of Object.entries(uses)) {
    if (!addresses[name] || loaded.has(name) || !document.querySelector(selector)) continue;
    loaded.add(name);
    import(addresses[name]);
  }
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
  for (const open of document.querySelectorAll("details.drop[open]")) if (!open.contains(event.target)) open.open = false;
});

addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-theme-switch]")) return switchTheme(event, form);
  form.dataset.leaving = "";
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
  for (const form of document.querySelectorAll("form[data-guard], form[data-autosave]")) {
    if (!("leaving" in form.dataset) && unsaved(form)) event.preventDefault();
  }
});
const tellLine = () => { const banner = document.getElementById("offline"); if (banner) banner.hidden = navigator.onLine; };
addEventListener("online", tellLine);
addEventListener("offline", tellLine);

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
tellLine();
lookOver();
document.querySelector("[data-focus]")?.focus();
