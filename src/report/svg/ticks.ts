import type { ScaleLinear } from "d3-scale";

/** One tick of an axis: where, and what stands there. */
export type Tick = { readonly value: number; readonly text: string };

/** About how wide a digit of a tick is, in a plot's units, and the room between two ticks' texts. */
const DIGIT = 6.2;
const GAP = 14;

/** From here on, and up to the next, numbers are told in multiples: 20k and not 20,000. */
const MULTIPLES: readonly (readonly [from: number, size: number, suffix: string])[] = [
  [1e12, 1e12, "T"],
  [1e9, 1e9, "G"],
  [1e6, 1e6, "M"],
  [1e4, 1e3, "k"],
];

/** Ticks of a scale that lie apart far enough to be read: at most `most`, at least two where the domain has as many. */
export function horizontalTicks(scale: ScaleLinear<number, number>, most: number): readonly Tick[] {
  const [left = 0, right = 0] = scale.range();
  const width = Math.abs(right - left);
  for (let count = most; count > 2; count--) {
    const ticks = ticksOf(scale, count);
    const widest = Math.max(...ticks.map(({ text }) => text.length)) * DIGIT + GAP;
    if (ticks.length * widest <= width) return ticks;
  }
  return ticksOf(scale, 2);
}

/** About `count` ticks of a scale with short texts: 0, 20k, 1.5M, −0.25, 2e−5. */
export function ticksOf(scale: ScaleLinear<number, number>, count: number): readonly Tick[] {
  const greatest = Math.max(...scale.domain().map(Math.abs));
  return scale.ticks(count).map((value) => ({ value, text: tickText(value, greatest) }));
}

function tickText(value: number, greatest: number): string {
  const magnitude = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (value === 0) return "0";
  if (greatest >= 1e15 || greatest < 1e-3) return `${sign}${shortExponent(magnitude)}`;
  const [, size = 1, suffix = ""] = MULTIPLES.find(([from]) => greatest >= from) ?? [];
  // Ticks are multiples of a round step: what lies beyond ten digits is rounding.
  return `${sign}${Number((magnitude / size).toPrecision(10))}${suffix}`;
}

function shortExponent(magnitude: number): string {
  const [digits = "", exponent = ""] = magnitude.toExponential(6).split("e");
  return `${Number(digits)}e${exponent.replace("+", "").replace("-", "−")}`;
}
