// Keyboard shortcuts. One table acts, and is what the list behind "?" is made from. Each key presses a control that is on the page,
// and is offered only where that control is. A page adds its own with data-key="e" data-key-says="Edit", or to `evenkeelKeys`.
const { dataset } = document.getElementById("app-script");
const one = (...selectors) => () => selectors.map((selector) => document.querySelector(selector)).find(Boolean);
const press = (control) => control.matches("textarea, input:not([type=submit])") ? control.focus() : control.click();
const go = (keys, says, ...selectors) => ({ keys, says, find: one(...selectors), act: press });

const table = [
  { keys: "?", says: "Show this list", act: list },
  { keys: "/", says: "Search", find: one("main input[type=search]", "a[href^='/search']"), act: press },
  go("g d", "Go to my desk", ".rail a[href='/']", ".guest-bar a[href='/']"),
  { keys: "g i", says: "Go to the inbox", act: () => location.assign("/inbox") },
  go("g e", "Go to escalations", ".rail a[href='/escalations']"),
  go("g m", "Go to meetings", ".rail a[href='/meetings']", ".guest-bar a[href$='/meetings']"),
  go("g r", "Go to the recordings here", ".tabs a[href$='/recordings']", ".guest-bar a[href$='/recordings']"),
  go("g s", "Go to search", ".rail li a[href='/search']", ".guest-bar li a[href^='/search']"),
  go("c", "New: write, open or add", "[data-key='c']", "form.composer textarea"),
  { keys: "j", says: "Next in the list", find: rows, act: (all) => step(all, 1) },
  { keys: "k", says: "Previous in the list", find: rows, act: (all) => step(all, -1) },
  { keys: "ArrowDown", find: inRows, act: (all) => step(all, 1) },
  { keys: "ArrowUp", find: inRows, act: (all) => step(all, -1) },
  { keys: "r", says: "Reply, quoting what is selected", find: replying, act: reply },
  { keys: "e", says: "Change my message", find: () => acting("a[href$='/edit']") ?? lastOwn(), act: press },
  { keys: "n", says: "Next unread", find: one("#new", "#other-topics .accent", ".topics .accent", "[data-list] .unread a"), act: unread },
  { keys: "U", shift: true, says: "Mark as new from here", find: () => acting("form[action$='/unread'] button"), act: press },
];
const always = [["Ctrl Enter", "Send what you are writing"], ["Ctrl K", "Go to, find or do"], ["ArrowUp", "In an empty box: change my last message"],
  ["Enter", "Open"], ["Esc", "Close, or leave the field"]];

const known = () => [
  ...[...document.querySelectorAll("[data-key][data-key-says]")].filter(({ dataset: { key } }) => key !== "c")
    .map((control) => ({ keys: control.dataset.key, says: control.dataset.keySays, act: () => press(control) })),
  ...globalThis.evenkeelKeys ?? [], ...table].filter((entry) => !entry.find || entry.find());

// ── Lists and threads
function rows() {
  const all = [...document.querySelectorAll("[data-list] > :is(li, tr), [data-thread] > .msg")].filter((row) => row.matches(".msg") || row.querySelector("a[href], button:not([disabled])"));
  return all.length ? all : null;
}
function inRows() { return document.activeElement.closest("[data-list], [data-thread]") && rows(); }
function step(all, by) {
  const at = all.findIndex((row) => row.contains(document.activeElement)), from = all[0].matches(".msg") && at < 0 ? all.length : at;
  const row = all[from < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + by, 0), all.length - 1)];
  if (row.matches(".msg")) row.tabIndex = -1;
  (row.matches(".msg") ? row : row.querySelector("a.plain") ?? row.querySelector("a[href]") ?? row.querySelector("button:not([disabled])")).focus();
  row.scrollIntoView({ block: "nearest" });
}
const message = () => document.activeElement.closest(".msg") ?? selected();
const acting = (selector) => message()?.querySelector(`.acts ${selector}`);
const lastOwn = () => [...document.querySelectorAll("[data-thread] [data-own] a[href$='/edit']")].at(-1);
function selected() {
  const at = getSelection();
  return at.isCollapsed ? null : (at.anchorNode.nodeType === 1 ? at.anchorNode : at.anchorNode.parentElement).closest(".msg");
}
function replying() { return acting("a[href*='?reply=']") ?? [...document.querySelectorAll("[data-thread] .acts a[href*='?reply=']")].at(-1); }
function reply(link) {
  const chosen = getSelection().toString().trim();
  try { if (chosen && selected() === link.closest(".msg")) sessionStorage.setItem("quote", chosen); } catch { /* private window */ }
  link.click();
}
function unread(found) {
  const link = found.closest("li")?.querySelector("a[href]");
  if (link) return link.click();
  found.scrollIntoView({ block: "center" });
  const next = found.nextElementSibling;
  if (next) { next.tabIndex = -1; next.focus({ preventScroll: true }); }
}

