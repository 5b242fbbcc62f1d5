// One's own message stands in the thread at once, and becomes the server's when that has it. What did not arrive stays,
// with its words, until it is sent again or taken back: the client's name for it makes two sendings one message.
const { dataset } = document.getElementById("app-script");
const key = `unsent:${dataset.me}:${location.pathname}`;
const waiting = new Map(); // client id → { fields, article }
const say = (detail) => dispatchEvent(new CustomEvent("evenkeel:say", { detail }));
const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const form = () => document.querySelector("form[data-send]");

function begin(event) {
  const sent = event.target;
  if (event.defaultPrevented || !sent.matches?.("form[data-send]") || document.querySelector("#messages [rel=next]")) return;
  const fields = new FormData(sent);
  if (!fields.get("text").trim() && ![...fields.getAll("files")].some((file) => file.name)) return; // the server says what is missing
  event.preventDefault();
  fields.delete("draft"); // by the time this arrives the next words may be kept under the same name
  show(fields);
  for (const field of sent.elements) {
    if (field.matches("textarea, [type=file], [type=datetime-local]")) field.value = "";
    if (field.matches("select")) field.selectedIndex = 0;
    if (field.name === "kept") field.closest("label").remove();
  }
  sent.elements.client_id.value = newId();
  for (const old of sent.querySelectorAll(".wrong, .error")) old.remove();
  dispatchEvent(new CustomEvent("evenkeel:emptied", { detail: sent }));
  send(fields.get("client_id"));
}

function show(fields) {
  const article = document.getElementById("pending").firstElementChild.cloneNode(true), id = fields.get("client_id");
  article.querySelector("[data-text]").textContent = [fields.get("text"), ...fields.getAll("files").map((file) => file.name ?? "")].filter(Boolean).join("\n");
  article.classList.toggle("edge", fields.get("audience") === "shared");
  article.querySelector("[data-again]").addEventListener("click", () => send(id));
  article.querySelector("[data-back]").addEventListener("click", () => takeBack(id));
  staying(() => document.getElementById("pending-messages").append(article));
  waiting.set(id, { fields, article });
  remember();
}

async function send(id) {
  const { fields, article } = waiting.get(id);
  if (article.dataset.state === "sending") return;
  tell(article, "sending", "Sending…");
  let answer, page;
  try {
    answer = await fetch(form().action, { method: "POST", body: fields, signal: AbortSignal.timeout(60000) });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return tell(article, "failed", navigator.onLine ? "Not sent: Evenkeel cannot be reached." : "Not sent: you are offline. It goes when you are back.");
  }
  if (answer.ok && page.getElementById("messages")) return arrived(id, page);
  if (answer.status === 422) return refused(id, page);
  tell(article, "failed", answer.status === 401 ? "Not sent: you are signed out. Sign in in another tab, then try again."
    : [403, 404].includes(answer.status) ? "Not sent: you can no longer write here." : "Not sent.");
}

async function arrived(id, page) {
  const { fields, article } = waiting.get(id), { morph } = await import(dataset.live);
  const fresh = page.getElementById("messages"), current = document.getElementById("messages");
  staying(() => { article.remove(); morph(current, fresh); });
  done(id);
  document.getElementById("toasts").replaceChildren(...page.getElementById("toasts").children);
  dispatchEvent(new CustomEvent("evenkeel:updated", { detail: document.getElementById("toasts") }));
  if (fields.get("reply_to") && !form().elements.text.value) anew(page);
}

// An answer was sent: the box is for everybody again.
function anew(page) {
  const fresh = page.getElementById("compose"), had = form().contains(document.activeElement);
  document.getElementById("answering")?.replaceChildren();
  form().replaceWith(fresh);
  history.replaceState(history.state, "", location.pathname);
  dispatchEvent(new CustomEvent("evenkeel:updated", { detail: fresh }));
  if (had) fresh.elements.text.focus();
}

function refused(id, page) {
  const fresh = page.getElementById("compose"), { article } = waiting.get(id);
  const why = [...(fresh?.querySelectorAll(".error") ?? [])].map((one) => one.textContent.trim()).join(" ");
  if (!fresh || form().elements.text.value) return tell(article, "failed", `Not sent. ${why}`);
  article.remove();
  done(id);
  form().replaceWith(fresh);
  dispatchEvent(new CustomEvent("evenkeel:updated", { detail: fresh }));
  fresh.elements.text.focus();
  say(`Not sent. ${why}`);
}

function takeBack(id) {
  const { fields, article } = waiting.get(id), box = form().elements.text;
  const choice = form().querySelector(`[name=audience][value="${CSS.escape(fields.get("audience") ?? "")}"]`);
  if (!box.value && choice) choice.checked = true;
  for (const name of ["stamp", "next_update"]) {
    const field = form().elements[name];
    if (field && !field.value) field.value = fields.get(name) ?? "";
  }
  box.value = box.value ? `${box.value.trimEnd()}\n\n${fields.get("text")}` : fields.get("text");
  article.remove();
  done(id);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

function tell(article, state, text) {
  article.dataset.state = state;
  article.querySelector("[data-said]").textContent = text;
  article.querySelector("[data-acts]").hidden = state === "sending";
  if (state === "failed") say(text);
}

// The box one writes in stays where it is on the screen while the thread above it grows.
function staying(change) {
  const box = form(), before = box.getBoundingClientRect().top, stays = before < innerHeight;
  change();
  if (stays && box.isConnected) scrollBy({ top: box.getBoundingClientRect().top - before, behavior: "instant" });
}

function done(id) { waiting.delete(id); remember(id); }

const named = (pairs) => new Map(pairs).get("client_id");
function kept() { try { return JSON.parse(localStorage.getItem(key)) ?? []; } catch { return []; } }

// Files cannot be remembered across a reload; the words can. What another tab of this topic keeps stays as it is.
function remember(gone) {
  const all = new Map(kept().map((pairs) => [named(pairs), pairs]));
  for (const [id, { fields }] of waiting) all.set(id, [...fields].filter(([, value]) => typeof value === "string"));
  all.delete(gone);
  try { all.size ? localStorage.setItem(key, JSON.stringify([...all.values()])) : localStorage.removeItem(key); } catch { /* private window */ }
}

function bringBack() {
  for (const pairs of form() ? kept() : []) {
    const fields = new FormData();
    for (const [name, value] of pairs) fields.append(name, value);
    show(fields);
    tell(waiting.get(fields.get("client_id")).article, "failed", "Not sent.");
  }
}

addEventListener("submit", begin, true); // before the page takes it for an ordinary form
addEventListener("evenkeel:line", (event) => { if (event.detail) for (const [id, { article }] of waiting) if (article.dataset.state === "failed") send(id); });
addEventListener("beforeunload", (event) => { if ([...waiting.values()].some(({ fields }) => fields.getAll("files").some((file) => file.name))) event.preventDefault(); });
bringBack();
