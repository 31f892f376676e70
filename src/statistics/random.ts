import { drawBinomial } from "./draw-binomial.ts";

/** A stream of pseudo-random numbers: the same seed gives the same stream on every platform. */
export type Random = {
  /** An integer in [0, 2³²). */
  readonly uint32: () => number;
  /** A number in [0, 1), a multiple of 2⁻⁵³. */
  readonly float: () => number;
  /** An integer in [0, n), n ≤ 2³²; each within n/2³² of its fair share. */
  readonly below: (n: number) => number;
  /** Successes in `n` trials of probability `p`. */
  readonly binomial: (n: number, p: number) => number;
  /** A standard normal number. */
  readonly normal: () => number;
  /** Adds 1 to an entry of `counts` drawn at random, `draws` times: a multinomial sample of equal shares. */
  readonly scatter: (counts: Uint32Array, draws: number) => void;
};

/**
 * A generator seeded from text: a digest of the data, with a suffix where several independent streams are wanted
 * (`${digest}/f1`). xoshiro128** (Blackman & Vigna 2021), period 2¹²⁸ − 1; not for secrets.
 */
export function createRandom(seed: string): Random {
  let [s0, s1, s2, s3] = stateFrom(seed);

  const uint32 = (): number => {
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    return result >>> 0;
  };
  const float = (): number => (uint32() >>> 5) * 2 ** -27 + (uint32() >>> 6) * 2 ** -53;
  const below = (n: number): number => Math.floor(uint32() * 2 ** -32 * n);

  return {
    uint32,
    float,
    below,
    binomial: (n, p) => drawBinomial(float, n, p),
    normal: () => drawNormal(float),
    scatter: (counts, draws) => {
      // The generator once more with its state in local variables: four times as fast as calling it.
      const scale = 2 ** -32 * counts.length;
      let a = s0;
      let b = s1;
      let c = s2;
      let d = s3;
      for (let i = 0; i < draws; i++) {
        const product = Math.imul(b, 5);
        const word = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
        const shifted = b << 9;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        d = (d << 11) | (d >>> 21);
        const at = (word * scale) >>> 0;
        counts[at] = (counts[at] as number) + 1;
      }
      s0 = a;
      s1 = b;
      s2 = c;
      s3 = d;
    },
  };
}

/** 128 bits from text of any length: four lanes of FNV-1a, each finished by MurmurHash3's mixer. */
function stateFrom(seed: string): [number, number, number, number] {
  const lane = (offset: number): number => {
    let hash = 0x811c9dc5 ^ offset;
    for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  };
  // A state of zeros would stay zero.
  return [lane(0x9e3779b9) | 1, lane(0x243f6a88), lane(0xb7e15162), lane(0x71374491)];
}

/** Marsaglia's polar method. */
function drawNormal(float: () => number): number {
  for (;;) {
    const x = 2 * float() - 1;
    const y = 2 * float() - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}
