/* The editor of definitions: numbers its lines, saves while one writes, shows mistakes at their lines,
 * and draws the form anew as soon as it is right. */

const form = document.querySelector("[data-editor]");
const source = form.elements.source;
const gutter = form.querySelector(".gutter");
const list = form.querySelector(".issues");
const state = form.querySelector("[data-state]");
const frame = form.querySelector("iframe");

/** How long one may pause within a word before the text is saved and judged (milliseconds). */
const PAUSE = 700;

let waiting;
let saving = false;
let changed = false;
let marked = new Set();

function number() {
  const lines = source.value.split("\n").length;
  gutter.replaceChildren(
    ...Array.from({ length: lines }, (_, at) => {
      const line = document.createElement("span");
      line.textContent = `${at + 1}\n`;
      line.classList.toggle("wrong", marked.has(at + 1));
      return line;
    }),
  );
  gutter.scrollTop = source.scrollTop;
}

/** Put the cursor at the beginning of a line and bring the line into sight. */
function goTo(line) {
  const start = source.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const end = source.value.indexOf("\n", start);
  source.focus();
  source.setSelectionRange(start, end < 0 ? source.value.length : end);
  source.scrollTop = (line - 4) * parseFloat(getComputedStyle(source).lineHeight);
}

function tell(issues, advice) {
  marked = new Set(issues.map((issue) => issue.line));
  list.replaceChildren(
    ...[...issues, ...advice].map((issue) => {
      const item = document.createElement("li");
      item.classList.toggle("advice", advice.includes(issue));
      const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet" });
      button.dataset.line = issue.line;
      button.textContent = issue.column > 1 ? `${issue.line}:${issue.column}` : `${issue.line}`;
      item.append(button, " ", issue.words);
      if (issue.remedy) item.append(" ", Object.assign(document.createElement("span"), { className: "faint", textContent: issue.remedy }));
      return item;
    }),
  );
  state.textContent = issues.length ? form.dataset.saved : form.dataset.fine;
  form.querySelector("[data-publish]").disabled = issues.length > 0;
  number();
}

/** Save and judge; what is typed meanwhile is saved by another turn. */
async function save() {
  if (saving) return;
  saving = true;
  changed = false;
  state.textContent = form.dataset.saving;
  try {
    const reply = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const told = await reply.json();
    if (!reply.ok) {
      state.textContent = told.sentence;
      return;
    }
    form.elements.revision.value = told.revision;
    tell(told.issues, told.advice);
    frame.contentWindow.location.replace(frame.src);
  } catch {
    state.textContent = form.dataset.lost;
    changed = true;
  } finally {
    saving = false;
    if (changed) later();
  }
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(save, PAUSE);
}

source.addEventListener("input", () => {
  changed = true;
  number();
  later();
});
source.addEventListener("scroll", () => { gutter.scrollTop = source.scrollTop; });
source.addEventListener("keydown", (event) => {
  if (event.key === "Tab" && !event.shiftKey && !event.ctrlKey && !event.altKey) {
    event.preventDefault(); // YAML knows no tabs; Escape and then Tab leaves the field, as in other editors
    source.setRangeText("  ", source.selectionStart, source.selectionEnd, "end");
    source.dispatchEvent(new Event("input"));
  } else if (event.key === "Escape") {
    form.querySelector("[data-publish]").focus();
  } else if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    save();
  }
});
list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-line]");
  if (button) goTo(Number(button.dataset.line));
});
window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
form.addEventListener("submit", () => { changed = false; });

marked = new Set([...list.querySelectorAll("[data-line]")].map((button) => Number(button.dataset.line)));
number();
