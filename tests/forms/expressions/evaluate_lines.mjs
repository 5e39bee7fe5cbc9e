// Evaluates cases, one JSON line each, with the module named on the command line; one JSON line back each.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { evaluate, truth } = await import(pathToFileURL(process.argv[2]));

/** JSON has no NaN and no infinity: a number goes as its text. */
function portable(value) {
  if (Array.isArray(value)) return { list: value.map(portable) };
  return typeof value === "number" ? { number: String(value) } : value;
}

const answers = [];
for await (const line of createInterface({ input: process.stdin })) {
  const { tree, scope } = JSON.parse(line);
  const value = evaluate(tree, scope);
  answers.push(JSON.stringify({ value: portable(value), truth: truth(value) }));
}
process.stdout.write(answers.join("\n"));
