// Reading is noticed: once the end of a thread has been in front of somebody for a second, it is marked as read.
// Whoever reads at the end stays there when more comes; whoever reads further up is told, and nothing moves.
const LONG_ENOUGH = 1000;
const told = new Set();
let inView = null, timer;

const button = (form) => form.querySelector("button[name]");
const state = (form) => `${form.action} ${button(form).value}`;

const observer = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) inView = entry.target;
    else if (inView === entry.target) inView = null;
  }
  wait();
});

function wait() {
  clearTimeout(timer);
  if (inView?.isConnected && !document.hidden && !told.has(state(inView))) timer = setTimeout(markRead, LONG_ENOUGH, inView);
}

async function markRead(form) {
  const read = state(form), body = new URLSearchParams({ [button(form).name]: button(form).value });
  told.add(read);
  try {
    // The answer leads to the page that is open already, so it is not followed.
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", keepalive: true, redirect: "manual" });
    if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(answer.status);
  } catch {
    return void told.delete(read); // the button is still there, and the next look tries again
  }
  attend();
}

// Where the keyboard stands nothing vanishes: the button goes once it has been left.
function attend() {
  for (const form of document.querySelectorAll("form[data-mark-read]")) {
    form.hidden = told.has(state(form)) && !form.contains(document.activeElement);
    observer.observe(form);
  }
  wait();
}

addEventListener("submit", (event) => { if (event.target.matches("form[data-mark-read]")) told.add(state(event.target)); });
addEventListener("focusout", (event) => { if (event.target.closest?.("form[data-mark-read]")) setTimeout(attend); });
document.addEventListener("visibilitychange", wait);
addEventListener("htmx:afterSettle", attend);
addEventListener("evenkeel:updated", attend);
attend();

// ── What comes while one reads
const thread = () => document.querySelector("[data-thread]");
const title = document.title;
let had = new Set(), end = 0, fresh = 0;

const names = () => new Set([...thread().querySelectorAll(".msg[id]:not([data-own])")].map((one) => one.id));
const words = (count) => `${count} new ${count === 1 ? "message" : "messages"}`;
const isAtEnd = () => end <= innerHeight + 40;

addEventListener("evenkeel:updating", ({ detail }) => {
  if (!detail.matches("[data-thread]")) return;
  had = names();
  end = detail.getBoundingClientRect().bottom;
});
addEventListener("evenkeel:updated", ({ detail }) => {
  if (!detail?.matches?.("[data-thread]")) return;
  const came = [...names()].filter((id) => !had.has(id)), grown = detail.getBoundingClientRect().bottom - end;
  if (!came.length) return;
  dispatchEvent(new CustomEvent("evenkeel:say", { detail: words(came.length) }));
  fresh += came.length;
  if (document.hidden) document.title = `(${fresh}) ${title}`;
  if (isAtEnd() && !document.querySelector("[data-thread] :focus")) scrollBy({ top: grown, behavior: "instant" });
  else jump(came[0]);
});

function jump(first) {
  const button = document.querySelector(".jump-new") ?? document.body.appendChild(Object.assign(document.createElement("button"), { type: "button", className: "btn primary jump-new" }));
  button.dataset.to ??= first;
  button.textContent = `${words(fresh)}, show`;
}
function seenAll() {
  fresh = 0;
  document.title = title;
  document.querySelector(".jump-new")?.remove();
}
addEventListener("click", (event) => {
  const button = event.target.closest?.(".jump-new");
  if (!button) return;
  const first = document.getElementById(button.dataset.to) ?? thread().lastElementChild;
  seenAll();
  first.scrollIntoView({ block: "center" });
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
});
addEventListener("scroll", () => { if (fresh && !document.hidden && thread().getBoundingClientRect().bottom <= innerHeight + 40) seenAll(); }, { passive: true });
document.addEventListener("visibilitychange", () => { if (!document.hidden && !document.querySelector(".jump-new")) seenAll(); });
// A thread opens where what is new begins, or at its end when all was read, unless its address names another place.
if (thread() && !location.hash && performance.getEntriesByType("navigation")[0]?.type === "navigate") {
  const first = document.getElementById("new"), isElsewhere = /[?&](at|before|after)=/.test(location.search) || thread().querySelector("form[data-mark-read]");
  if (first) first.scrollIntoView({ block: "center" });
  else if (!isElsewhere && thread().querySelector(".msg")) (document.getElementById("compose") ?? thread().lastElementChild).scrollIntoView({ block: "nearest" });
}
