/**
 * A form's page: shows only what applies, works out what is calculated, adds and removes rows, keeps a draft.
 *
 * A convenience: without it every question is shown and the server decides all the same.
 */

import { evaluate, truth, textOf, wallClock } from "./expressions.js";

const form = document.querySelector("form[data-form]");
const logic = JSON.parse(document.getElementById("logic").textContent);
/** Answers that the page does not ask for: stored ones of a record that is changed, and what is worked out. */
const known = JSON.parse(document.getElementById("stored")?.textContent ?? "{}");

// ---- what is answered -----------------------------------------------------------------------------------------

/** The answer that a control's texts stand for, as it would be stored; null where it cannot be read yet. */
function valueOf(kind, texts) {
  const filled = texts.filter(Boolean);
  if (kind === "list") return filled.length ? filled : null;
  const text = (filled.at(-1) ?? "").trim();
  if (!text) return null;
  if (kind === "integer") return /^[-+]?\d+$/.test(text) ? Number(text) : null;
  if (kind === "yes_no") return text === "true";
  return text;
}

/** Everything that is answered on the page now. */
function answers() {
  const found = { ...Object.fromEntries(Object.keys(logic.fields).map((name) => [name, null])), ...known };
  const rows = Object.fromEntries(Object.keys(logic.rows).map((name) => [name, []]));
  const posted = new FormData(form);
  for (const key of new Set(posted.keys())) {
    const [outer, index, inner] = key.split("-");
    const texts = posted.getAll(key);
    if (inner !== undefined && rows[outer]) {
      (rows[outer][Number(index)] ??= {})[inner] = valueOf(logic.rows[outer].kinds[inner], texts);
    } else if (inner === undefined && outer in logic.fields && !(outer in rows)) {
      found[outer] = valueOf(logic.kinds[outer], texts);
    }
  }
  return { ...found, ...Object.fromEntries(Object.entries(rows).map(([name, list]) => [name, Array.from(list, (row) => row ?? {})])) };
}

function scopeOf(found, row, kinds) {
  return { answers: found, row, this: null, now: wallClock(new Date(), logic.zone), user: logic.user, choice: null, kinds };
}

/** The conditions of a question and the scope they are judged in: its row's, or the record's. */
function conditionsOf(node, name, found) {
  const row = node.parentElement.closest("[data-row]");
  if (!row) return [logic.fields[name], scopeOf(found, null, logic.kinds)];
  const repeat = row.closest("[data-repeat]").dataset.repeat;
  const around = logic.rows[repeat];
  return [around?.fields[name], scopeOf(found, found[repeat]?.[[...row.parentElement.children].indexOf(row)] ?? {}, around?.kinds)];
}

// ---- what is shown --------------------------------------------------------------------------------------------

/** Write what is worked out and show what applies; twice, for a calculation may open a question. */
function refresh() {
  for (let pass = 0; pass < 2; pass += 1) {
    workOut();
    const found = answers();
    for (const box of form.querySelectorAll("[data-name]")) apply(box, ...conditionsOf(box, box.dataset.name, found));
  }
  for (const group of form.querySelectorAll(".group[data-name]")) {
    const asked = [...group.querySelectorAll(".field, .repeat, .notice")];
    if (asked.every((box) => box.hidden)) group.hidden = true;
  }
}

function workOut() {
  for (const output of form.querySelectorAll("output[data-worked-out]")) {
    const name = output.dataset.workedOut;
    const [field, scope] = conditionsOf(output, name, answers());
    if (!field?.calculation) continue;
    const applies = !field.relevant || truth(evaluate(field.relevant, scope));
    output.textContent = applies ? textOf(evaluate(field.calculation, scope)) : "";
    if (!output.closest("[data-row]")) known[name] = output.textContent || null;
  }
}

/** A question that does not apply, or stands inside something that does not, is neither shown nor sent. */
function apply(box, field, scope) {
  if (!field) return;
  const around = box.parentElement.closest("[data-name]");
  box.hidden = field.relevant ? !truth(evaluate(field.relevant, scope)) : false;
  const asked = !box.hidden && !around?.closest("[data-name][hidden]");
  for (const control of box.querySelectorAll("input, select, textarea")) control.disabled = !asked;
  const mark = box.querySelector(":is(:scope, :scope > fieldset) > :is(.label, h2) [data-required]");
  if (mark && field.required) mark.hidden = !truth(evaluate(field.required, scope));
}

// ---- rows -----------------------------------------------------------------------------------------------------

const NUMBERED = ["name", "id", "for", "list", "aria-describedby"];

/** Give every name in a row the row's place; a name is “repeat-place-question”. */
function number(row, repeat, index) {
  row.querySelector("[data-number]").textContent = index + 1;
  row.querySelector("[name='_remove_row']").value = `${repeat}-${index}`;
  for (const node of row.querySelectorAll(NUMBERED.map((attribute) => `[${attribute}]`).join())) {
    for (const attribute of NUMBERED) {
      const text = node.getAttribute(attribute);
      if (text) node.setAttribute(attribute, text.replaceAll(new RegExp(`\\b${repeat}-\\d+-`, "g"), `${repeat}-${index}-`));
    }
  }
}

