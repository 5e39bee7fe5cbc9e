/**
 * A form's page: shows only what applies, works out what is calculated, adds and removes rows, keeps a draft.
 *
 * A convenience: without it every question is shown and the server decides all the same.
 */

import { evaluate, truth, textOf, wallClock } from "./expressions.js";

const form = document.querySelector("form[data-form]");
const logic = JSON.parse(document.getElementById("logic").textContent);
const stored = JSON.parse(document.getElementById("stored")?.textContent ?? "{}");

/** The answer that a control's texts stand for, as it would be stored; null where it cannot be read yet. */
function valueOf(kind, texts) {
  const text = (texts.at(-1) ?? "").trim();
  if (kind === "list") return texts.length ? texts : null;
  if (!text) return null;
  if (kind === "integer") return /^[-+]?\d+$/.test(text) ? Number(text) : null;
  if (kind === "yes_no") return text === "true";
  return text;
}

/** Everything that is answered on the page now. */
function answers() {
  const found = { ...stored };
  const rows = {};
  for (const name of Object.keys(logic.fields)) if (!(name in found)) found[name] = null;
  for (const name of Object.keys(logic.rows)) rows[name] = [];
  const posted = new FormData(form);
  for (const key of new Set(posted.keys())) {
    const [outer, index, inner] = key.split("-");
    if (inner === undefined) {
      if (outer in logic.fields) found[outer] = valueOf(logic.kinds[outer], posted.getAll(key));
    } else if (rows[outer]) {
      (rows[outer][Number(index)] ??= {})[inner] = valueOf(logic.rows[outer][inner], posted.getAll(key));
    }
  }
  for (const [name, list] of Object.entries(rows)) found[name] = list.filter(Boolean);
  return found;
}

function scopeOf(found, row, kinds) {
  return { answers: found, row, this: null, now: wallClock(new Date(), logic.zone), user: logic.user, choice: null, kinds };
}

/** Show what applies, and write what is calculated; twice, for a calculation may open a question. */
function refresh() {
  for (let pass = 0; pass < 2; pass += 1) {
    const found = answers();
    for (const box of form.querySelectorAll("[data-name]")) {
      if (box.closest("template")) continue;
      const repeat = box.parentElement.closest("[data-repeat]")?.dataset.repeat;
      const kinds = repeat ? logic.rows[repeat] : logic.kinds;
      apply(box, logic.fields[box.dataset.name], scopeOf(found, rowAround(box, found), kinds));
    }
  }
}

function rowAround(box, found) {
  const row = box.parentElement.closest("[data-row]");
  if (!row) return null;
  const repeat = row.closest("[data-repeat]").dataset.repeat;
  return found[repeat]?.[[...row.parentElement.children].indexOf(row)] ?? {};
}

function apply(box, field, scope) {
  if (!field) return;
  if (field.relevant) setShown(box, truth(evaluate(field.relevant, scope)));
  const mark = box.querySelector(":scope > .label [data-required], :scope > fieldset > .label [data-required]");
  if (mark && field.required) mark.hidden = !truth(evaluate(field.required, scope));
  const output = box.querySelector(":scope > [data-calculated]");
  if (output && field.calculation) {
    const value = textOf(evaluate(field.calculation, scope));
    output.textContent = value;
    stored[box.dataset.name] = value || null;
  }
}

/** A hidden question is not sent: its answer would be dropped anyway. */
function setShown(box, shown) {
  box.hidden = !shown;
  for (const control of box.querySelectorAll("input, select, textarea")) control.disabled = !shown;
}

function renumber(rows) {
  [...rows.children].forEach((row, index) => {
    for (const number of row.querySelectorAll("[data-number]")) number.textContent = index + 1;
    for (const node of row.querySelectorAll("[name], [id], [for], [list]")) {
      for (const attribute of ["name", "id", "for"]) {
        const value = node.getAttribute(attribute);
        if (value) node.setAttribute(attribute, value.replace(/^([a-z0-9_]+)-\d+-/, `$1-${index}-`));
      }
    }
    for (const button of row.querySelectorAll("[data-remove]")) button.hidden = false;
  });
}

