/**
 * The functions of the expression language that take the values of their arguments and nothing else: the twin of
 * forms/expressions/calls.py, texts.py, dates.py, spans.py, points.py and numerics.py.
 */

import {
  MILLISECONDS_OF_DAY, codePoints, dayAndSecond, hasDay, itemsOf, momentText, numberOf, textOf, trimmed, truth, two, wordsOf,
} from "./expression_values.js";

const WEEKDAYS = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
const EXACT = 1e14;
const MOST_WORKDAYS = 3660;
const EARTH_RADIUS = 6378100;
const LN2 = 0.6931471805599453;
const ROOT_OF_HALF = 0.7071067811865476;
const ROOT_OF_TWO = 1.4142135623730951;
const FACTORIALS = Array.from({ length: 22 }).reduce((found, _, place) => [...found, place ? found[place - 1] * place : 1], []);

/** What is selected: the items of a list, or the words of a text. */
export function choicesOf(value) {
  return Array.isArray(value) ? value.map(textOf) : wordsOf(textOf(value));
}

function selected(value, choice) {
  const wanted = trimmed(textOf(choice));
  return wanted !== "" && (wanted === value || choicesOf(value).includes(wanted));
}

function selectedAt(value, position) {
  const found = choicesOf(value);
  const at = numberOf(position);
  return at >= 0 && at < found.length ? found[Math.trunc(at)] : "";
}

function concatenated(...values) {
  return values.map((value) => (Array.isArray(value) ? value.map(textOf).join("") : textOf(value))).join("");
}

/** The numbers of all items that are not blank. */
function numbersOf(values) {
  return values
    .flatMap(itemsOf)
    .filter((item) => item !== "")
    .map(numberOf);
}

function extreme(choose, values) {
  const numbers = numbersOf(values);
  return numbers.length > 0 ? numbers.reduce((best, number) => choose(best, number)) : NaN;
}

/** Half away from zero, as on paper: 1.005 to two places is 1.01, though its double lies below. */
function rounded(value, places = 0) {
  const number = numberOf(value);
  const wanted = numberOf(places);
  if (!Number.isFinite(number) || Number.isNaN(wanted)) return NaN;
  const shift = Math.trunc(Math.max(-15, Math.min(15, wanted)));
  const power = POWERS[Math.abs(shift)];
  let scaled = shift >= 0 ? Math.abs(number) * power : Math.abs(number) / power;
  if (!Number.isFinite(scaled)) return number;
  if (scaled < EXACT) scaled = Number(scaled.toPrecision(15));
  const whole = scaled < EXACT ? Math.floor(scaled + 0.5) : scaled;
  return Math.sign(number) * (shift >= 0 ? whole / power : whole * power);
}

function part(value, start, end) {
  const letters = codePoints(textOf(value));
  const last = end === undefined ? letters.length : position(end, letters.length);
  return letters.slice(position(start, letters.length), last).join("");
}

/** A position in a text of `length` characters, from 0; a negative one counts from the end. */
function position(value, length) {
  const number = numberOf(value);
  if (Number.isNaN(number)) return 0;
  const at = Math.trunc(Math.max(-length, Math.min(length, number)));
  return at < 0 ? at + length : at;
}

function whole(round) {
  return (value) => (Number.isFinite(numberOf(value)) ? round(numberOf(value)) : NaN);
}

/** Whether `total` lies between the bounds; one below 0 is none. */
function within(total, least, most) {
  const [low, high] = [numberOf(least), numberOf(most)];
  return (low < 0 || total >= low) && (high < 0 || total <= high);
}

function checked(least, most, ...conditions) {
  return within(conditions.flatMap(itemsOf).filter(truth).length, least, most);
}

function weighed(least, most, ...pairs) {
  let total = 0;
  for (let at = 0; at + 1 < pairs.length; at += 2) if (truth(pairs[at])) total += numberOf(pairs[at + 1]);
  return within(total, least, most);
}

// Texts.

/** What stands before and behind the first `part`; null when there is none. */
function parted(value, part) {
  const [text, mark] = [textOf(value), textOf(part)];
  const at = mark === "" ? -1 : text.indexOf(mark);
  return at < 0 ? null : [text.slice(0, at), text.slice(at + mark.length)];
}

