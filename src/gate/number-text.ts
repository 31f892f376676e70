/**
 * Numbers as people read them: a true minus sign, digits that carry meaning, the unit behind. The verdict's reasons and
 * the rendered report use the same ones, so that a sentence and the table beside it agree to the digit.
 */

const MINUS = "−";
/** From here on digits behind the point say nothing. */
const WHOLE_FROM = 1000;
/** Below this a decimal fraction is mostly zeros. */
const EXPONENT_BELOW = 1e-5;
/** A number without a unit below this is what rounding leaves of 0, as the R² of a constant prediction. */
const ZERO_BELOW = 1e-12;

/** The next finer unit, and how many of it make one: what is far below 1 reads better in it. */
const FINER: Readonly<Record<string, readonly [unit: string, count: number]>> = {
  MB: ["kB", 1000],
  kB: ["B", 1000],
  min: ["s", 60],
  s: ["ms", 1000],
  ms: ["µs", 1000],
};

/**
 * A measured value. Without a unit it has three decimals (0.981, 1.000), more for small ones (0.0123); with a unit three
 * significant digits and no trailing zeros (18.4 ms, 20 MB, 48,213 rows/s).
 */
export function formatValue(value: number, unit: string | null): string {
  const scale = readableScale(unit, value);
  return withUnit(valueText(value * scale.factor, scale.unit), scale.unit);
}

/** A difference, always with its sign: +0.003, −0.0004, −1.2 ms; plain 0 where it is exactly that. */
export function formatDifference(value: number, unit: string | null): string {
  const scale = readableScale(unit, value);
  return withUnit(differenceText(value * scale.factor, scale.unit), scale.unit);
}

/** How far apart two values are, without a sign: 0.004. */
export function formatDistance(value: number, unit: string | null): string {
  const scale = readableScale(unit, value);
  return withUnit(magnitudeText(Math.abs(withoutRounding(value, unit)) * scale.factor, scale.unit, 2), scale.unit);
}

/** An interval of values: "0.962 to 0.993". */
export function formatRange(low: number, high: number, unit: string | null): string {
  const scale = readableScale(unit, low, high);
  const [from, to] = [low * scale.factor, high * scale.factor];
  return withUnit(`${valueText(from, scale.unit)} to ${valueText(to, scale.unit)}`, scale.unit);
}

/** An interval of differences: "−0.011 to +0.003". */
export function formatDifferenceRange(low: number, high: number, unit: string | null): string {
  const scale = readableScale(unit, low, high);
  const [from, to] = [low * scale.factor, high * scale.factor];
  return withUnit(`${differenceText(from, scale.unit)} to ${differenceText(to, scale.unit)}`, scale.unit);
}

/** A number that a person wrote, such as a bound: as it was written (0.97, 20 ms), never rounded. */
export function formatExact(value: number, unit: string | null): string {
  const text = String(Math.abs(value));
  return withUnit(signed(value, Number.isInteger(value) ? withThousands(text) : text, ""), unit);
}

/**
 * A value beside the bound that it is held against: with as many digits as show on which side of it the value lies, so
 * that nobody reads "0.970 is below 0.97".
 */
export function formatBeside(value: number, bound: number, unit: string | null): string {
  const scale = readableScale(unit, value);
  if (scale.unit !== unit) return formatBeside(value * scale.factor, bound * scale.factor, scale.unit);
  const usual = valueText(value, unit);
  if (value === bound || !Number.isFinite(value) || asNumber(usual) !== bound) return withUnit(usual, unit);
  for (let digits = 4; digits <= 15; digits++) {
    const text = Math.abs(value).toPrecision(digits);
    if (Number(text) !== Math.abs(bound)) return withUnit(signed(value, text, ""), unit);
  }
  return withUnit(signed(value, String(Math.abs(value)), ""), unit);
}

/** The coarsest unit in which the largest of the values is not below a hundredth; the unit itself where there is no finer one. */
function readableScale(
  unit: string | null,
  ...values: readonly number[]
): { readonly unit: string | null; readonly factor: number } {
  const largest = Math.max(...values.map(Math.abs));
  const finer = unit !== null && Object.hasOwn(FINER, unit) ? FINER[unit] : undefined;
  if (finer === undefined || !(largest > 0 && largest < 0.01)) return { unit, factor: 1 };
  const [name, count] = finer;
  const rest = readableScale(name, ...values.map((value) => value * count));
  return { unit: rest.unit, factor: rest.factor * count };
}

/** A p-value: "p = 0.031", "p < 0.001". */
export function formatPValue(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`;
}

/** A count: 1,234. */
export function formatCount(count: number): string {
  return signed(count, withThousands(String(Math.abs(Math.round(count)))), "");
}

function valueText(value: number, unit: string | null): string {
  const shown = withoutRounding(value, unit);
  return signed(shown, magnitudeText(Math.abs(shown), unit, 3), "");
}

function differenceText(value: number, unit: string | null): string {
  const shown = withoutRounding(value, unit);
  return signed(shown, magnitudeText(Math.abs(shown), unit, 2), "+");
}

function withoutRounding(value: number, unit: string | null): number {
  return unit === null && Math.abs(value) < ZERO_BELOW ? 0 : value;
}

function magnitudeText(magnitude: number, unit: string | null, significant: 2 | 3): string {
  if (Number.isNaN(magnitude)) return "not a number";
  if (magnitude === Number.POSITIVE_INFINITY) return "∞";
  if (magnitude === 0) return "0";
  if (magnitude >= 1e15) return magnitude.toExponential(2);
  if (magnitude >= WHOLE_FROM) return withThousands(magnitude.toFixed(0));
  if (magnitude < EXPONENT_BELOW) return magnitude.toExponential(significant - 1).replace("-", MINUS);
  const digitsBeforePoint = Math.floor(Math.log10(magnitude)) + 1;
  if (unit !== null) return withoutTrailingZeros(magnitude.toFixed(Math.max(0, 3 - digitsBeforePoint)));
  // Small values keep their significant digits: 0.0123 and not 0.012, and a difference of 0.00041 is not 0.000.
  const isSmall = digitsBeforePoint < (significant === 3 ? 0 : -2);
  if (isSmall) return magnitude.toFixed(significant - digitsBeforePoint);
  return magnitude.toFixed(digitsBeforePoint <= 1 ? 3 : 4 - digitsBeforePoint);
}

function withoutTrailingZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function withThousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

function asNumber(text: string): number {
  return Number(text.replaceAll(",", "").replaceAll(MINUS, "-"));
}

function signed(value: number, magnitude: string, plus: string): string {
  if (value < 0) return `${MINUS}${magnitude}`;
  return value > 0 ? `${plus}${magnitude}` : magnitude;
}

function withUnit(text: string, unit: string | null): string {
  if (unit === null || unit === "") return text;
  return unit.startsWith("%") ? `${text}${unit}` : `${text} ${unit}`;
}
