/** IEEE 754 binary16, for models that take or give half precision; bits travel as Uint16Array [n]. */

const scratch = new DataView(new ArrayBuffer(4));

/** Half-precision bits of single-precision numbers, rounded to nearest, ties to even; what is too large is infinite. */
export function toHalf(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, halfBits);
}

/** Single-precision numbers of half-precision bits, exactly. */
export function fromHalf(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

function halfBits(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00;
  // From 65520 on, half way to the next number after the largest (65504).
  if (magnitude >= 0x477f_f000) return sign | 0x7c00;
  if (magnitude < 0x3880_0000) {
    // Below 2^-14 the spacing is 2^-24: adding 0.5 to the magnitude rounds it into the last bits of a float.
    scratch.setUint32(0, magnitude);
    scratch.setFloat32(0, scratch.getFloat32(0) + 0.5);
    return sign | (scratch.getUint32(0) - 0x3f00_0000);
  }
  const roundedUp = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((roundedUp - 0x3800_0000) >>> 13);
}
