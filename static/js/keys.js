// Keyboard shortcuts. The list behind "?" is made from the same table that acts.
const go = (url) => () => { location.href = url; };
const press = (name) => () => document.querySelector(`[data-key="${name}"]`)?.click();
const staff = Boolean(document.querySelector(".rail"));
const table = [
  { keys: "?", says: "Show this list", act: show },
  { keys: "/", says: "Search", act: search },
  ...(staff ? [
    { keys: "g d", says: "Go to my desk", act: go("/") },
    { keys: "g i", says: "Go to the inbox", act: go("/inbox") },
    { keys: "g e", says: "Go to escalations", act: go("/escalations") },
    { keys: "g m", says: "Go to meetings", act: go("/meetings") },
    { keys: "g s", says: "Go to search", act: go("/search") },
  ] : []),
  { keys: "c", says: "New: write, open or add", act: create, when: () => target("c") },
  { keys: "j", says: "Next in the list", act: () => step(1), when: items },
  { keys: "k", says: "Previous in the list", act: () => step(-1), when: items },
];
const held = [["Ctrl Enter", "Send what you are writing"], ["Ctrl K", "Search"], ["Esc", "Close, or leave the field"]];

// A page adds its own with data-key="e" (and data-key-says="Edit") on the control the key presses.
const ofPage = () => [...document.querySelectorAll("[data-key][data-key-says]")]
  .filter((control) => control.dataset.key !== "c")
  .map((control) => ({ keys: control.dataset.key, says: control.dataset.keySays, act: press(control.dataset.key) }));

function target() { return document.querySelector("[data-key='c']") || document.querySelector("form.composer textarea"); }
function create() { const found = target(); found.matches("textarea, input") ? found.focus() : found.click(); }
function search() {
  const box = document.querySelector("main input[type=search]");
  box ? box.focus() : document.querySelector("a[href^='/search']")?.click();
}

function items() { const all = [...document.querySelectorAll("[data-list] > li")].filter((row) => row.querySelector("a[href], button:not([disabled])")); return all.length ? all : null; }
function step(by) {
  const all = items(), at = all.findIndex((row) => row.contains(document.activeElement));
  const row = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  (row.querySelector("a.plain") ?? row.querySelector("a[href]") ?? row.querySelector("button:not([disabled])")).focus();
  row.scrollIntoView({ block: "nearest" });
}

const off = () => { try { return localStorage.getItem("single-keys") === "off"; } catch { return false; } };
const writing = (node) => node.isContentEditable || node.matches?.("input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select");
let before = "", beforeAt = 0;

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const node = event.target;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && node.form) { event.preventDefault(); return node.form.requestSubmit(node.form.querySelector("button.primary, button.send")); }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); return search(); }
  if (event.key === "Escape") return leave(node);
  if (event.ctrlKey || event.metaKey || event.altKey || writing(node) || off() || document.querySelector("dialog[open]")) return;
  const known = [...ofPage(), ...table].filter((one) => !one.when || one.when());
  const two = Date.now() - beforeAt < 1500 ? `${before} ${event.key}` : "";
  const found = known.find((one) => one.keys === two) ?? known.find((one) => one.keys === event.key);
  before = event.key;
  beforeAt = Date.now();
  if (found) { event.preventDefault(); before = ""; found.act(); }
});

function leave(node) {
  const open = document.querySelector("details.drop[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); } else if (writing(node)) node.blur();
}

function show() {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog wide";
  dialog.setAttribute("aria-labelledby", "shortcuts-title");
  const list = document.createElement("ul");
  list.className = "shortcuts";
  const known = [...table, ...ofPage()].filter((one) => !one.when || one.when()).map((one) => [one.keys, one.says]);
  for (const [keys, says] of [...known, ...held]) {
    const row = document.createElement("li"), caps = document.createElement("span");
    for (const key of keys.split(" ")) caps.append(Object.assign(document.createElement("span"), { className: "kbd", textContent: key }), " ");
    row.append(says, caps);
    list.append(row);
  }
  const label = Object.assign(document.createElement("label"), { className: "tick" });
  const tick = Object.assign(document.createElement("input"), { type: "checkbox", checked: !off() });
  tick.addEventListener("change", () => { try { localStorage.setItem("single-keys", tick.checked ? "on" : "off"); } catch { /* private window */ } });
  label.append(tick, "Single keys act on this device");
  const close = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "Close", autofocus: true });
  close.addEventListener("click", () => dialog.close());
  const foot = Object.assign(document.createElement("div"), { className: "flow between" });
  foot.append(label, close);
  dialog.append(Object.assign(document.createElement("h2"), { id: "shortcuts-title", textContent: "Keyboard shortcuts" }), list, foot);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// The list must stay in reach when single keys are off, so a visible control may open it too.
addEventListener("click", (event) => { if (event.target.closest?.("[data-show-keys]")) show(); });
