// People offered while somebody writes @: only those who may read the words, as the chosen audience has it.
const MOST = 8;
const PAUSE = 150;
const ASKING = /(?<![\p{L}\p{N}_@./+-])@([\p{L}\p{N}._-]{0,60})$/u;
let open = null; // { field, list, people, at, from }
let timer, request, dismissed = null, pressed = false;

// What is being asked for, and where it begins, when the caret stands at the end of it.
function asked(field) {
  const caret = field.selectionStart;
  if (caret !== field.selectionEnd || /^[\p{L}\p{N}_]/u.test(field.value.slice(caret))) return null;
  const found = ASKING.exec(field.value.slice(0, caret));
  return found && { like: found[1], from: found.index };
}

function look(field) {
  stopAsking();
  const asking = asked(field);
  if (!asking) dismissed = null;
  if (!asking || asking.from === dismissed) return close();
  timer = setTimeout(ask, PAUSE, field, asking);
}

async function ask(field, { like, from }) {
  request = new AbortController();
  const url = new URL(field.dataset.mentions, location.href);
  url.searchParams.set("q", like);
  const audience = field.form.querySelector(".seg input:checked")?.value;
  if (audience) url.searchParams.set("audience", audience);
  let people;
  try {
    const answer = await fetch(url, { signal: request.signal, headers: { Accept: "application/json" } });
    people = answer.ok ? await answer.json() : [];
  } catch {
    return; // asked anew meanwhile, or nobody answers: writing goes on without an offer
  }
  if (!people.length || document.activeElement !== field || asked(field)?.from !== from) return close();
  show(field, from, people.slice(0, MOST));
}

function show(field, from, people) {
  const list = open?.field === field ? open.list : place(field);
  const isNew = open?.from !== from || open.people.length !== people.length;
  open = { field, list, people, at: 0, from };
  list.replaceChildren(...people.map((person, at) => option(field, list, person, at)));
  choose(0);
  if (isNew) dispatchEvent(new CustomEvent("evenkeel:say", { detail: `${people.length} ${people.length === 1 ? "person" : "people"} to mention` }));
}

function place(field) {
  close();
  const list = document.createElement("ul");
  list.id = `${field.id}-people`;
  list.className = "menu people";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People to mention");
  field.after(list);
  for (const [name, value] of [["aria-autocomplete", "list"], ["aria-haspopup", "listbox"], ["aria-controls", list.id]]) field.setAttribute(name, value);
  return list;
}

function option(field, list, person, at) {
  const row = document.createElement("li");
  row.id = `${list.id}-${at}`;
  row.dataset.at = at;
  row.setAttribute("role", "option");
  row.append(words("clip", person.name), words("soft small clip", `@${person.handle}`));
  if (person.guest && field.dataset.mentionsGuests) row.append(words("shared small clip push", field.dataset.mentionsGuests));
  return row;
}

function words(className, textContent) {
  return Object.assign(document.createElement("span"), { className, textContent });
}

function choose(at) {
  open.at = (at + open.people.length) % open.people.length;
  [...open.list.children].forEach((row, one) => row.setAttribute("aria-selected", String(one === open.at)));
  const row = open.list.children[open.at];
  open.field.setAttribute("aria-activedescendant", row.id);
  row.scrollIntoView({ block: "nearest" });
}

function take(at) {
  const { field, people, from } = open;
  const rest = field.value.slice(field.selectionEnd);
  const text = `@${people[at].handle}${/^\s/.test(rest) ? "" : " "}`;
  stopAsking();
  close();
  dismissed = from;
  field.setSelectionRange(from, field.selectionEnd);
  // Unlike setRangeText, this can be undone with the keyboard, and it says "input" by itself.
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, from, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function stopAsking() {
  clearTimeout(timer);
  request?.abort();
}

function close() {
  if (!open) return;
  open.list.remove();
  for (const name of ["aria-autocomplete", "aria-haspopup", "aria-controls", "aria-activedescendant"]) open.field.removeAttribute(name);
  open = null;
}

function leave() {
  stopAsking();
  close();
}

const leaveIfAway = () => { if (open && document.activeElement !== open.field) leave(); };

const acts = {
  ArrowDown: () => choose(open.at + 1),
  ArrowUp: () => choose(open.at - 1),
  Enter: () => take(open.at),
  Tab: () => take(open.at),
  Escape: () => { dismissed = open.from; leave(); },
};

// On the document, so that the page's own keys, which listen on the window, find the press already answered.
document.addEventListener("keydown", (event) => {
  if (!open || event.target !== open.field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!Object.hasOwn(acts, event.key)) return;
  event.preventDefault();
  acts[event.key]();
});
document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[data-mentions]")) event.isComposing ? leave() : look(event.target);
});
document.addEventListener("compositionend", (event) => { if (event.target.matches?.("textarea[data-mentions]")) look(event.target); });
document.addEventListener("selectionchange", () => { if (open && asked(open.field)?.from !== open.from) leave(); });
// While a press lasts the list stays, for the page may not move between a press and its click.
document.addEventListener("pointerdown", () => { pressed = true; }, true);
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => { pressed = false; setTimeout(leaveIfAway); }, true);
document.addEventListener("focusout", () => { if (!pressed) setTimeout(leaveIfAway); });
// Who may read the words has changed, and so has who may be offered.
document.addEventListener("change", (event) => { if (event.target.matches?.(".seg input")) leave(); });
document.addEventListener("submit", leave);
// A press on the list leaves the focus with the words.
document.addEventListener("mousedown", (event) => { if (open?.list.contains(event.target)) event.preventDefault(); });
document.addEventListener("click", (event) => {
  const row = open?.list.contains(event.target) && event.target.closest("[role=option]");
  if (row) take(Number(row.dataset.at));
});
