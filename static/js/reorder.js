// Dragging rows of <ol data-reorder="/where"> by their grip. The two buttons of each row do the same without a script.
let lifted = null, list = null, startY = 0, order = "";

const rows = () => [...list.children];
const ids = () => rows().map((row) => row.dataset.id).join();

addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  list = grip?.closest("[data-reorder]");
  if (!list || event.button) return;
  event.preventDefault();
  lifted = grip.closest("[data-reorder] > *");
  startY = event.clientY;
  order = ids();
  lifted.classList.add("lifted");
  grip.setPointerCapture(event.pointerId);
});

addEventListener("pointermove", (event) => {
  if (!lifted) return;
  const over = rows().find((row) => row !== lifted && Math.abs(event.clientY - middle(row)) < row.offsetHeight / 2);
  if (over) {
    const top = lifted.offsetTop;
    list.insertBefore(lifted, rows().indexOf(over) > rows().indexOf(lifted) ? over.nextElementSibling : over);
    startY += lifted.offsetTop - top;
  }
  lifted.style.translate = `0 ${event.clientY - startY}px`;
});

const middle = (row) => { const box = row.getBoundingClientRect(); return box.top + box.height / 2; };

function drop(put) {
  if (!lifted) return;
  const row = lifted;
  lifted = null;
  row.classList.remove("lifted");
  row.style.translate = "";
  if (!put) restore();
  else if (ids() !== order) send(row);
}
addEventListener("pointerup", () => drop(true));
addEventListener("pointercancel", () => drop(false));
addEventListener("keydown", (event) => { if (event.key === "Escape") drop(false); });

function restore() {
  for (const id of order.split(",")) list.append(rows().find((row) => row.dataset.id === id));
}

async function send(row) {
  const place = list;
  if (await put(place, row.dataset.id, row.nextElementSibling?.dataset.id ?? "")) return;
  list = place;
  restore();
}

// The two buttons: the same without leaving the page, so that a keyboard keeps its place and can press again.
addEventListener("submit", async (event) => {
  const place = event.target.closest("[data-reorder]"), button = event.submitter;
  if (!place || !event.target.matches(".reorder") || !button) return;
  event.preventDefault();
  if (!await put(place, event.target.elements.moved.value, button.value)) return;
  const again = document.getElementById(button.id);
  (again?.disabled ? again.parentElement.querySelector("button:enabled") : again)?.focus();
});

async function put(place, moved, before) {
  try {
    const answer = await fetch(place.dataset.reorder, { method: "POST", body: new URLSearchParams({ moved, before }) });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(place.id);
    if (fresh && place.id) {
      // The answer holds the row's buttons with their new neighbours.
      place.replaceChildren(...fresh.children);
      htmx.process(place);
      dispatchEvent(new CustomEvent("evenkeel:updated", { detail: place }));
    }
    dispatchEvent(new CustomEvent("evenkeel:say", { detail: "Moved" }));
    return true;
  } catch {
    dispatchEvent(new CustomEvent("evenkeel:toast", { detail: "The new order was not saved. Try again." }));
    return false;
  }
}
