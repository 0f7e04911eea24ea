/**
 * Seeded random numbers. One seed gives as many independent streams as there are names, so that a fault that is added
 * to a scenario changes nothing for the machines, nor for the other faults.
 */

/** A stream of numbers in [0, 1): the same for the same seed and name, on every machine. */
export function randomStream(seed: number, name: string): () => number {
  let [a, b, c, d] = hash128(`${seed}/${name}`);
  /** sfc32, Chris Doty-Humphrey's small fast counting generator (PractRand). */
  return () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return (sum >>> 0) / 4294967296;
  };
}

/** A number in [0, 1) for each index of a named stream: noise that can be looked up in any order. */
export function randomField(seed: number, name: string): (index: number) => number {
  const [key] = hash128(`${seed}/${name}`);
  return (index) => mix(Math.imul(index | 0, 0x9e3779b1) ^ key) / 4294967296;
}

/** The finalizer of MurmurHash3: every input bit moves every output bit. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

function hash128(text: string): [number, number, number, number] {
  let h = 0x811c9dc5;
  for (const character of text) h = Math.imul(h ^ character.codePointAt(0)!, 0x01000193);
  return [mix(h), mix(h ^ 0x9e3779b9), mix(h ^ 0x7f4a7c15), mix(h ^ 0xf39cc060)];
}
