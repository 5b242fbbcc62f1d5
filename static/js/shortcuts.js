// The list behind "?": made from the table that acts, and the switch that turns single keys off.
const dialogs = () => document.querySelector("dialog.keys");
const NAMES = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", " ": "Space" };

export function show(known, isOff, turn) {
  if (dialogs()) return;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog wide keys";
  dialog.setAttribute("aria-labelledby", "shortcuts-title");
  const list = document.createElement("ul");
  list.className = "shortcuts";
  for (const [keys, says] of known) {
    const row = document.createElement("li"), caps = document.createElement("span");
    for (const key of keys === " " ? [" "] : keys.split(" ")) caps.append(Object.assign(document.createElement("span"), { className: "kbd", textContent: NAMES[key] ?? key }), " ");
    row.append(says, caps);
    list.append(row);
  }
  const label = Object.assign(document.createElement("label"), { className: "tick" });
  const tick = Object.assign(document.createElement("input"), { type: "checkbox", checked: !isOff });
  tick.addEventListener("change", () => turn(!tick.checked));
  label.append(tick, "Single keys act");
  const close = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "Close", autofocus: true });
  close.addEventListener("click", () => dialog.close());
  const foot = Object.assign(document.createElement("div"), { className: "flow between" });
  foot.append(label, close);
  dialog.append(Object.assign(document.createElement("h2"), { id: "shortcuts-title", textContent: "Keyboard shortcuts" }), list, foot);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
