/** When and where a photo was taken (Exif, JEITA CP-3451): taken over into the smaller photo that a canvas made of it. */

const JPEG = 0xffd8;
const APP1 = 0xffe1;
const SCAN = 0xffda;
const ORIENTATION = 0x0112;
const FARTHEST = 256 * 1024;

/** `small`, a JPEG, with what `photo` says of itself; the canvas has turned it upright already. */
export async function withFacts(small, photo) {
  const facts = factsOf(new DataView(await photo.slice(0, FARTHEST).arrayBuffer()));
  if (!facts) return small;
  const content = await small.arrayBuffer();
  return new Blob([content.slice(0, 2), upright(facts), content.slice(2)], { type: "image/jpeg" });
}

/** The segment of a JPEG that holds its Exif; null: it has none. */
function factsOf(view) {
  if (view.byteLength < 4 || view.getUint16(0) !== JPEG) return null;
  for (let at = 2; at + 10 < view.byteLength; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker === SCAN || marker < 0xff00) return null;
    const end = at + 2 + view.getUint16(at + 2);
    if (marker === APP1 && view.getUint32(at + 4) === 0x45786966 && end <= view.byteLength) return view.buffer.slice(at, end);
  }
  return null;
}

/** The same segment, saying that the photo stands upright. */
function upright(segment) {
  const view = new DataView(segment);
  const start = 10; // behind the marker, the length and “Exif”, two zeros
  try {
    const little = view.getUint16(start) === 0x4949;
    const table = start + view.getUint32(start + 4, little);
    for (let entry = 0; entry < view.getUint16(table, little); entry += 1) {
      const at = table + 2 + entry * 12;
      if (view.getUint16(at, little) === ORIENTATION) view.setUint16(at + 8, 1, little);
    }
  } catch {
    return new ArrayBuffer(0); // torn: a photo without facts is still a photo
  }
  return segment;
}
