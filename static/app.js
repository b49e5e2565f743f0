// What plain HTML cannot do. Everything works without it.

// Clocks of a running run go on between two messages.
const started = new WeakMap();

setInterval(() => {
  for (const clock of document.querySelectorAll("[data-elapsed]")) {
    const shown = started.get(clock);
    const base = Number(clock.dataset.elapsed);
    if (shown?.base !== base) started.set(clock, { base, at: performance.now() });
    else clock.textContent = elapsed(base + performance.now() - shown.at);
  }
}, 1000);

function elapsed(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (value) => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

// A lost connection is worth a word after three seconds; most are back before.
let lost;

document.addEventListener("htmx:sse:error", (event) => {
  lost ??= setTimeout(() => event.target.removeAttribute("hidden"), 3000);
});
document.addEventListener("htmx:sse:after:connection", (event) => {
  clearTimeout(lost);
  lost = undefined;
  event.target.setAttribute("hidden", "");
});

// Single keys, off while typing.
const PLACES = { s: "/sellers", c: "/" };
let wentFor = 0;

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    const field = document.querySelector("[data-key='/']");
    if (field) event.preventDefault();
    field?.focus();
  } else if (event.key === "g") wentFor = event.timeStamp;
  else if (event.timeStamp - wentFor < 1000 && PLACES[event.key]) location.href = PLACES[event.key];
});
