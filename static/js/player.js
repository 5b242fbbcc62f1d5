// Plays a recording beside its words: the line being said is marked, a line or the picture is a way to seek.
const player = document.querySelector("[data-player]");
const media = document.getElementById("media");
const find = document.querySelector("[data-find]");
const jump = document.querySelector("[data-jump]");
const tools = document.getElementById("line-tools");
const PRE_ROLL = 0.3;
const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2, 2.5];
const part = (name) => player.querySelector(`[data-${name}]`);
const duration = () => Number(player.dataset.duration) || (isFinite(media.duration) ? media.duration : 0);
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
let lines = [], current = null, following = true, hits = [], hit = -1;

const clock = (seconds) => {
  const whole = Math.floor(seconds), hours = Math.floor(whole / 3600);
  const rest = `${Math.floor(whole % 3600 / 60)}`.padStart(hours ? 2 : 1, "0") + `:${whole % 60}`.replace(/:(\d)$/, ":0$1");
  return hours ? `${hours}:${rest}` : rest;
};
const link = (seconds) => `${player.dataset.site}${player.dataset.url}?t=${Math.round(seconds * 10) / 10}`;

for (const hidden of document.querySelectorAll("[data-needs-script]")) hidden.hidden = false;
if (media.matches("audio")) media.controls = false; // ours say and do the same, and more

// ── Where we are
function readLines() {
  lines = [...document.querySelectorAll("[data-lines] [data-start]")].map((row) => ({ row, start: Number(row.dataset.start) }));
}

function lineAt(seconds) {
  let low = 0, high = lines.length;
  while (low < high) { const middle = low + high >> 1; lines[middle].start <= seconds + 0.05 ? low = middle + 1 : high = middle; }
  return lines[low - 1] ?? null;
}

function tell() {
  const at = media.currentTime, line = lineAt(at + (media.paused ? PRE_ROLL : 0));
  part("at").textContent = clock(at);
  part("copy-moment").dataset.copy = link(at);
  const needle = part("needle"), slider = part("shape");
  if (needle && duration()) { needle.hidden = false; needle.style.insetInlineStart = `${100 * Math.min(1, at / duration())}%`; }
  if (slider) { slider.setAttribute("aria-valuenow", Math.round(at)); slider.setAttribute("aria-valuetext", clock(at)); }
  if (line?.row === current) return;
  current?.removeAttribute("aria-current");
  current = line?.row ?? null;
  current?.setAttribute("aria-current", "true");
  if (following && !media.paused) show(current);
}

function show(row) { row?.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" }); }

function seek(seconds, play = false) {
  media.currentTime = Math.max(0, seconds);
  if (play) media.play().catch(() => {});
  tell();
}

media.addEventListener("timeupdate", tell);
media.addEventListener("seeked", tell);
for (const name of ["play", "pause"]) media.addEventListener(name, () => {
  part("when-paused").hidden = !media.paused;
  part("when-playing").hidden = media.paused;
  part("play").setAttribute("aria-label", media.paused ? "Play" : "Pause");
});

// ── Following stops when the reader scrolls, and goes on when they say so.
function lookAway() { if (!media.paused && following) { following = false; jump.hidden = false; } }
for (const name of ["wheel", "touchmove"]) addEventListener(name, lookAway, { passive: true });
addEventListener("keydown", (event) => { if (["PageUp", "PageDown", "Home", "End"].includes(event.key)) lookAway(); });
jump.addEventListener("click", () => { following = true; jump.hidden = true; show(current); });

// ── A line is a way to seek
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-lines] [data-start]");
  if (!row || event.target.closest("button, .tools") || event.ctrlKey || event.metaKey || !getSelection().isCollapsed) return;
  event.preventDefault();
  seek(Number(row.dataset.start) - PRE_ROLL, !event.target.closest("a"));
  choose(row);
});

function choose(row) {
  if (!tools) return;
  const id = row.id.replace("line-", "");
  row.after(tools);
  tools.hidden = false;
  for (const one of tools.querySelectorAll("[data-for]")) one.href = one.dataset.for.replace("LINE", id);
  tools.querySelector("[data-copy-line]").dataset.copy = link(Number(row.dataset.start));
  history.replaceState(history.state, "", `${player.dataset.url}?t=${row.dataset.start}#${row.id}`);
}

