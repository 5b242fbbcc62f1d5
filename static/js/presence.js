// Which colleagues are here: this page says so while somebody looks at it, and hears of the others in the answer.
const EVERY = 22000;
let faces = "", timer;

const box = () => document.querySelector("[data-here-now]");
function fill() {
  const place = box();
  if (!place) return;
  place.dataset.said = "";
  if (place.innerHTML !== faces) place.innerHTML = faces;
}

async function beat() {
  clearTimeout(timer);
  if (document.hidden || !box()) return;
  try {
    const answer = await fetch(box().dataset.hereNow, { method: "POST" });
    if ([401, 403, 404].includes(answer.status)) return; // no longer ours to look at
    faces = answer.ok ? (await answer.text()).trim() : "";
  } catch {
    faces = ""; // nobody can be said to be here
  }
  fill();
  timer = setTimeout(beat, EVERY);
}

document.addEventListener("visibilitychange", beat);
addEventListener("evenkeel:updated", fill);
beat();
