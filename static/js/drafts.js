// What is typed is kept: at once in this browser, a moment later with the person, so that another device goes on with it.
// A form takes part by <input type="hidden" name="draft" value="its place">; the server forgets the draft when it was sent.
const WAIT = 1200;
const { dataset } = document.getElementById("app-script");
const room = location.pathname.match(/^\/escalations\/[^/]+/)?.[0] ?? "";
const seen = new WeakMap();

const isText = (field) => field.matches("textarea, input:not([type=hidden], [type=radio], [type=checkbox], [type=file], [type=password], [type=submit])");
const fields = (form) => [...form.elements].filter((field) => field.name && (isText(field) || field.matches("select, [type=radio]")));
const isBlank = (form) => fields(form).filter(isText).every((field) => !field.value.trim());
const isUntouched = (form) => fields(form).filter(isText).every((field) => field.value === field.defaultValue);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const words = (form) => isBlank(form) || isUntouched(form) && !form.matches(".composer") ? {}
  : Object.fromEntries(fields(form).filter((field) => field.type !== "radio" || field.checked).map((field) => [field.name, field.value]));

class Keeper {
  constructor(form) {
    this.form = form;
    this.place = form.elements.draft.value;
    this.key = `draft:${dataset.me}:${room}:${this.place}`;
    this.begin();
  }

  async begin() {
    const local = this.read(), back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    // Sent, and the page that came back does not hold it any more: it arrived. Going back to this page means it did not.
    const sent = local?.sent && !back ? local.words : null;
    if (sent) this.store(null);
    if (this.form.querySelector("[aria-invalid], .error")) return; // refused: the server gave it all back
    if (!isBlank(this.form) && !isUntouched(this.form)) return this.goOn(sent, sent ? null : local?.words);
    if (!isBlank(this.form) && this.form.matches(".composer")) return this.keep(); // taken back or quoted: a draft again
    if (local && !sent) this.bring(local.words);
    this.quote();
    const before = words(this.form), kept = await this.ask();
    if (!kept || !same(before, words(this.form))) return; // nobody answers, or somebody types already
    const theirs = Object.keys(kept.words).length ? kept.words : null;
    if (sent && same(sent, theirs)) return this.send({});
    if (!theirs) return local?.synced && !sent ? this.drop() : undefined; // sent on another device
    if (!local || sent || local.synced) return this.bring(theirs) && this.store({ words: theirs, at: Date.now(), synced: true });
    if (!same(local.words, theirs) && Date.parse(kept.saved_at) > local.at) this.offer(theirs);
  }

  // Written before this script was there: that is what they are at, and what was kept is offered beside it.
  async goOn(sent, mine) {
    const now = words(this.form);
    this.store({ words: now, at: Date.now() });
    const kept = (await this.ask())?.words;
    if (this.read()?.sent || !this.form.isConnected) return; // it has left meanwhile
    const texts = fields(this.form).filter(isText).map((field) => field.name).filter((name) => name in now);
    const differ = (one, other) => texts.some((name) => (one[name] ?? "") !== (other?.[name] ?? ""));
    const others = [mine, kept].filter((some) => some && texts.some((name) => some[name]) && differ(some, now) && differ(some, sent));
    if (others.length > 1 && !differ(...others)) others.pop();
    for (const other of others) this.offer(other, "Words of yours here were not sent.", "Put them back", true);
    this.quote();
    this.keep();
  }

  // Where something stands already, somebody else's later words may be among it: then it is offered and not put in.
  bring(kept) {
    const given = fields(this.form).filter(isText).some((field) => field.defaultValue.trim());
    if (!given || same(kept, words(this.form))) return this.put(kept);
    this.offer(kept, "Words of yours here were not sent.", "Put them back");
    return false;
  }

  // Words written for one's own side must never wake up in the customer's box.
  put(kept) {
    const choices = [...this.form.querySelectorAll("[type=radio][name=audience]")], audience = kept.audience ?? "internal";
    if (kept.audience && !choices.some((choice) => choice.value === audience)) return false;
    for (const choice of choices) choice.checked = choice.value === audience;
    for (const field of fields(this.form)) {
      if (!(field.name in kept) || choices.includes(field)) continue;
      if (field.type === "radio") field.checked = field.value === kept[field.name];
      else field.value = kept[field.name];
    }
    this.tell("Draft kept");
    return true;
  }

  // Words that were chosen in a message before its Reply was opened.
  quote() {
    let chosen = "";
    try { chosen = sessionStorage.getItem("quote") ?? ""; sessionStorage.removeItem("quote"); } catch { /* private window */ }
    const field = this.form.querySelector("textarea");
    if (!chosen || !this.form.elements.reply_to) return;
    field.value = `${field.value ? `${field.value.trimEnd()}\n\n` : ""}${chosen.split("\n").map((line) => `> ${line}`).join("\n")}\n\n`;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    this.keep();
  }