function addRow(repeat) {
  const rows = repeat.querySelector(".rows");
  rows.append(repeat.querySelector("template").content.cloneNode(true));
  renumber(rows);
  rows.lastElementChild.querySelector("input, select, textarea")?.focus();
  refresh();
}

// ---- a draft in this browser: a lost page or signal loses nothing that was typed -------------------------------

const draftKey = form.dataset.draft && `draft:${form.dataset.draft}`;

function keepDraft() {
  if (!draftKey) return;
  const kept = [...new FormData(form)].filter(([name]) => !name.startsWith("_") && name !== "csrf_token");
  try {
    localStorage.setItem(draftKey, JSON.stringify({ at: Date.now(), kept }));
  } catch {
    return; // storage is full or forbidden: the page works without
  }
}

function offerDraft() {
  if (!draftKey || document.getElementById("refusals")) return;
  const draft = JSON.parse(localStorage.getItem(draftKey) ?? "null");
  if (!draft?.kept.some(([, value]) => value)) return;
  const offer = document.getElementById("draft");
  if (!offer) return;
  offer.hidden = false;
  offer.querySelector("[data-restore]").addEventListener("click", () => {
    restoreDraft(draft.kept);
    offer.hidden = true;
  });
  offer.querySelector("[data-forget]").addEventListener("click", () => {
    localStorage.removeItem(draftKey);
    offer.hidden = true;
  });
}

function restoreDraft(kept) {
  for (const repeat of form.querySelectorAll("[data-repeat]")) {
    const name = repeat.dataset.repeat;
    const most = Math.max(-1, ...kept.map(([key]) => (key.startsWith(`${name}-`) ? Number(key.split("-")[1]) : -1)));
    while (repeat.querySelector(".rows").children.length <= most) addRow(repeat);
  }
  for (const [name, value] of kept) {
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (control.type === "radio" || control.type === "checkbox") control.checked ||= control.value === value;
      else control.value = value;
    }
  }
  refresh();
}

// ---- finding records while typing -----------------------------------------------------------------------------

let finding;
async function find(input) {
  const address = input.dataset.find ? `/find/${input.dataset.find}` : "/people";
  finding?.abort();
  finding = new AbortController();
  try {
    const answer = await fetch(`${address}?q=${encodeURIComponent(input.value)}`, { signal: finding.signal });
    const found = answer.ok ? await answer.json() : [];
    const list = document.getElementById(input.getAttribute("list"));
    list?.replaceChildren(...found.map((item) => new Option(item.title, item.title)));
  } catch {
    return; // no signal: what is typed is checked when it is sent
  }
}

// ---- wiring ---------------------------------------------------------------------------------------------------

let waiting;
form.addEventListener("input", (event) => {
  refresh();
  keepDraft();
  if (event.target.matches("[data-find], [list='people']")) {
    clearTimeout(waiting);
    waiting = setTimeout(find, 200, event.target);
  }
});
form.addEventListener("click", (event) => {
  const add = event.target.closest("[name='_add_row']");
  const remove = event.target.closest("[data-remove]");
  if (add) {
    event.preventDefault();
    addRow(add.closest("[data-repeat]"));
  } else if (remove) {
    const rows = remove.closest(".rows");
    remove.closest("[data-row]").remove();
    renumber(rows);
    refresh();
    keepDraft();
  }
});
form.addEventListener("submit", () => {
  for (const button of form.querySelectorAll("button.primary")) setTimeout(() => (button.disabled = true));
});
window.addEventListener("pageshow", () => {
  for (const button of form.querySelectorAll("button.primary")) button.disabled = false;
});
for (const rows of form.querySelectorAll(".rows")) renumber(rows);
refresh();
offerDraft();
document.getElementById("refusals")?.focus();