function addRow(repeat) {
  const rows = repeat.querySelector(".rows");
  const row = repeat.querySelector("template").content.firstElementChild.cloneNode(true);
  number(row, repeat.dataset.repeat, rows.children.length); // before it joins the page: radio buttons of one name exclude each other
  rows.append(row);
  refresh();
  return row;
}

function removeRow(row) {
  const rows = row.parentElement;
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  [...rows.children].forEach((left, index) => number(left, rows.closest("[data-repeat]").dataset.repeat, index));
  refresh();
  keepDraft();
  (next?.querySelector("[name='_remove_row']") ?? rows.closest("[data-repeat]").querySelector(".add")).focus();
}

// ---- a draft in this browser: a lost page or signal loses nothing that was typed -------------------------------

/** Drafts of this form and this person; each is kept by the name of its filling, so that two tabs keep two. */
const drafts = form.dataset.draft && `draft:${form.dataset.draft}/`;
/** Older ones are forgotten when a form is opened. */
const MOST_DRAFTS = 5;

const draftKey = () => drafts + form.elements._instance.value;

function keepDraft() {
  if (!drafts) return;
  const kept = [...new FormData(form)].filter(([name]) => name === "_instance" || (!name.startsWith("_") && name !== "csrf_token"));
  try {
    localStorage.setItem(draftKey(), JSON.stringify({ at: Date.now(), kept }));
  } catch {
    return; // storage is full or forbidden: the page works without
  }
}

/** The drafts there are, the newest first. */
function readDrafts() {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(drafts));
    const found = keys.map((key) => ({ key, ...JSON.parse(localStorage.getItem(key)) }));
    return found.filter((draft) => Array.isArray(draft.kept)).sort((one, other) => other.at - one.at);
  } catch {
    return [];
  }
}

function offerDraft() {
  const offer = document.getElementById("draft");
  if (!drafts || !offer || document.getElementById("refusals")) return;
  const [newest, ...older] = readDrafts();
  if (!newest) return;
  for (const { key } of older.slice(MOST_DRAFTS - 1)) localStorage.removeItem(key);
  offer.hidden = false;
  offer.addEventListener("click", (event) => {
    if (event.target.matches("[data-restore]")) {
      localStorage.removeItem(draftKey()); // what was typed here before goes with it
      restoreDraft(newest.kept);
    } else if (event.target.matches("[data-forget]")) localStorage.removeItem(newest.key);
    else return;
    offer.hidden = true;
  });
}

/** Put a draft back, with the name of its filling: had it been sent after all, the server knows it again. */
function restoreDraft(kept) {
  for (const repeat of form.querySelectorAll("[data-repeat]")) {
    const prefix = `${repeat.dataset.repeat}-`;
    const most = Math.max(-1, ...kept.map(([key]) => (key.startsWith(prefix) ? Number(key.split("-")[1]) : -1)));
    while (repeat.querySelector(".rows").children.length <= most) addRow(repeat);
  }
  for (const name of new Set(kept.map(([key]) => key))) {
    const values = kept.filter(([key]) => key === name).map(([, value]) => value);
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
      else if (control.type !== "hidden" || name === "_instance") control.value = values.at(-1);
    }
  }
  refresh();
}

// ---- finding records and people while typing ------------------------------------------------------------------

let finding;
async function find(input) {
  finding?.abort();
  finding = new AbortController();
  try {
    const address = `${input.dataset.find}?q=${encodeURIComponent(input.value)}`;
    const answer = await fetch(address, { signal: finding.signal, headers: { Accept: "application/json" } });
    const found = answer.ok ? await answer.json() : [];
    const options = found.map((item) => Object.assign(document.createElement("option"), { value: item.value, label: item.label }));
    document.getElementById(input.getAttribute("list"))?.replaceChildren(...options);
  } catch {
    return; // no signal, or typed on: what is typed is checked when it is sent
  }
}

// ---- wiring ---------------------------------------------------------------------------------------------------

let typing;
form.addEventListener("input", (event) => {
  refresh();
  keepDraft();
  if (!event.target.matches("[data-find]")) return;
  clearTimeout(typing);
  typing = setTimeout(find, 200, event.target);
});

form.addEventListener("click", (event) => {
  const add = event.target.closest("[name='_add_row']");
  const remove = event.target.closest("[name='_remove_row']");
  if (!add && !remove) return;
  event.preventDefault();
  if (remove) removeRow(remove.closest("[data-row]"));
  else addRow(add.closest("[data-repeat]")).querySelector("input:not([type=hidden]), select, textarea")?.focus();
});

/** Pressed twice, sent once. */
let sent = false;
form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
window.addEventListener("pageshow", () => {
  sent = false;
});

document.getElementById("refusals")?.addEventListener("click", (event) => {
  const place = document.getElementById(event.target.closest("a")?.hash.slice(1) ?? "");
  const control = place?.matches("input, select, textarea") ? place : place?.querySelector("input:not([type=hidden]), button");
  if (!control) return;
  event.preventDefault();
  place.scrollIntoView({ block: "center" });
  control.focus();
});

refresh();
offerDraft();
document.getElementById("refusals")?.focus();
