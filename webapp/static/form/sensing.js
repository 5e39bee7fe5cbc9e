/** What a phone knows better than its owner's thumbs: where it is, what a bar code says, how far a slider was moved. */

import { form, say } from "./page.js";

export function watchSensors(root = form) {
  for (const button of root.querySelectorAll("[data-locate]")) button.hidden = !("geolocation" in navigator);
  for (const button of root.querySelectorAll("[data-scan]")) button.hidden = !("BarcodeDetector" in window && navigator.mediaDevices);
  for (const slider of root.querySelectorAll("[data-slider]")) prepareSlider(slider);
}

function prepareSlider(slider) {
  const number = document.getElementById(slider.dataset.slider);
  slider.hidden = false;
  slider.disabled = false;
  if (number?.value) slider.value = number.value;
  slider.classList.toggle("unset", !number?.value);
}

form.addEventListener("input", ({ target }) => {
  if (target.matches?.("[data-slider]")) document.getElementById(target.dataset.slider).value = target.value;
  const box = target.closest?.(".line.range");
  const slider = box?.querySelector("[data-slider]");
  if (!slider) return;
  const number = document.getElementById(slider.dataset.slider);
  if (target !== slider && number.value) slider.value = number.value;
  slider.classList.toggle("unset", !number.value);
}, true);

form.addEventListener("click", ({ target }) => {
  if (target.matches("[data-locate]")) locate(target);
  if (target.matches("[data-scan]")) scan(target);
});

function locate(button) {
  const box = button.closest("[data-name]");
  const told = box.querySelector("[data-located]");
  const tell = (words) => Object.assign(told, { hidden: false, textContent: words });
  tell(say("locating"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const numbers = [coords.latitude.toFixed(7), coords.longitude.toFixed(7), (coords.altitude ?? 0).toFixed(1), coords.accuracy.toFixed(1)];
      const input = box.querySelector("input");
      input.value = numbers.map(Number).join(" ");
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      tell(say("located", { metres: Math.round(coords.accuracy) }));
    },
    (error) => tell(say(error.code === error.PERMISSION_DENIED ? "location_denied" : "location_unknown")),
    { enableHighAccuracy: true, timeout: 30_000, maximumAge: 0 },
  );
}

async function scan(button) {
  const box = button.closest("[data-name]");
  const scanner = box.querySelector("[data-scanner]");
  const video = scanner.querySelector("video");
  const input = box.querySelector("input");
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    button.hidden = true; // no camera, or it may not be used: the text can be typed
    return;
  }
  scanner.hidden = false;
  const stop = () => {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    scanner.hidden = true;
  };
  scanner.querySelector("[data-stop]").addEventListener("click", stop, { once: true });
  await video.play();
  const detector = new BarcodeDetector();
  while (video.srcObject) {
    const [code] = await detector.detect(video).catch(() => []);
    if (code) {
      input.value = code.rawValue;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      stop();
    }
    await new Promise(requestAnimationFrame);
  }
}
