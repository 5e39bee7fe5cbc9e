/** A pad to sign on with a finger, a pen or a mouse; what was drawn is kept as a PNG. */

import { form } from "./page.js";
import { send, track } from "./files.js";

const ready = new WeakSet();
/** Pads on which something was drawn that is not kept yet. */
const drawn = new Set();

export function watchPads(root = form) {
  for (const pad of root.querySelectorAll("[data-pad]")) if (!ready.has(pad)) prepare(pad);
}

/** Keep what was drawn and not kept, for somebody who sends the form right after signing. */
export function keepDrawn() {
  for (const pad of drawn) if (pad.isConnected && !pad.closest("[hidden]:not([data-pad])")) track(keep(pad));
}

function prepare(pad) {
  ready.add(pad);
  pad.hidden = false;
  const canvas = pad.querySelector("canvas");
  const pen = canvas.getContext("2d");
  let last = null;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = at(event);
    Object.assign(pen, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...next);
    pen.stroke();
    last = next;
    drawn.add(pad);
    pad.querySelector("[data-keep]").disabled = false;
  });
  for (const over of ["pointerup", "pointercancel"]) canvas.addEventListener(over, () => (last = null));
  pad.querySelector("[data-clear]").addEventListener("click", () => clear(pad));
  pad.querySelector("[data-keep]").addEventListener("click", () => track(keep(pad)));
}

function clear(pad) {
  const canvas = pad.querySelector("canvas");
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  drawn.delete(pad);
  pad.querySelector("[data-keep]").disabled = true;
}

async function keep(pad) {
  const canvas = pad.querySelector("canvas");
  const picture = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const name = `${pad.closest("[data-name]").querySelector(".label").firstChild.textContent.trim()}.png`;
  if (await send(pad.closest("[data-files]"), new File([picture], name, { type: "image/png" }))) clear(pad);
  form.dispatchEvent(new Event("input"));
}