// ── Pressing
let off = dataset.singleKeys === "off", before = "", beforeAt = 0;
const writing = (node) => node.isContentEditable || node.matches?.("input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select");

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const node = event.target, withCtrl = event.ctrlKey || event.metaKey;
  if (withCtrl && event.key === "Enter" && node.form) { event.preventDefault(); return node.form.requestSubmit(node.form.querySelector("button.primary, button.send")); }
  if (withCtrl && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") { event.preventDefault(); return palette(); }
  if (event.key === "Escape") return leave(node);
  if (event.key === "ArrowUp" && node.matches?.("form[data-send] textarea") && !node.value) { const mine = lastOwn(); if (mine) { event.preventDefault(); mine.click(); } return; }
  if (withCtrl || event.altKey || writing(node) || off || document.querySelector("dialog[open]")) return;
  const two = Date.now() - beforeAt < 1500 ? `${before} ${event.key}` : "", all = known();
  const found = all.find((entry) => entry.keys === two) ?? all.find((entry) => entry.keys === event.key);
  before = event.key;
  beforeAt = Date.now();
  if (!found) return;
  event.preventDefault();
  before = "";
  found.act(found.find?.());
});

function leave(node) {
  const open = document.querySelector("details.drop[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); } else if (writing(node)) node.blur();
}

// ── What is loaded only when it is asked for
const unreachable = () => dispatchEvent(new CustomEvent("evenkeel:toast", { detail: "Evenkeel cannot be reached. Try again in a moment." }));
// The field is there with the key, so that no letter of a quick hand goes astray; what fills it comes after.
function palette() {
  if (document.querySelector("dialog[open]")) return;
  const dialog = document.getElementById("palette"), empty = dialog.cloneNode(true);
  dialog.addEventListener("close", () => dialog.replaceWith(empty));
  dialog.showModal();
  import(dataset.palette).then(({ fill }) => fill(dialog), () => { dialog.close(); unreachable(); });
}
function list() {
  const says = known().filter((entry) => entry.says).map((entry) => [entry.shift ? `Shift ${entry.keys}` : entry.keys, entry.says]);
  import(dataset.shortcuts).then(({ show }) => show([...says, ...always], off, turn), unreachable);
}
function turn(isOff) {
  off = isOff;
  fetch("/profile/shortcuts", { method: "POST", body: new URLSearchParams(isOff ? {} : { shortcuts: "yes" }) }).catch(unreachable);
}

// Each has a control that can be seen, and the list stays in reach when single keys are off.
addEventListener("click", (event) => {
  if (event.target.closest?.("[data-show-keys]")) list();
  const opener = event.target.closest?.("[data-open-palette]");
  if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); palette(); }
});
for (const opener of document.querySelectorAll("[data-show-keys]")) opener.setAttribute("aria-keyshortcuts", "?");
for (const opener of document.querySelectorAll("[data-open-palette]")) opener.setAttribute("aria-keyshortcuts", "Control+K Meta+K");
