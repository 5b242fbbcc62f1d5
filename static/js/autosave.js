// Notes that save themselves: <form data-autosave> with `version`, one textarea and <output data-state>.
const WAIT = 800;
const savers = new WeakMap();
const kept = (form) => `unsaved:${new URL(form.action).pathname}`;
const store = (key, value) => { try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); } catch { /* private window */ } };
const read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };

class Saver {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("textarea");
    this.state = form.querySelector("[data-state]");
    this.version = form.elements.version;
    this.tries = 0;
    this.offer();
    if (this.field.value !== this.field.defaultValue) this.typed(); // written before this script was there
  }

  typed() {
    store(kept(this.form), JSON.stringify({ text: this.field.value, at: Date.now() }));
    this.tell("Saving…");
    this.later(WAIT);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.sending || this.field.value === this.field.defaultValue) return;
    const sent = this.field.value;
    this.sending = true;
    try {
      const answer = await fetch(this.form.action, {
        method: "POST", body: new URLSearchParams(new FormData(this.form)), headers: { Accept: "application/json" }, keepalive: sent.length < 30000,
      });
      if (!answer.ok) return this.failed(answer.status, answer.status === 422 ? (await answer.json()).error : "");
      this.saved(sent, await answer.json());
    } catch {
      this.failed(0);
    } finally {
      this.sending = false;
      if (this.tries === 0 && this.field.value !== this.field.defaultValue) this.later(WAIT);
    }
  }

  saved(sent, { version, text, conflict }) {
    this.tries = 0;
    this.dropNotice();
    if (this.field.value === sent) {
      this.replace(text);
      this.field.defaultValue = text;
      this.version.value = version;
      store(kept(this.form), null);
    } else if (text === sent) {
      this.field.defaultValue = sent;
      this.version.value = version;
    }
    // Otherwise somebody else's words came back while this person typed on. The version stays the old one, so that the
    // next save is merged with them and not written over them.
    const other = /⟪ (.+?) wrote/.exec(text)?.[1] ?? "Somebody";
    this.tell(conflict ? `${other} changed this line too: both are kept between ⟪ ⟫. Look them over.` : "Saved", conflict);
  }

  // The page brought what others saved meanwhile. Nothing of this person's waits here: what they typed and did not save
  // yet is merged by its own save.
  news(fresh) {
    const text = fresh.querySelector("textarea")?.defaultValue, version = fresh.elements.version?.value;
    if (text === undefined || Number(version) <= Number(this.version.value)) return;
    if (this.sending || this.field.value !== this.field.defaultValue) return;
    const take = () => {
      this.dropNotice();
      if (this.field.value !== this.field.defaultValue) return this.save();
      this.replace(text);
      this.field.defaultValue = text;
      this.version.value = version;
      this.tell(fresh.querySelector("[data-state]")?.textContent ?? "");
    };
    if (!this.touchesCaret(text)) return take();
    this.dropNotice();
    this.notice = document.createElement("div");
    this.notice.className = "note warn draft";
    const other = fresh.querySelector("[data-by]")?.dataset.by || "Somebody";
    this.notice.append(`${other} changed the line you are in.`, button("Show it", () => { this.field.focus(); take(); }));
    this.form.prepend(this.notice);
    dispatchEvent(new CustomEvent("evenkeel:say", { detail: `${other} changed the line you are in.` }));
  }

  dropNotice() { this.notice?.remove(); this.notice = null; }

  touchesCaret(text) {
    if (document.activeElement !== this.field) return false;
    const old = this.field.value.split("\n"), line = this.field.value.slice(0, this.field.selectionStart).split("\n").length - 1;
    const [same, tail] = common(old, text.split("\n"));
    return old[line] !== "" && line >= same && line < old.length - tail;
  }

  failed(status, why = "") {
    // 4xx is an answer that will not change by asking again, except for "slow down".
    if (status >= 400 && status < 500 && status !== 429 && status !== 408) {
      this.tries = -1;
      return this.tell(status === 401 || status === 403 || status === 404
        ? "Not saved: you can no longer write here. Your words are kept in this browser."
        : `Not saved. ${why || "This text is not accepted."} Your words are kept in this browser.`, true);
    }
    this.tries = Math.max(this.tries, 0) + 1;
    this.tell("Not saved — still trying", true);
    this.later(Math.min(1000 * 2 ** this.tries, 30000));
  }

  replace(text) {
    if (text === this.field.value) return;
    const old = this.field.value, { selectionStart: start, selectionEnd: end } = this.field;
    const [same, tail] = common(old, text);
    // A caret behind the change moves with its words.
    const moved = (at) => at <= same ? at : at >= old.length - tail ? at + text.length - old.length : Math.min(at, text.length - tail);
    this.field.value = text;
    if (document.activeElement === this.field) this.field.setSelectionRange(moved(start), moved(end));
  }

  offer() {
    let draft = null;
    try { draft = JSON.parse(read(kept(this.form))); } catch { /* not ours */ }
    if (!draft || draft.text === this.field.value) return store(kept(this.form), null);
    const note = document.createElement("div");
    note.className = "note warn draft";
    note.append(`Words from ${new Date(draft.at).toLocaleString([], { dateStyle: "medium", timeStyle: "short", hour12: false })} were not saved.`, button("Put them back", () => {
      this.field.value = draft.text;
      note.remove();
      this.typed();
    }), button("Drop them", () => { store(kept(this.form), null); note.remove(); }));
    this.form.prepend(note);
  }

  tell(text, warn = false) {
    if (!this.state) return;
    this.state.textContent = text;
    this.state.classList.toggle("warn", Boolean(warn));
  }
}

// How much of the beginning and of the end both texts have in common.
function common(old, text) {
  let same = 0;
  while (same < old.length && old[same] === text[same]) same++;
  let tail = 0;
  while (tail < old.length - same && tail < text.length - same && old.at(-1 - tail) === text.at(-1 - tail)) tail++;
  return [same, tail];
}

function button(label, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn mini", textContent: label });
  made.addEventListener("click", act);
  return made;
}

function attend() {
  for (const form of document.querySelectorAll("form[data-autosave]")) if (!savers.has(form)) savers.set(form, new Saver(form));
}
const all = () => [...document.querySelectorAll("form[data-autosave]")].map((form) => savers.get(form)).filter(Boolean);

addEventListener("input", (event) => { if (event.target.matches("form[data-autosave] textarea")) savers.get(event.target.form)?.typed(); });
addEventListener("submit", (event) => {
  const saver = savers.get(event.target);
  if (saver) { event.preventDefault(); delete event.target.dataset.leaving; saver.save(); }
});
addEventListener("evenkeel:kept", (event) => savers.get(event.detail.form)?.news(event.detail.fresh));
addEventListener("online", () => all().forEach((saver) => saver.save()));
document.addEventListener("visibilitychange", () => { if (document.hidden) all().forEach((saver) => saver.save()); });
addEventListener("evenkeel:updated", attend);
addEventListener("htmx:afterSettle", attend);
attend();