function after(value, part) {
  return parted(value, part)?.[1] ?? (textOf(part) === "" ? textOf(value) : "");
}

/** Each character of `old` exchanged for the one at its place in `fresh`, or taken out where `fresh` has none. */
function exchanged(value, old, fresh) {
  const [from, to] = [codePoints(textOf(old)), codePoints(textOf(fresh))];
  const exchange = (letter) => (from.includes(letter) ? (to[from.indexOf(letter)] ?? "") : letter);
  return codePoints(textOf(value)).map(exchange).join("");
}

// Days.

function dateValue(value) {
  return momentText(momentNumber(value)).slice(0, 10);
}

/** Days since 1970-01-01, with the fraction of the day, of what names a day; NaN when nothing does. */
function momentNumber(value) {
  return typeof value === "number" || hasDay(value) ? numberOf(value) : NaN;
}

function dayFraction(value) {
  const number = numberOf(value);
  return Number.isFinite(number) ? number - Math.floor(number) : NaN;
}

/** The day (as a Date) of a date, a moment or a count of days; null when it is none. */
function dayOf(value) {
  return dayAndSecond(momentNumber(value))?.day ?? null;
}

/** `count` of two days in order; below 0 when they are not; NaN when one is no day. */
function between(count) {
  return (start, end, calendar) => {
    const [first, last] = [dayOf(start), dayOf(end)];
    if (first === null || last === null) return NaN;
    return first <= last ? count(first, last, calendar) : 0 - count(last, first, calendar);
  };
}

const daysBetween = between((first, last) => (last - first) / MILLISECONDS_OF_DAY);

const monthsBetween = between((first, last) => {
  const years = last.getUTCFullYear() - first.getUTCFullYear();
  const full = last.getUTCDate() >= first.getUTCDate() ? 0 : 1;
  return years * 12 + last.getUTCMonth() - first.getUTCMonth() - full;
});

/** How many workdays come after one day up to and with another; `calendar` as forms/expressions/scope.py tells. */
export const workdaysBetween = between((first, last, calendar) => {
  let count = weekDays(last) - weekDays(first);
  for (const [text, worked] of Object.entries(calendar)) {
    const day = dayOf(text);
    if (day > first && day <= last) count += Number(worked) - Number(inWeek(day));
  }
  return count;
});

/** The day `count` workdays after (before, when below 0) a day; that day itself for 0, blank beyond reason. */
export function addWorkdays(start, count, calendar) {
  const wanted = numberOf(count);
  let day = dayOf(start);
  if (day === null || !(Math.abs(wanted) <= MOST_WORKDAYS)) return "";
  let left = Math.trunc(Math.abs(wanted));
  while (left > 0) {
    day = dayOf(day / MILLISECONDS_OF_DAY + (wanted > 0 ? 1 : -1));
    if (day === null) return "";
    const text = isoOf(day);
    if (Object.hasOwn(calendar, text) ? calendar[text] : inWeek(day)) left -= 1;
  }
  return isoOf(day);
}

function isoOf(day) {
  return day.toISOString().slice(0, 10);
}

function inWeek(day) {
  return day.getUTCDay() % 6 !== 0;
}

/** How many days from Monday to Friday there are from 0001-01-01, a Monday, up to and with `day`. */
function weekDays(day) {
  const ordinal = day / MILLISECONDS_OF_DAY + 719163;
  return Math.floor(ordinal / 7) * 5 + Math.min(ordinal % 7, 5);
}

function formattedDate(value, pattern) {
  const found = dayAndSecond(numberOf(value));
  if (found === null) return "";
  return textOf(pattern).replace(/%(.)/gsu, (whole, code) => written(code, found.day, found.second) ?? whole);
}

/** What `%code` stands for; undefined when it is unknown. */
function written(code, day, second) {
  switch (code) {
    case "Y":
      return day.toISOString().slice(0, 4);
    case "y":
      return day.toISOString().slice(2, 4);
    case "m":
      return two(day.getUTCMonth() + 1);
    case "n":
      return String(day.getUTCMonth() + 1);
    case "b":
      return `${day.getUTCMonth() + 1}月`;
    case "d":
      return two(day.getUTCDate());
    case "e":
      return String(day.getUTCDate());
    case "a":
      return WEEKDAYS[day.getUTCDay()];
    case "H":
      return two(Math.floor(second / 3600));
    case "h":
      return String(Math.floor(second / 3600));
    case "M":
      return two(Math.floor(second / 60) % 60);
    case "S":
      return two(second % 60);
    case "%":
      return "%";
    default:
      return undefined;
  }
}

