/** A draft in this browser: a lost page or signal loses nothing that was typed. */

import { form } from "./page.js";
import { addRow, rowsOf } from "./rows.js";
import { addKept } from "./files.js";

/** Drafts of this form and this person; each is kept by the name of its filling, so that two tabs keep two. */
const drafts = form.dataset.draft && `draft:${form.dataset.draft}/`;
/** Older ones are forgotten when a form is opened. */
const MOST_DRAFTS = 5;

const draftKey = () => drafts + form.elements._instance.value;

export function keepDraft() {
  if (!drafts) return;
  const typed = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const kept = typed.filter(([name]) => name === "_instance" || (!name.startsWith("_") && name !== "csrf_token"));
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

export function offerDraft(refresh) {
  const offer = document.getElementById("draft");
  if (!drafts || !offer || document.getElementById("refusals")) return;
  const [newest, ...older] = readDrafts();
  if (!newest) return;
  for (const { key } of older.slice(MOST_DRAFTS - 1)) localStorage.removeItem(key);
  offer.hidden = false;
  offer.addEventListener("click", (event) => {
    if (event.target.matches("[data-restore]")) {
      localStorage.removeItem(draftKey()); // what was typed here before goes with it
      restore(newest.kept);
      refresh();
    } else if (event.target.matches("[data-forget]")) localStorage.removeItem(newest.key);
    else return;
    offer.hidden = true;
  });
}

/** Put a draft back, with the name of its filling: had it been sent after all, the server knows it again. */
function restore(kept) {
  const names = kept.map(([name]) => name);
  restoreRows(form, "", names);
  for (const name of new Set(names)) {
    const values = kept.filter(([key]) => key === name).map(([, value]) => value);
    const files = form.querySelector(`[data-files="${CSS.escape(name)}"]`);
    if (files) for (const value of values.filter(Boolean)) addKept(files, value);
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) put(control, name, values);
  }
  form.dispatchEvent(new CustomEvent("restored", { detail: kept }));
}

function put(control, name, values) {
  if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
  else if (control.type === "select-one" && control.closest("[data-ranking]")) return;
  else if (control.type !== "file" && (control.type !== "hidden" || name === "_instance")) control.value = values.at(-1);
}

/** As many rows as the draft has, those inside rows after the rows they are in. */
function restoreRows(node, place, names) {
  const own = [...node.querySelectorAll("[data-repeat]")].filter((repeat) => repeat.parentElement.closest("[data-row]") === (node === form ? null : node));
  for (const repeat of own) {
    const path = `${place}${repeat.dataset.repeat}-`;
    const most = Math.max(-1, ...names.map((name) => (name.startsWith(path) ? Number(name.slice(path.length).split("-")[0]) : -1)));
    while (rowsOf(repeat).children.length <= most) addRow(repeat);
    [...rowsOf(repeat).children].forEach((row, index) => restoreRows(row, `${path}${index}-`, names));
  }
}