  keep() {
    const now = words(this.form);
    this.store(Object.keys(now).length ? { words: now, at: Date.now() } : null);
    this.tell(Object.keys(now).length ? "Draft kept here" : "");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), WAIT);
  }

  async save() {
    clearTimeout(this.timer);
    this.timer = 0;
    const now = words(this.form);
    if (!Object.keys(now).length) { this.store(null); this.tell(""); }
    if (!await this.send(now) || !same(now, words(this.form)) || !Object.keys(now).length) return;
    this.store({ words: now, at: Date.now(), synced: true });
    this.tell("Draft kept");
  }

  async send(now) {
    if (!room) return false;
    try {
      const body = new URLSearchParams({ place: this.place, words: JSON.stringify(now) });
      return (await fetch(`${room}/drafts`, { method: "POST", body, keepalive: body.toString().length < 30000 })).ok;
    } catch {
      return false; // kept in this browser, and tried again with the next letter or when the line is back
    }
  }

  async ask() {
    if (!room) return null;
    try {
      const answer = await fetch(`${room}/drafts?place=${encodeURIComponent(this.place)}`, { cache: "no-store" });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  drop() {
    this.store(null);
    for (const field of fields(this.form).filter(isText)) field.value = field.defaultValue;
    this.tell("");
  }

  leave() {
    clearTimeout(this.timer);
    const local = this.read();
    if (local) this.store({ ...local, sent: true });
  }

  offer(theirs, says = "There is a later draft from another device.", label = "Use it instead", more = false) {
    if (!more && this.form.previousElementSibling?.matches(".note.draft")) return;
    const note = document.createElement("div");
    note.className = "note draft";
    const use = Object.assign(document.createElement("button"), { type: "button", className: "btn mini", textContent: label });
    use.addEventListener("click", () => { this.put(theirs); this.keep(); note.remove(); });
    note.append(says, use);
    this.form.before(note);
  }

  read() { try { return JSON.parse(localStorage.getItem(this.key)); } catch { return null; } }
  store(value) { try { value ? localStorage.setItem(this.key, JSON.stringify(value)) : localStorage.removeItem(this.key); } catch { /* private window */ } }
  tell(text) { const state = this.form.querySelector("[data-state]"); if (state) state.textContent = text; }
}

// A form that is folded away is asked about once it is opened.
function attend() {
  for (const { form } of document.querySelectorAll("input[name=draft]")) {
    if (form && !seen.has(form) && !form.closest("details:not([open])")) seen.set(form, new Keeper(form));
  }
}
document.addEventListener("toggle", attend, true);

// A topic opens for the customer while somebody has its box: their words stay, and stay with our own side until they choose.
addEventListener("evenkeel:kept", ({ detail: { form, fresh } }) => {
  if (fresh.querySelector("[name=audience]") && !form.querySelector("[name=audience]")) setTimeout(openUp, 0, form, document.importNode(fresh, true));
});
function openUp(form, fresh) {
  const had = document.activeElement, at = [form.elements.text.selectionStart, form.elements.text.selectionEnd];
  if (!form.isConnected || !form.matches(".composer")) return;
  for (const name of ["text", "stamp"]) fresh.elements[name].value = form.elements[name].value;
  if (form.elements.files?.files.length) fresh.elements.files.files = form.elements.files.files;
  fresh.elements.client_id.value = form.elements.client_id.value;
  const inside = form.contains(had) && had.name;
  form.replaceWith(fresh);
  ours(fresh);
  fresh.elements.text.setSelectionRange(...at);
  if (inside) fresh.elements[inside]?.focus?.();
  dispatchEvent(new CustomEvent("evenkeel:updated", { detail: fresh }));
}
function ours(node) { for (const choice of node.querySelectorAll("[name=audience]")) choice.checked = choice.value === "internal"; }
addEventListener("evenkeel:updated", ({ detail }) => { if (detail?.id === "topic-composer") ours(detail); });
const keepers = () => [...document.querySelectorAll("input[name=draft]")].map((input) => seen.get(input.form)).filter(Boolean);

addEventListener("input", (event) => seen.get(event.target.form)?.keep());
addEventListener("change", (event) => {
  const keeper = seen.get(event.target.form);
  if (!keeper) return;
  if (event.target.type === "file") keeper.tell(event.target.files.length ? `With ${[...event.target.files].map((file) => file.name).join(", ")}` : "");
  else keeper.keep();
});
addEventListener("submit", (event) => { if (!event.defaultPrevented) seen.get(event.target)?.leave(); });
addEventListener("evenkeel:emptied", (event) => seen.get(event.detail)?.save());
const flush = () => keepers().forEach((keeper) => { if (keeper.timer || keeper.read()?.synced === undefined && keeper.read() && !keeper.read().sent) keeper.save(); });
document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
addEventListener("evenkeel:line", (event) => { if (event.detail) flush(); });
addEventListener("htmx:afterSettle", attend);
addEventListener("evenkeel:updated", attend);
attend();