// Places.

/** Every point in the values, [latitude, longitude]; null: not a point. */
function pointsOf(values) {
  const texts = values.flatMap(itemsOf).flatMap((item) => textOf(item).split(";"));
  return texts.filter((text) => trimmed(text) !== "").map(pointOf);
}

function pointOf(text) {
  const [latitude, longitude] = wordsOf(text).slice(0, 2).map(numberOf);
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [latitude, longitude] : null;
}

function distance(...values) {
  const points = pointsOf(values);
  if (points.length < 2 || points.includes(null)) return NaN;
  const total = points.slice(1).reduce((sum, point, place) => sum + apart(points[place], point), 0);
  return rounded(total, 2);
}

/** Metres between two points along a great circle (haversine). */
function apart(start, end) {
  const latitude = (start[0] * Math.PI) / 180;
  const other = (end[0] * Math.PI) / 180;
  const across = sine((other - latitude) / 2);
  const along = sine(((end[1] - start[1]) * Math.PI) / 180 / 2);
  const chord = across * across + cosine(latitude) * cosine(other) * along * along;
  return 2 * EARTH_RADIUS * arcSine(Math.min(1, Math.sqrt(chord)));
}

// Roots, powers, logarithms and angles: the same steps in the same order as numerics.py, for the same last bit.

function tidy(number) {
  return Number.isFinite(number) ? Number(number.toPrecision(15)) : number;
}

function divided(dividend, divisor) {
  return divisor === 0 ? NaN : dividend / divisor;
}

function power(base, exponent) {
  if (!Number.isFinite(base) || !Number.isFinite(exponent)) return NaN;
  if (exponent === Math.floor(exponent)) {
    const result = wholePower(base, Math.abs(exponent));
    return exponent >= 0 ? result : divided(1, result);
  }
  if (base <= 0) return base === 0 && exponent > 0 ? 0 : NaN;
  return tidy(exponential(exponent * logarithm(base)));
}

function wholePower(base, exponent) {
  let [result, factor, left] = [1, base, exponent];
  while (left >= 1) {
    const half = Math.floor(left / 2);
    if (left - 2 * half === 1) result *= factor;
    [factor, left] = [factor * factor, half];
  }
  return result;
}

function exponential(number) {
  if (Number.isNaN(number) || number > 709) return NaN;
  if (number < -745) return 0;
  const doublings = Math.floor(number / LN2 + 0.5);
  const rest = number - doublings * LN2;
  let total = 0;
  for (let place = 20; place >= 0; place -= 1) total = total * rest + 1 / FACTORIALS[place];
  for (let left = Math.abs(doublings); left > 0; left -= 1) total *= doublings > 0 ? 2 : 0.5;
  return total;
}

function logarithm(number) {
  if (!(number > 0 && number < Infinity)) return NaN;
  let [exponent, mantissa] = [0, number];
  for (; mantissa >= ROOT_OF_TWO; exponent += 1) mantissa /= 2;
  for (; mantissa < ROOT_OF_HALF; exponent -= 1) mantissa *= 2;
  const small = (mantissa - 1) / (mantissa + 1);
  let total = 0;
  for (let place = 27; place > 0; place -= 2) total = total * small * small + 1 / place;
  return 2 * small * total + exponent * LN2;
}

function sine(angle) {
  if (!Number.isFinite(angle)) return NaN;
  let rest = angle % (2 * Math.PI);
  if (rest > Math.PI) rest -= 2 * Math.PI;
  if (rest < -Math.PI) rest += 2 * Math.PI;
  if (rest > Math.PI / 2) rest = Math.PI - rest;
  if (rest < -Math.PI / 2) rest = -Math.PI - rest;
  let total = 0;
  for (let place = 21; place > 0; place -= 2) total = 1 / FACTORIALS[place] - total * rest * rest;
  return rest * total;
}

