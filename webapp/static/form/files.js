/**
 * Photos, files and signatures: sent as soon as they are chosen, so that a mistake elsewhere loses none.
 *
 * A photo is made as small as its question wants before it is sent; one that is small enough goes byte for byte.
 * What cannot be sent now stays in its input and goes with the form, as it does without scripts.
 */

import { withFacts } from "./exif.js";
import { form, say } from "./page.js";

/** What is on its way; the form waits for it. */
const sending = new Set();
export const filesOnTheirWay = () => Promise.allSettled([...sending]);
export const isSending = () => sending.size > 0;

/** Tell under the files what is the matter; nothing takes it away. */
function complain(box, words = "") {
  const why = box.querySelector("[data-file-why]");
  why.textContent = words;
  why.hidden = !words;
}

/** Show a file as kept; `value` is what the form sends: its digest, a blank, its name. */
export function addKept(box, value) {
  if ([...box.querySelectorAll(".kept input")].some((kept) => kept.value === value && (kept.checked = true))) return;
  const [digest, ...words] = value.split(" ");
  const name = words.join(" ");
  const input = Object.assign(document.createElement("input"), { type: "checkbox", name: box.dataset.files, value, checked: true });
  const shown = "pictures" in box.dataset ? picture(digest, name) : Object.assign(document.createElement("span"), { textContent: name });
  const label = document.createElement("label");
  label.append(input, shown);
  const item = document.createElement("li");
  item.append(label);
  if (Number(box.dataset.most) === 1) box.querySelector(".kept").replaceChildren();
  box.querySelector(".kept").append(item);
  complete(item);
}

function picture(digest, name) {
  return Object.assign(document.createElement("img"), { src: `/files/${digest}/small`, alt: name, width: 96, height: 96 });
}

/** A button that takes a file away; without scripts its tick does. */
function complete(item) {
  const input = item.querySelector("input");
  input.hidden = true;
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "remove", textContent: "×" });
  remove.setAttribute("aria-label", say("remove", { name: input.value.split(" ").slice(1).join(" ") }));
  remove.addEventListener("click", () => {
    const box = item.closest("[data-files]");
    item.remove();
    complain(box);
    form.dispatchEvent(new Event("input"));
  });
  item.append(remove);
}

/** Send a file and keep it in the form; whether it was kept or refused for good. */
export async function send(box, file) {
  const item = Object.assign(document.createElement("li"), { className: "sending", textContent: say("sending") });
  box.querySelector(".kept").append(item);
  try {
    const body = new FormData();
    body.append("file", await shrunk(file, Number(box.dataset.pixels)), file.name);
    const headers = { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" };
    const answer = await fetch(form.dataset.filesTo, { method: "POST", body, headers });
    const told = await answer.json();
    if (answer.ok) addKept(box, `${told.digest} ${told.name}`);
    else complain(box, told.sentence);
    return true;
  } catch {
    return false; // no signal
  } finally {
    item.remove();
  }
}

/** A photo whose longer side is at most `pixels`; anything else as it is. */
async function shrunk(file, pixels) {
  if (!pixels || !file.type.startsWith("image/")) return file;
  const photo = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!photo) return file; // the server says what is the matter with it
  const scale = pixels / Math.max(photo.width, photo.height);
  const heic = /hei[cf]/.test(file.type);
  if (scale >= 1 && !heic) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(photo.width * Math.min(1, scale));
  canvas.height = Math.round(photo.height * Math.min(1, scale));
  canvas.getContext("2d").drawImage(photo, 0, 0, canvas.width, canvas.height);
  const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return small ? withFacts(small, file) : file;
}

async function choose(input) {
  const box = input.closest("[data-files]");
  const room = Number(box.dataset.most) - (Number(box.dataset.most) === 1 ? 0 : box.querySelectorAll(".kept input").length);
  const chosen = [...input.files];
  complain(box, chosen.length > room ? say("too_many", { most: box.dataset.most }) : "");
  const left = new DataTransfer();
  for (const file of chosen.slice(0, room)) if (!(await send(box, file))) left.items.add(file);
  input.files = left.files; // these go with the form
  if (left.files.length) complain(box, say("not_sent", { count: left.files.length }));
  form.dispatchEvent(new Event("input"));
}

export function track(work) {
  sending.add(work);
  work.finally(() => sending.delete(work));
}

export function watchFiles(root = form) {
  for (const item of root.querySelectorAll("[data-files] .kept li")) if (!item.querySelector(".remove")) complete(item);
  for (const input of root.querySelectorAll("[data-files] input[type=file]")) if (input.files.length) track(choose(input)); // chosen early
}

form.addEventListener("change", (event) => {
  if (event.target.matches("[data-files] input[type=file]")) track(choose(event.target));
});
