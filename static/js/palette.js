// The palette: lines that are there are filtered with each key, and what the server finds for the words is added.
const PAUSE = 120;
const here = location.pathname.match(/^\/escalations\/([A-Z0-9]+-[A-Z0-9]+)/)?.[1] ?? "";
const inside = here ? `in=${here}&` : "";
let dialog, field, timer, request;

const offers = () => [...dialog.querySelectorAll("[role=option]")].filter((one) => !one.hidden);
const chosen = () => dialog.querySelector("[aria-selected=true]");

export async function fill(opened) {
  dialog = opened;
  field = dialog.querySelector("input[name=q]");
  dialog.addEventListener("close", () => { request?.abort(); clearTimeout(timer); if (dialog === opened) dialog = null; });
  dialog.addEventListener("click", (event) => { if (event.target === opened || event.target.closest("[data-close]")) opened.close(); });
  dialog.addEventListener("keydown", press);
  field.addEventListener("input", typed);
  dialog.querySelector("form").addEventListener("submit", (event) => { if (chosen()) { event.preventDefault(); chosen().click(); } });
  let html = "";
  try {
    const answer = await fetch(`/palette?${inside}`, { cache: "no-store" });
    html = answer.ok ? await answer.text() : "";
  } catch { /* Enter still leads to the search page */ }
  if (dialog !== opened) return;
  dialog.querySelector("[data-offers]").innerHTML = html;
  typed();
}

function press(event) {
  const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 }[event.key];
  if (!by) return;
  event.preventDefault();
  const all = offers(), at = all.indexOf(chosen()) + by;
  choose(Math.abs(by) === 1 ? (at + all.length) % all.length : Math.min(Math.max(at, 0), all.length - 1));
}

function choose(at) {
  chosen()?.setAttribute("aria-selected", "false");
  const one = offers()[at];
  field.setAttribute("aria-activedescendant", one?.id ?? "");
  one?.setAttribute("aria-selected", "true");
  one?.scrollIntoView({ block: "nearest" });
}

function name() { [...dialog.querySelectorAll("[role=option]")].forEach((one, at) => { one.id = `offer-${at}`; }); }

function typed() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const one of dialog.querySelectorAll("[role=option]:not([data-found] *)")) {
    const text = one.textContent.toLowerCase();
    one.hidden = words.length ? !words.every((word) => text.includes(word)) : "asked" in one.dataset;
  }
  for (const group of dialog.querySelectorAll("[role=group]:not([data-found] *)")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
  name();
  choose(0);
  clearTimeout(timer);
  request?.abort();
  if (words.length && field.value.trim().length > 1) timer = setTimeout(ask, PAUSE);
  else dialog.querySelector("[data-found]").replaceChildren();
}

async function ask() {
  request = new AbortController();
  let html;
  try {
    const answer = await fetch(`/palette/found?${inside}q=${encodeURIComponent(field.value)}`, { signal: request.signal, cache: "no-store" });
    html = answer.ok ? await answer.text() : "";
  } catch {
    return; // asked anew meanwhile, or nobody answers: what is there can still be chosen
  }
  if (!dialog) return;
  const at = Math.max(offers().indexOf(chosen()), 0);
  dialog.querySelector("[data-found]").innerHTML = html;
  // An escalation that is offered already is not offered twice.
  const known = new Set([...dialog.querySelectorAll("[role=option]:not([data-found] *):not([hidden])")].map((one) => one.href));
  for (const one of dialog.querySelectorAll("[data-found] [role=option]")) one.hidden = known.has(one.href);
  for (const group of dialog.querySelectorAll("[data-found] [role=group]")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
  name();
  choose(at);
  dialog.querySelector("[data-offered]").textContent = `${offers().length} offers`;
}