// ── Buttons
part("play").addEventListener("click", () => media.paused ? media.play().catch(() => {}) : media.pause());
for (const button of player.querySelectorAll("[data-skip]")) button.addEventListener("click", () => seek(media.currentTime + Number(button.dataset.skip)));
function speed(by) {
  const at = SPEEDS.indexOf(media.playbackRate);
  pace(SPEEDS[Math.min(Math.max((at < 0 ? 1 : at) + by, 0), SPEEDS.length - 1)]);
  try { localStorage.setItem("speed", media.playbackRate); } catch { /* private window */ }
}
function pace(rate) { media.defaultPlaybackRate = media.playbackRate = rate; part("speed").textContent = `${rate}×`; }
part("slower").addEventListener("click", () => speed(-1));
part("faster").addEventListener("click", () => speed(1));
try { pace(SPEEDS.find((rate) => rate === Number(localStorage.getItem("speed"))) ?? 1); } catch { pace(1); }
// The table behind "?" has these too; Space is for those who stand on no control.
const skip = (seconds) => () => seek(media.currentTime + seconds);
globalThis.evenkeelKeys = [
  [" ", "Play or pause", () => part("play").click(), () => !document.activeElement.closest("button, a, select, summary, audio, video, [role=slider]")],
  ["k", "Play or pause", () => part("play").click()],
  ["j", "Back 10 seconds", skip(-10)], ["l", "On 10 seconds", skip(10)],
  ["ArrowLeft", "Back 5 seconds", skip(-5), notOnSlider], ["ArrowRight", "On 5 seconds", skip(5), notOnSlider],
  ["<", "Slower", () => speed(-1)], [">", "Faster", () => speed(1)],
  ["f", "Find in what was said", () => box.focus()],
].map(([keys, says, act, find]) => ({ keys, says, act, find }));
function notOnSlider() { return !document.activeElement.closest("[role=slider], audio, video"); }

// ── The picture is a slider
const shape = part("shape");
if (shape) {
  Object.entries({ role: "slider", tabindex: 0, "aria-label": "Position", "aria-valuemin": 0, "aria-valuemax": Math.round(duration()), "aria-valuenow": 0 }).forEach(([name, value]) => shape.setAttribute(name, value));
  const to = (event) => { const place = shape.getBoundingClientRect(); seek(duration() * Math.min(Math.max((event.clientX - place.left) / place.width, 0), 1)); };
  shape.addEventListener("pointerdown", (event) => { shape.setPointerCapture(event.pointerId); to(event); });
  shape.addEventListener("pointermove", (event) => {
    if (event.buttons) to(event);
    const place = shape.getBoundingClientRect();
    shape.title = clock(duration() * (event.clientX - place.left) / place.width);
  });
  shape.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -5, ArrowRight: 5, ArrowDown: -15, ArrowUp: 15, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    seek(isFinite(by) ? media.currentTime + by : by < 0 ? 0 : duration());
  });
}

// ── Finding inside, without asking the server
const box = find.elements.q, count = find.querySelector("[data-count]");
let waiting = 0;
box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
find.addEventListener("submit", (event) => { event.preventDefault(); search(); goTo(hit < 0 ? 0 : hit); });
box.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); goTo(hit - 1); } else if (event.key === "Enter" && hits.length) { event.preventDefault(); goTo(hit + 1); } });
find.querySelector("[data-next]").addEventListener("click", () => goTo(hit + 1));
find.querySelector("[data-previous]").addEventListener("click", () => goTo(hit - 1));

function search() {
  for (const old of document.querySelectorAll("[data-lines] mark")) old.replaceWith(...old.childNodes);
  document.getElementById("found")?.remove();
  const wanted = box.value.trim().replace(/\s+/g, " ").toLowerCase();
  for (const { row } of lines) { row.normalize(); for (const span of row.querySelectorAll("span")) span.normalize(); if (wanted) markIn(row, wanted); }
  collect();
}

function markIn(row, wanted) {
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("a, [data-not-said]")) texts.push(walker.currentNode);
  for (let text of texts) {
    for (let at; (at = text.data.toLowerCase().indexOf(wanted)) >= 0;) {
      const found = text.splitText(at), mark = document.createElement("mark");
      text = found.splitText(wanted.length);
      found.replaceWith(mark);
      mark.append(found);
    }
  }
}

function collect() {
  hits = [...document.querySelectorAll("[data-lines] mark")];
  hit = -1;
  count.textContent = box.value.trim() ? `${hits.length} ${hits.length === 1 ? "hit" : "hits"}` : "";
  tick();
}

function tick() {
  for (const old of player.querySelectorAll("svg rect.hit")) old.remove();
  const ticks = part("ticks");
  if (!ticks || !duration()) return;
  for (const start of new Set(hits.map((one) => Number(one.closest("[data-start]").dataset.start)))) {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries({ class: "hit", x: 960 * start / duration(), y: 0, width: 3, height: 64 })) rect.setAttribute(name, value);
    ticks.append(rect);
  }
}

function goTo(index) {
  if (!hits.length) return;
  hits[hit]?.classList.remove("here");
  hit = (index + hits.length) % hits.length;
  hits[hit].classList.add("here");
  show(hits[hit]);
  count.textContent = `${hit + 1} of ${hits.length}`;
  following = false;
}

// ── Beginning, and again whenever more words have come
function begin() {
  readLines();
  if (box.value.trim()) collect();
  if (location.search.includes("t=")) show(document.querySelector("[data-lines] [aria-current]"));
  const wanted = Number(player.dataset.begin);
  const settle = () => { if (wanted && Math.abs(media.currentTime - wanted) > 0.5) media.currentTime = wanted; tell(); };
  media.readyState ? settle() : media.addEventListener("loadedmetadata", settle, { once: true });
}
addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "transcript" && !event.target.closest?.("#transcript")) return;
  current = null;
  readLines();
  tell();
  if (box.value.trim()) collect();
  // The picture and the length are known only now: the page is made anew, unless somebody is listening to it.
  if (!shape && Number(document.getElementById("transcript").dataset.duration) && media.paused) location.reload();
});
begin();