function cosine(angle) {
  return sine(angle + Math.PI / 2);
}

function arcTangent(number) {
  if (Number.isNaN(number)) return NaN;
  if (number < 0) return -arcTangent(-number);
  if (number > 1) return Math.PI / 2 - arcTangent(1 / number);
  const half = number / (1 + Math.sqrt(1 + number * number));
  const quarter = half / (1 + Math.sqrt(1 + half * half));
  let total = 0;
  for (let place = 27; place > 0; place -= 2) total = 1 / place - total * quarter * quarter;
  return 4 * quarter * total;
}

function arcSine(number) {
  if (!(number >= -1 && number <= 1)) return NaN;
  if (Math.abs(number) === 1) return number * (Math.PI / 2);
  return arcTangent(number / Math.sqrt(1 - number * number));
}

function angleOf(y, x) {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return NaN;
  if (x > 0) return arcTangent(y / x);
  if (x < 0) return arcTangent(y / x) + (y >= 0 ? Math.PI : -Math.PI);
  if (y === 0) return 0;
  return y > 0 ? Math.PI / 2 : -Math.PI / 2;
}

/** `apply` of the numbers that the arguments are. */
function ofNumbers(apply) {
  return (...values) => apply(...values.map(numberOf));
}

/** `apply` of the numbers that the arguments are, to fifteen digits. */
function tidied(apply) {
  return (...values) => tidy(apply(...values.map(numberOf)));
}

/** Functions of values. */
export const PLAIN = {
  abs: (value) => Math.abs(numberOf(value)),
  acos: tidied((number) => Math.PI / 2 - arcSine(number)),
  asin: tidied(arcSine),
  atan: tidied(arcTangent),
  atan2: tidied(angleOf),
  boolean: truth,
  "boolean-from-string": (value) => ["true", "1"].includes(textOf(value)),
  ceiling: whole(Math.ceil),
  checklist: checked,
  concat: concatenated,
  contains: (text, piece) => textOf(text).includes(textOf(piece)),
  cos: tidied(cosine),
  count: (value) => itemsOf(value).length,
  "count-non-empty": (value) => itemsOf(value).filter((item) => textOf(item) !== "").length,
  "count-selected": (value) => choicesOf(value).length,
  date: dateValue,
  "date-time": (value) => momentText(momentNumber(value)),
  "decimal-date-time": momentNumber,
  "decimal-time": dayFraction,
  "difference-in-days": daysBetween,
  "difference-in-months": monthsBetween,
  distance,
  "ends-with": (text, ending) => textOf(text).endsWith(textOf(ending)),
  exp: tidied(exponential),
  exp10: ofNumbers((number) => power(10, number)),
  false: () => false,
  floor: whole(Math.floor),
  "format-date": formattedDate,
  "format-date-time": formattedDate,
  int: whole(Math.trunc),
  join: (separator, ...values) => values.flatMap(itemsOf).map(textOf).join(textOf(separator)),
  log: tidied(logarithm),
  log10: tidied((number) => logarithm(number) / logarithm(10)),
  max: (...values) => extreme(Math.max, values),
  min: (...values) => extreme(Math.min, values),
  "normalize-space": (value) => wordsOf(textOf(value)).join(" "),
  not: (value) => !truth(value),
  number: numberOf,
  pi: () => Math.PI,
  pow: ofNumbers(power),
  regex: (text, pattern) => new RegExp(`^(?:${pattern})$`, "u").test(textOf(text)),
  round: rounded,
  selected,
  "selected-at": selectedAt,
  sin: tidied(sine),
  sqrt: ofNumbers((number) => (number >= 0 ? Math.sqrt(number) : NaN)),
  "starts-with": (text, beginning) => textOf(text).startsWith(textOf(beginning)),
  string: textOf,
  "string-length": (text) => codePoints(textOf(text)).length,
  substr: part,
  "substring-after": after,
  "substring-before": (value, part) => parted(value, part)?.[0] ?? "",
  sum: (value) => numbersOf([value]).reduce((total, number) => total + number, 0),
  tan: tidied((angle) => divided(sine(angle), cosine(angle))),
  translate: exchanged,
  true: () => true,
  "weighted-checklist": weighed,
};
