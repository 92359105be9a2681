/** What a channel's number looks like: "5", or "5.1" as broadcasters have it. */
export const CHANNEL_NUMBER = /^[1-9]\d{0,4}(\.[1-9]\d{0,2})?$/;

/** By value: 2, 5, 5.1, 5.2, 5.10, 10. */
export function compareNumbers(a: string, b: string): number {
  const [majorA, minorA] = partsOf(a);
  const [majorB, minorB] = partsOf(b);
  return majorA - majorB || minorA - minorB;
}

/** The whole part of a number. */
export function majorOf(number: string): number {
  return partsOf(number)[0];
}

/** The first whole number from `from` on that nobody has. */
export function freeNumber(taken: ReadonlySet<string>, from: number): number {
  let number = from;
  while (taken.has(String(number))) number++;
  return number;
}

/** Gives channels whole numbers after the highest that there is, of which none was ever used. */
export class NextNumbers {
  readonly #taken: Set<string>;
  #highest = 0;

  constructor(there: readonly string[], used: ReadonlySet<string>) {
    this.#taken = new Set(used);
    for (const number of there) this.take(number);
  }

  get next(): string {
    return String(freeNumber(this.#taken, this.#highest + 1));
  }

  /** A channel has it from now on. */
  take(number: string): void {
    this.#taken.add(number);
    this.#highest = Math.max(this.#highest, majorOf(number));
  }
}

function partsOf(number: string): [major: number, minor: number] {
  const [major = '', minor = '0'] = number.split('.');
  return [Number(major), Number(minor)];
}
